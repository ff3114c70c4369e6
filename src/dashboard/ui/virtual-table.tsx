import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useRowHeight } from '../dashboard-context.tsx';
import { isCommand, latinKey } from '../latin-key.ts';
import { leastWidth, type Column, type TableSort } from './column.ts';
import { goToHead, isFromBehind, tabFromList } from './head-keys.ts';
import { moveInList } from './list-moves.ts';
import type { Marks } from './marks.ts';
import { titleWhenCut } from './title-when-cut.ts';
import type { Tone } from './tone.ts';
import type { LiveList } from './use-hold.ts';
import { useLiveEdge } from './use-live-edge.ts';
import { useMarking } from './use-marking.ts';
import { VirtualHead } from './virtual-head.tsx';
import { VirtualRow } from './virtual-row.tsx';
import styles from './virtual-table.module.css';

export interface VirtualTableProps<T> {
  /** The list's name for screen readers. */
  readonly label: string;
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  /** Must be stable (made once): rows render again only if they or their columns change. */
  readonly columns: readonly Column<T>[];
  /** Key of the inspected row. While there is one, moving selects. */
  readonly selected?: string | undefined;
  /** A click, `i`, or Enter. */
  readonly onSelect?: (row: T) => void;
  /** A double click, or Enter; default: {@link onSelect}. */
  readonly onOpen?: (row: T) => void;
  readonly sort?: TableSort;
  readonly onSort?: (sort: TableSort) => void;
  readonly rowTone?: (row: T) => Tone | 'stale' | undefined;
  /** Px; default: as the person chose it. */
  readonly rowHeight?: number;
  /** For a list that changes by itself: pointer and keyboard in it, which hold it still. Space toggles that. */
  readonly live?: LiveList;
  /** In a log: where new rows come. */
  readonly edge?: 'start' | 'end';
  /** Keys of rows that are shown although they are not there any more. */
  readonly gone?: ReadonlySet<string>;
  /** The end of the list is near: fetch more. */
  readonly onEnd?: () => void;
  /** The front of the list is near: fetch what comes before. */
  readonly onFront?: () => void;
  /** Below the last row: where the list ends, in words. */
  readonly foot?: string | undefined;
  /** In place of rows when there are none. */
  readonly empty?: ReactNode;
  readonly hideHeader?: boolean;
  /** Hairlines between the rows, for tall ones. */
  readonly isRuled?: boolean;
  /** Rows can be marked: x, a box, Ctrl or Shift with a click; Ctrl-A marks all, Esc none. */
  readonly marks?: Marks<T>;
}

