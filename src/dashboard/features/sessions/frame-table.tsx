import { SegmentedControl } from '@mantine/core';
import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Frame } from '../../../protocol/frames.ts';
import { useUi } from '../../dashboard-context.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { FilterBox } from '../../ui/filter-box.tsx';
import { DirectionMark } from '../../ui/frame-line.tsx';
import { Mono } from '../../ui/mono.tsx';
import { formatCount, formatDuration, formatSize, formatTime } from '../../../protocol/words/units.ts';
import type { Column } from '../../ui/column.ts';
import { useHold } from '../../ui/use-hold.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { countNew, filterFrames, frameKindChoices, keptSince, type FrameKinds } from './frame-kinds.ts';
import styles from './sessions.module.css';

const columns: readonly Column<Frame>[] = [
  { key: 'time', label: 'Time', width: '92px', render: ({ at }) => <Mono dim>{formatTime(at, true)}</Mono> },
  {
    key: 'direction',
    label: 'Direction',
    isLabelHidden: true,
    width: '14px',
    render: ({ direction }) => <DirectionMark direction={direction} />,
  },
  { key: 'kind', label: 'Kind', width: '84px', render: (frame) => <KindWord frame={frame} /> },
  { key: 'method', label: 'Method', width: 'minmax(140px, 2fr)', render: (frame) => <FrameMethod frame={frame} /> },
  {
    key: 'id',
    label: 'Id',
    width: '64px',
    render: ({ rpcId }) => rpcId !== undefined && <Mono dim>{String(rpcId)}</Mono>,
  },
  {
    key: 'size',
    label: 'Size',
    width: '64px',
    align: 'end',
    render: ({ sizeBytes }) => <Mono dim>{formatSize(sizeBytes)}</Mono>,
  },
  {
    key: 'latency',
    label: 'Latency',
    width: '72px',
    align: 'end',
    render: ({ latencyMs }) =>
      latencyMs !== undefined && (
        <Mono tone={latencyMs > 1_000 ? 'waiting' : undefined}>{formatDuration(latencyMs)}</Mono>
      ),
  },
];

function KindWord({ frame: { kind, status, errorCode } }: { frame: Frame }): ReactNode {
  if (kind === 'error' || errorCode !== undefined) return <span className={styles.kindError}>error</span>;
  if (kind === 'http' && status !== undefined) {
    return <span className={status >= 400 ? styles.kindError : styles.kindQuiet}>http {status}</span>;
  }
  return <span className={kind === 'request' ? styles.kindRequest : styles.kindQuiet}>{kind}</span>;
}

/** The kind column shows that it is a notification, so the room is for its subject. */
function FrameMethod({ frame: { label, detail, errorCode } }: { frame: Frame }): ReactNode {
  return (
    <>
      <Mono title={label}>{label.replace(/^notifications\//u, '')}</Mono>{' '}
      {detail !== undefined && <Mono dim>{detail}</Mono>}{' '}
      {errorCode !== undefined && <Mono tone="refused">{String(errorCode)}</Mono>}
    </>
  );
}

function frameTone({ kind, errorCode, status }: Frame): 'refused' | undefined {
  return kind === 'error' || errorCode !== undefined || (status ?? 0) >= 400 ? 'refused' : undefined;
}

function idOf({ id }: Frame): string {
  return id;
}

export interface FrameTableProps {
  readonly frames: readonly Frame[];
  readonly isLive: boolean;
  readonly sessionId: string;
  /** When the session was opened, ms since the epoch: what is kept may begin later. */
  readonly openedAt: number;
}

/** The frames, live: the newest at the end. While they are held, new ones are counted that pass the filter. */
export function FrameTable({ frames, isLive, sessionId, openedAt }: FrameTableProps): ReactNode {
  const [kinds, setKinds] = useState<FrameKinds>('messages');
  const [text, setText] = useState('');
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('frame', ({ id }) => id);
  const live = useHold(chosen);
  const source = useFrozen(frames, isLive && live.isHeld);
  const rows = useMemo(() => filterFrames(source, kinds, text), [source, kinds, text]);
  const added = useMemo(() => countNew(frames, source, kinds, text), [frames, source, kinds, text]);
  const { hold } = live;
  useLayoutEffect(() => hold.count(added), [hold, added]);
  const since = keptSince(frames, openedAt);
  return (
    <>
      <div className={styles.frameTools}>
        <SegmentedControl
          aria-label="Which messages"
          data={frameKindChoices.map(({ value, label }) => ({ value, label }))}
          value={kinds}
          onChange={setKinds}
        />
        <FilterBox value={text} onChange={setText} label="Filter by method, tool, id" width={204} />
        <span className={styles.frameCount}>
          {rows.length === source.length
            ? formatCount(rows.length)
            : `${formatCount(rows.length)} of ${formatCount(source.length)}`}
          {since !== undefined && `, since ${formatTime(since)}`}
        </span>
        {since !== undefined && <Earlier sessionId={sessionId} />}
        {isLive && <FollowControl hold={hold} />}
      </div>
      <VirtualTable
        label="Messages"
        rows={rows}
        rowKey={idOf}
        columns={columns}
        rowHeight={26}
        rowTone={frameTone}
        selected={chosen}
        onSelect={({ id }) => {
          select({ kind: 'frame', id });
        }}
        live={isLive ? live : undefined}
        edge="end"
        empty={
          <EmptyState title={source.length === 0 ? 'No messages are kept' : 'No message is like that'}>
            {source.length === 0
              ? 'Messages are recorded for some days, unless that is switched off. What they led to is in the audit.'
              : since === undefined
                ? 'Change the filter above.'
                : `Only those since ${formatTime(since)} are searched here. The Wire screen has the earlier ones, as long as they are kept.`}
          </EmptyState>
        }
      />
    </>
  );
}

/** Leads to the messages of the session that are too many for its page: the recording has them, as long as it keeps them. */
function Earlier({ sessionId }: { sessionId: string }): ReactNode {
  const go = useUi((ui) => ui.go);
  return (
    <TextButton onClick={() => go('wire', { filter: `session:${sessionId}` })}>Earlier ones on the wire</TextButton>
  );
}

/** The frames; while they are held, those of before. */
function useFrozen(frames: readonly Frame[], isHeld: boolean): readonly Frame[] {
  const frozen = useRef(frames);
  return useMemo(() => {
    if (!isHeld) frozen.current = frames;
    return frozen.current;
  }, [frames, isHeld]);
}
