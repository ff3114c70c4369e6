import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  memo,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type UIEvent,
} from 'react';
import { moveInList } from './list-moves.ts';
import type { Tone } from './tone.ts';
import { useFront, type FrontOptions } from './use-front.ts';
import styles from './virtual-table.module.css';

export interface Column<T> {
  readonly key: string;
  readonly label: string;
  /** The label is only heard. */
  readonly isLabelHidden?: boolean;
  /** A CSS grid track: `90px`, `minmax(120px, 2fr)`. */
  readonly width: string;
  readonly render: (row: T) => ReactNode;
  readonly align?: 'end';
  readonly sortable?: boolean;
}

export interface TableSort {
  readonly key: string;
  readonly descending: boolean;
}

export interface VirtualTableProps<T> {
  /** What the list is, for those who hear it. */
  readonly label: string;
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  /** Must be stable (made once): rows are rendered anew only when they or their columns change. */
  readonly columns: readonly Column<T>[];
  /** Key of the row that is shown in the inspector. While there is one, moving selects. */
  readonly selected?: string | undefined;
  /** A click, or Enter. */
  readonly onSelect?: (row: T) => void;
  /** A double click, or Enter; default: {@link onSelect}. */
  readonly onOpen?: (row: T) => void;
  readonly sort?: TableSort;
  readonly onSort?: (sort: TableSort) => void;
  readonly rowTone?: (row: T) => Tone | 'stale' | undefined;
  /** Px, default 28. */
  readonly rowHeight?: number;
  /** Keeps the last row in view as rows are added. */
  readonly follow?: boolean;
  /** The person scrolled away from the end, or back to it. */
  readonly onFollowChange?: (follow: boolean) => void;
  /** The end of the list is near: fetch more. */
  readonly onEnd?: () => void;
  /** For a list that grows at its front too; what is in view keeps its place. */
  readonly front?: FrontOptions;
  /** In place of rows when there are none. */
  readonly empty?: ReactNode;
  readonly hideHeader?: boolean;
  /** Hairlines between the rows, for tall ones. */
  readonly isRuled?: boolean;
}

/** A list of any length: only what is in view is in the page. j/k or arrows move, Enter opens. */
export function VirtualTable<T>(props: VirtualTableProps<T>): ReactNode {
  const { rows, rowKey, columns, selected, onSelect, onOpen, rowTone, follow = false, onEnd } = props;
  const rowHeight = props.rowHeight ?? 28;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string>();
  const tracks = useMemo(() => ({ gridTemplateColumns: columns.map(({ width }) => width).join(' ') }), [columns]);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: 28,
  });

  const lastRow = rows.at(-1);
  useLayoutEffect(() => {
    if (follow && rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [follow, lastRow, rows.length, virtual]);

  const onFrontScroll = useFront(props.front, scroller, rows, rowKey, rowHeight);
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd && rows.length > 0 && lastSeen >= rows.length - 20) onEnd();
  }, [onEnd, lastSeen, rows.length]);

  const current = selected ?? active;
  const indexOf = (key: string | undefined): number =>
    key === undefined ? -1 : rows.findIndex((row) => rowKey(row) === key);
  // Ids are made of places: keys may have spaces, which part a list of ids.
  const activeInView = items.find(({ index }) => rows[index] !== undefined && rowKey(rows[index]) === current)?.index;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
    const at = indexOf(current);
    if (event.key === 'Enter' || event.key === ' ') {
      const row = rows[at];
      if (!row) return;
      event.preventDefault();
      (event.key === 'Enter' ? (onOpen ?? onSelect) : onSelect)?.(row);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const to = moveInList(event.key, at, rows.length, page);
    const row = to === undefined ? undefined : rows[to];
    if (to === undefined || row === undefined) return;
    event.preventDefault();
    setActive(rowKey(row));
    if (selected !== undefined) onSelect?.(row);
    virtual.scrollToIndex(to);
  };

  const onScroll = (event: UIEvent<HTMLDivElement>): void => {
    onFrontScroll();
    if (!props.onFollowChange) return;
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < rowHeight * 1.5;
    if (isAtEnd !== follow) props.onFollowChange(isAtEnd);
  };

  return (
    <div
      ref={scroller}
      className={styles.table}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={activeInView === undefined ? undefined : `${id}-${activeInView}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const first = items[0] && rows[items[0].index];
        if (event.target === event.currentTarget && current === undefined && first !== undefined)
          setActive(rowKey(first));
      }}
      onScroll={props.onFollowChange || props.front ? onScroll : undefined}
      data-list
      data-ruled={props.isRuled || undefined}
    >
      <div role="rowgroup" className={props.hideHeader ? styles.hiddenHead : styles.head}>
        <div role="row" className={styles.headRow} style={tracks} aria-rowindex={1}>
          {columns.map((column) => (
            <HeadCell key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const key = rowKey(row);
          return (
            <Row
              key={key}
              id={`${id}-${index}`}
              row={row}
              index={index}
              start={start}
              height={rowHeight}
              columns={columns as readonly Column<unknown>[]}
              tracks={tracks}
              isSelected={key === selected}
              isActive={key === current}
              tone={rowTone?.(row)}
              onPick={pick as (row: unknown) => void}
              onOpen={onOpen as ((row: unknown) => void) | undefined}
            />
          );
        })}
      </div>
      {rows.length === 0 && props.empty}
    </div>
  );

  function pick(row: T): void {
    setActive(rowKey(row));
    onSelect?.(row);
  }
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
        <button type="button" onClick={() => onSort({ key: column.key, descending: isSorted && !sort.descending })}>
          {column.label}
          {isSorted && <Arrow size={11} aria-hidden />}
        </button>
      ) : (
        <span className={column.isLabelHidden ? styles.hiddenHead : undefined}>{column.label}</span>
      )}
    </div>
  );
}

/** A button in a cell does its own thing, not the row's. */
function isOnControl({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest('button, a, input') !== null;
}

interface RowProps {
  readonly id: string;
  readonly row: unknown;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly columns: readonly Column<unknown>[];
  readonly tracks: { gridTemplateColumns: string };
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly tone: Tone | 'stale' | undefined;
  readonly onPick: (row: unknown) => void;
  readonly onOpen: ((row: unknown) => void) | undefined;
}

/** The callbacks are new with each render of the table and are left out of the comparison: they mean the same. */
const Row = memo(
  function Row({
    id,
    row,
    index,
    start,
    height,
    columns,
    tracks,
    isSelected,
    isActive,
    tone,
    onPick,
    onOpen,
  }: RowProps): ReactNode {
    return (
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the table takes the keys for all its rows
      <div
        id={id}
        role="row"
        className={styles.row}
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        data-active={isActive || undefined}
        data-tone={tone}
        style={{ ...tracks, height, transform: `translateY(${start}px)` }}
        onClick={(event) => isOnControl(event) || onPick(row)}
        onDoubleClick={onOpen && ((event) => isOnControl(event) || onOpen(row))}
      >
        {columns.map(({ key, align, render }) => (
          <div key={key} role="gridcell" data-align={align}>
            {render(row)}
          </div>
        ))}
      </div>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.index === after.index &&
    before.start === after.start &&
    before.columns === after.columns &&
    before.isSelected === after.isSelected &&
    before.isActive === after.isActive &&
    before.tone === after.tone,
);
