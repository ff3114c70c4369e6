import { ArrowDown, ArrowUp } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { moveInHead } from './head-keys.ts';
import { MarkBox } from './mark-box.tsx';
import type { Column, TableSort } from './column.ts';
import styles from './virtual-table.module.css';

export interface VirtualHeadProps<T> {
  readonly columns: readonly Column<T>[];
  readonly tracks: CSSProperties;
  /** Px. */
  readonly minWidth: number;
  readonly sort: TableSort | undefined;
  readonly onSort: ((sort: TableSort) => void) | undefined;
  readonly isHidden: boolean;
  /** How much is marked, in a list whose rows can be. */
  readonly marked: 'none' | 'some' | 'all' | undefined;
  readonly onMarkAll: () => void;
}

/** The names of a table's columns, to sort by where that can be done. */
export function VirtualHead<T>(props: VirtualHeadProps<T>): ReactNode {
  const { columns, tracks, sort, onSort, marked } = props;
  return (
    <div
      role="rowgroup"
      className={props.isHidden ? styles.hiddenHead : styles.head}
      style={props.isHidden ? undefined : { minWidth: props.minWidth }}
    >
      <div role="row" className={styles.headRow} style={tracks} aria-rowindex={1} onKeyDown={moveInHead}>
        {marked !== undefined && (
          <div role="columnheader" className={styles.mark}>
            <MarkBox
              state={marked}
              label={marked === 'all' ? 'Unmark all' : 'Mark all'}
              onToggle={() => props.onMarkAll()}
            />
          </div>
        )}
        {columns.map((column) => (
          <HeadCell key={column.key} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

function HeadCell<T>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>;
  sort: TableSort | undefined;
  onSort: ((sort: TableSort) => void) | undefined;
}): ReactNode {
  const isSorted = sort?.key === column.key;
  const Arrow = sort?.descending ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      data-align={column.align}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      {column.sortable && onSort ? (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onSort({ key: column.key, descending: isSorted && !sort.descending })}
        >
          {column.label}
          {isSorted && <Arrow size={11} aria-hidden />}
        </button>
      ) : (
        <span className={column.isLabelHidden ? styles.hiddenHead : undefined}>{column.label}</span>
      )}
    </div>
  );
}
