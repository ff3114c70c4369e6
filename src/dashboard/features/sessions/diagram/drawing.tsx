import {
  memo,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import type { Diagram, DiagramRow } from '../../../../protocol/handshake/model.ts';
import { useUi } from '../../../dashboard-context.tsx';
import { useSelected } from '../../../ui/use-selected.ts';
import { layoutOf, type PlacedRow, type Shape } from './layout.ts';
import { pointPath, SPAN_WIDTH } from './svg-text.ts';
import styles from './diagram.module.css';

/** Narrowest drawing, in px: below that it scrolls sideways. */
const LEAST_WIDTH = 620;

interface DrawingProps {
  readonly diagram: Diagram;
  /** The row that something else points at. */
  readonly pointedAt: string | undefined;
  /** Draws more of the rows that are folded. */
  readonly onMore: () => void;
}

/** The sequence diagram: a list of rows, in which one goes by the arrow keys; Enter or a click opens the frame of a row. */
export function Drawing({ diagram, pointedAt, onMore }: DrawingProps): ReactNode {
  const { ref: sizeRef, width } = useElementSize();
  const pane = useRef<HTMLDivElement>(null);
  const paneRef = useMergedRef(sizeRef, pane);
  const layout = useMemo(() => layoutOf(diagram, Math.max(LEAST_WIDTH, width)), [diagram, width]);
  const select = useUi((ui) => ui.select);
  const shown = useSelected('wire', ({ id }) => id);
  const [active, setActive] = useState<string>();
  const base = useId();
  const { rows, participants } = layout;
  const open = (row: DiagramRow): void => {
    setActive(row.id);
    if (row.id === 'more') onMore();
    else if (row.frameId !== undefined) select({ kind: 'wire', id: row.frameId });
  };
  useEffect(() => {
    if (pointedAt !== undefined) setActive(pointedAt);
  }, [pointedAt]);
  useEffect(() => {
    if (active !== undefined) document.getElementById(`${base}${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, base]);
  useFollow(pane, layout.height);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = rows.findIndex(({ row }) => row.id === active);
    const to = moved(event.key, at, rows.length);
    const here = rows[at];
    if (event.key === 'Enter' && here) open(here.row);
    else if (to === undefined) return;
    else setActive(rows[to]?.row.id);
    event.preventDefault();
  };

  return (
    <div ref={paneRef} className={styles.pane}>
      <div className={styles.drawing} style={{ width: layout.width }}>
        <div className={styles.participants} aria-hidden>
          {participants.map(({ participant, name, x }) => (
            <span key={participant} style={{ left: x }}>
              {name}
            </span>
          ))}
        </div>
        <svg
          width={layout.width}
          height={layout.height}
          role="listbox"
          aria-label="Sequence diagram"
          tabIndex={0}
          aria-activedescendant={active === undefined ? undefined : `${base}${active}`}
          onKeyDown={onKeyDown}
          className={styles.svg}
        >
          {participants.map(({ participant, x }) => (
            <line key={participant} x1={x} x2={x} y1={0} y2={layout.height} data-ink="line" />
          ))}
          {rows.map((placed) => (
            <DrawnRow
              key={placed.row.id}
              id={`${base}${placed.row.id}`}
              placed={placed}
              width={layout.width}
              isActive={placed.row.id === active}
              isShown={shown !== undefined && placed.row.frameId === shown}
              onOpen={open}
            />
          ))}
        </svg>
      </div>
    </div>
  );
}

function moved(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(at + 1, count - 1);
    case 'ArrowUp':
    case 'k':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** Who looks at the end sees what comes. */
function useFollow(pane: RefObject<HTMLDivElement | null>, height: number): void {
  const isAtEnd = useRef(false);
  useEffect(() => {
    const { current } = pane;
    const look = (): void => {
      if (current)
        isAtEnd.current = current.scrollTop > 0 && current.scrollTop + current.clientHeight >= current.scrollHeight - 8;
    };
    current?.addEventListener('scroll', look, { passive: true });
    return () => current?.removeEventListener('scroll', look);
  }, [pane]);
  useLayoutEffect(() => {
    if (isAtEnd.current && pane.current) pane.current.scrollTop = pane.current.scrollHeight;
  }, [pane, height]);
}

interface DrawnRowProps {
  readonly id: string;
  readonly placed: PlacedRow;
  readonly width: number;
  readonly isActive: boolean;
  readonly isShown: boolean;
  readonly onOpen: (row: DiagramRow) => void;
}

const DrawnRow = memo(function DrawnRow({ id, placed, width, isActive, isShown, onOpen }: DrawnRowProps): ReactNode {
  const { row, y, height, shapes, label } = placed;
  const isLink = row.frameId !== undefined || row.id === 'more';
  return (
    <g
      id={id}
      role="option"
      aria-label={label}
      aria-selected={isShown}
      data-active={isActive || undefined}
      data-link={isLink || undefined}
      className={styles.row}
      onClick={() => onOpen(row)}
    >
      <title>{label}</title>
      <rect className={styles.ground} x={1} y={y + 1} width={width - 2} height={height - 2} rx={3} />
      {shapes.map((shape) => (
        <Drawn key={keyOf(shape)} shape={shape} />
      ))}
    </g>
  );
});

/** Of a shape among those of its row: no two of a kind begin at one place. */
function keyOf(shape: Shape): string {
  return `${shape.kind} ${shape.kind === 'line' ? shape.x1 : shape.x} ${shape.y}`;
}

function Drawn({ shape }: { readonly shape: Shape }): ReactNode {
  switch (shape.kind) {
    case 'line':
      return (
        <line
          x1={shape.x1}
          x2={shape.x2}
          y1={shape.y}
          y2={shape.y}
          data-ink={shape.ink}
          data-dashed={shape.isDashed || undefined}
        />
      );
    case 'point':
      return <path d={pointPath(shape)} data-ink={shape.ink} data-open={shape.isCross || undefined} />;
    case 'box':
      return (
        <rect
          className={styles.box}
          x={shape.x}
          y={shape.y}
          width={shape.width}
          height={shape.height}
          rx={4}
          data-ink={shape.ink}
          data-dashed={shape.isDashed || undefined}
        />
      );
    case 'span':
      return (
        <rect
          className={styles.span}
          x={shape.x}
          y={shape.y}
          width={SPAN_WIDTH}
          height={shape.height}
          rx={2}
          data-ink={shape.ink}
        />
      );
    case 'text':
      return (
        <text
          x={shape.x}
          y={shape.y}
          textAnchor={shape.anchor}
          data-ink={shape.ink}
          data-strong={shape.isStrong === true || undefined}
        >
          {shape.text}
        </text>
      );
    default:
      return shape satisfies never;
  }
}
