import { memo, type MouseEvent, type ReactNode } from 'react';
import { MarkBox } from './mark-box.tsx';
import type { Tone } from './tone.ts';
import type { Column } from './column.ts';
import styles from './virtual-table.module.css';

/** A button in a cell does its own thing, not the row's. */
function isOnControl({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest('button, a, input') !== null;
}

/** Shift-click selects a range of rows, not of text; the list still gets the focus. */
function keepFromSelectingText(event: MouseEvent<HTMLElement>): void {
  if (!event.shiftKey) return;
  event.preventDefault();
  event.currentTarget.closest<HTMLElement>('[data-list]')?.focus();
}

export interface VirtualRowProps {
  readonly id: string;
  readonly rowKey: string;
  readonly row: unknown;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly columns: readonly Column<unknown>[];
  readonly tracks: { gridTemplateColumns: string };
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly tone: Tone | 'stale' | undefined;
  /** The item is gone, and still shown. */
  readonly isGone: boolean;
  /** Name and mark of the row in a list with marks; null: this row cannot be marked. */
  readonly markName: string | null | undefined;
  readonly isMarked: boolean;
  readonly onMark: (key: string, isRange: boolean) => void;
  readonly onPick: (row: unknown) => void;
  readonly onOpen: ((row: unknown) => void) | undefined;
}

/** Apart from the row, which changes with its place: in a log all rows move with each event. */
const Cells = memo(function Cells({
  row,
  columns,
}: {
  readonly row: unknown;
  readonly columns: readonly Column<unknown>[];
}): ReactNode {
  return columns.map(({ key, align, render }) => (
    <div key={key} role="gridcell" data-align={align}>
      {render(row)}
    </div>
  ));
});

/** The callbacks are left out of the comparison: they are new with each render of the table but do the same. */
export const VirtualRow = memo(
  function VirtualRow({
    id,
    rowKey,
    row,
    index,
    start,
    height,
    columns,
    tracks,
    isSelected,
    isActive,
    tone,
    isGone,
    markName,
    isMarked,
    onMark,
    onPick,
    onOpen,
  }: VirtualRowProps): ReactNode {
    const onClick = (event: MouseEvent): void => {
      if (isOnControl(event)) return;
      if (typeof markName === 'string' && (event.ctrlKey || event.metaKey || event.shiftKey)) {
        onMark(rowKey, event.shiftKey);
      } else onPick(row);
    };
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
        data-gone={isGone || undefined}
        style={{ ...tracks, height, transform: `translateY(${start}px)` }}
        data-marked={isMarked || undefined}
        onMouseDown={markName === undefined ? undefined : keepFromSelectingText}
        onClick={onClick}
        onDoubleClick={onOpen && ((event) => isOnControl(event) || onOpen(row))}
      >
        {markName !== undefined && (
          <div role="gridcell" className={styles.mark}>
            {markName !== null && (
              <MarkBox
                state={isMarked ? 'all' : 'none'}
                label={`Mark ${markName}`}
                onToggle={(isRange) => onMark(rowKey, isRange)}
              />
            )}
          </div>
        )}
        <Cells row={row} columns={columns} />
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
    before.isMarked === after.isMarked &&
    before.tone === after.tone &&
    before.isGone === after.isGone,
);