/** A list of any length: only what is in view is in the page. j/k or arrows move, Enter opens, i shows in the inspector. */
export function VirtualTable<T>(props: VirtualTableProps<T>): ReactNode {
  const { rows, rowKey, columns, selected, onSelect, onOpen, rowTone, live, edge, onEnd } = props;
  const hold = live?.hold;
  const chosenHeight = useRowHeight();
  const rowHeight = props.rowHeight ?? chosenHeight;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string>();
  const hasMarks = props.marks !== undefined;
  const tracks = useMemo(
    () => ({ gridTemplateColumns: [...(hasMarks ? ['15px'] : []), ...columns.map(({ width }) => width)].join(' ') }),
    [columns, hasMarks],
  );
  const minWidth = useMemo(() => leastWidth(columns, hasMarks), [columns, hasMarks]);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: 28,
  });

  const lastRow = rows.at(-1);
  const isFollowing = edge === 'end' && live?.isHeld === false;
  useLayoutEffect(() => {
    if (isFollowing && rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [isFollowing, lastRow, rows.length, virtual]);

  const onScroll = useLiveEdge({ live, edge, onFront: props.onFront, scroller, rows, rowKey, rowHeight });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd && rows.length > 0 && lastSeen >= rows.length - 20) onEnd();
  }, [onEnd, lastSeen, rows.length]);

  // A focused row that is scrolled far away leaves the page, and no event says so.
  const firstSeen = items[0]?.index;
  useEffect(() => {
    if (!scroller.current?.contains(document.activeElement)) hold?.end('row');
  }, [hold, firstSeen]);

  const current = selected ?? active;
  const indexOf = (key: string | undefined): number =>
    key === undefined ? -1 : rows.findIndex((row) => rowKey(row) === key);
  // Ids are made of row numbers: keys may have spaces, which would separate a list of ids.
  const activeInView = items.find(({ index }) => rows[index] !== undefined && rowKey(rows[index]) === current)?.index;

  // Tab comes to the buttons that sort first, and they lead to the list.
  const isSortable = props.onSort !== undefined && columns.some(({ sortable }) => sortable === true);
  const marking = useMarking(rows, rowKey, props.marks, current, setActive);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target === event.currentTarget && marking.onKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (isCommand(event) || event.target !== event.currentTarget) return;
    if (event.key === ' ' && hold) {
      event.preventDefault();
      hold.toggle();
      return;
    }
    if (event.key === 'Tab') tabFromList(event, scroller.current);
    if (event.key === 'Escape') hold?.drop('row');
    const at = indexOf(current);
    const key = latinKey(event.nativeEvent);
    const isInspect = key === ' ' || (key === 'i' && selected === undefined);
    if (event.key === 'Enter' || isInspect) {
      const row = rows[at];
      if (!row) return;
      event.preventDefault();
      (isInspect ? onSelect : (onOpen ?? onSelect))?.(row);
      return;
    }
    if (event.key === 'ArrowUp' && at === 0 && goToHead(scroller.current)) {
      event.preventDefault();
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const to = moveInList(key, at, rows.length, page, startInView());
    const row = to === undefined ? undefined : rows[to];
    if (to === undefined || row === undefined) return;
    event.preventDefault();
    hold?.begin('row');
    setActive(rowKey(row));
    if (selected !== undefined) onSelect?.(row);
    virtual.scrollToIndex(to);
  };

  /** Where the keyboard begins: at the first row in view, in a followed log at the last. */
  const startInView = (): number => {
    const { scrollTop = 0, clientHeight = 0 } = scroller.current ?? {};
    const end = Math.floor((scrollTop + clientHeight - 28) / rowHeight) - 1;
    return Math.min(rows.length - 1, edge === 'end' ? Math.max(0, end) : Math.ceil(scrollTop / rowHeight));
  };

  return (
    <div
      ref={scroller}
      className={styles.table}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={activeInView === undefined ? undefined : `${id}-${activeInView}`}
      tabIndex={isSortable ? -1 : 0}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (isFromBehind(event)) event.currentTarget.focus();
        // A button in a row is a part of it.
        if (event.target.matches('[data-list], [aria-selected] *') && event.target.matches(':focus-visible'))
          hold?.begin('row');
        if (event.target !== event.currentTarget) return;
        const first = rows[startInView()];
        if (first !== undefined && indexOf(current) < 0) setActive(rowKey(first));
      }}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || hold?.end('row')}
      // Not the pointer's mere presence: a list that opens under a resting pointer is live.
      onPointerMove={hold && (() => hold.begin('pointer'))}
      onPointerLeave={hold && (() => hold.end('pointer'))}
      onScroll={live ? onScroll : undefined}
      onMouseOver={titleWhenCut}
      data-list
      data-following={isFollowing || undefined}
      data-marks={props.marks !== undefined || undefined}
      data-marking={(marking.share !== undefined && marking.share !== 'none') || undefined}
      data-ruled={props.isRuled || undefined}
    >
      <VirtualHead
        columns={columns}
        tracks={tracks}
        minWidth={minWidth}
        sort={props.sort}
        onSort={props.onSort}
        isHidden={props.hideHeader ?? false}
        marked={marking.share}
        onMarkAll={marking.toggleAll}
      />
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize(), minWidth }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const key = rowKey(row);
          return (
            <VirtualRow
              key={key}
              id={`${id}-${index}`}
              rowKey={key}
              row={row}
              index={index}
              start={start}
              height={rowHeight}
              columns={columns as readonly Column<unknown>[]}
              tracks={tracks}
              isSelected={key === selected}
              isActive={key === current}
              tone={rowTone?.(row)}
              isGone={props.gone?.has(key) ?? false}
              markName={props.marks && (props.marks.canMark(row) ? props.marks.nameOf(row) : null)}
              isMarked={props.marks?.keys.has(key) ?? false}
              onMark={marking.mark}
              onPick={pick as (row: unknown) => void}
              onOpen={onOpen as ((row: unknown) => void) | undefined}
            />
          );
        })}
      </div>
      {props.foot !== undefined && <p className={styles.foot}>{props.foot}</p>}
      {rows.length === 0 && props.empty}
    </div>
  );

  function pick(row: T): void {
    setActive(rowKey(row));
    onSelect?.(row);
  }
}
