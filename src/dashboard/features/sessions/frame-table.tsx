import { Button, SegmentedControl } from '@mantine/core';
import { ArrowDownToLine, Pause } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { Frame } from '../../../protocol/frames.ts';
import { useUi } from '../../dashboard-context.tsx';
import { FilterBox } from '../../ui/filter-box.tsx';
import { DirectionMark } from '../../ui/frame-line.tsx';
import { Mono } from '../../ui/mono.tsx';
import { formatCount, formatDuration, formatSize, formatTime } from '../../../protocol/words/units.ts';
import { selected } from '../../ui-slice.ts';
import type { Column } from '../../ui/column.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { filterFrames, frameKinds, type FrameKinds } from './frame-filter.ts';
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
  { key: 'method', label: 'Method', width: 'minmax(140px, 2fr)', render: (frame) => <Method frame={frame} /> },
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
function Method({ frame: { label, detail, errorCode } }: { frame: Frame }): ReactNode {
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

/** The frames, live. Scrolling up stops following; new frames are counted. */
export function FrameTable({ frames, isLive }: { frames: readonly Frame[]; isLive: boolean }): ReactNode {
  const [kinds, setKinds] = useState<FrameKinds>('messages');
  const [text, setText] = useState('');
  const [frozen, setFrozen] = useState<readonly Frame[]>();
  const select = useUi((ui) => ui.select);
  const selection = useUi(selected);
  const source = frozen ?? frames;
  const rows = useMemo(() => filterFrames(source, kinds, text), [source, kinds, text]);
  const since = frozen ? countSince(frames, frozen) : 0;
  const setFollow = (follow: boolean): void => setFrozen((was) => (follow ? undefined : (was ?? frames)));
  return (
    <>
      <div className={styles.frameTools}>
        <SegmentedControl
          aria-label="Which messages"
          data={frameKinds.map(({ value, label }) => ({ value, label }))}
          value={kinds}
          onChange={setKinds}
        />
        <FilterBox value={text} onChange={setText} label="Filter by method, tool, id" width={204} />
        <span className={styles.frameCount}>
          {rows.length === source.length
            ? formatCount(rows.length)
            : `${formatCount(rows.length)} of ${formatCount(source.length)}`}
        </span>
        {isLive && (
          <Button
            variant={frozen ? 'filled' : 'default'}
            leftSection={frozen ? <ArrowDownToLine size={13} /> : <Pause size={13} />}
            onClick={() => setFollow(frozen !== undefined)}
          >
            {frozen ? (since > 0 ? `Follow, ${formatCount(since)} new` : 'Follow') : 'Pause'}
          </Button>
        )}
      </div>
      <VirtualTable
        label="Messages"
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        rowHeight={26}
        rowTone={frameTone}
        selected={selection?.kind === 'frame' ? selection.id : undefined}
        onSelect={({ id }) => {
          select({ kind: 'frame', id });
        }}
        follow={isLive && frozen === undefined}
        onFollowChange={isLive ? setFollow : undefined}
        empty={
          <EmptyState title={source.length === 0 ? 'No messages are kept' : 'No message is like that'}>
            {source.length === 0
              ? 'The hub keeps the last 2,000 of each session while it runs.'
              : 'Change the filter above.'}
          </EmptyState>
        }
      />
    </>
  );
}

function countSince(frames: readonly Frame[], frozen: readonly Frame[]): number {
  const last = frozen.at(-1)?.n ?? -1;
  let count = 0;
  for (let at = frames.length - 1; at >= 0 && (frames[at]?.n ?? -1) > last; at -= 1) count += 1;
  return count;
}
