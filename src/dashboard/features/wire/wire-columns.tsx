import type { ReactNode } from 'react';
import { endClause } from '../../../protocol/words/end-words.ts';
import { agentId, idOfAgent } from '../../../protocol/agent-id.ts';
import type { FrameRecord } from '../../../protocol/frame-record.ts';
import { formatCount, formatDateTime, formatDuration, formatSize, formatTime } from '../../../protocol/words/units.ts';
import { useServer } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/column.ts';
import { DirectionMark } from '../../ui/frame-line.tsx';
import { Mono } from '../../ui/mono.tsx';
import type { Tone } from '../../ui/tone.ts';
import { WorkspaceName } from '../../ui/workspace-column.tsx';
import type { WireRow } from './wire-rows.ts';
import styles from './wire.module.css';
import { keylessParty } from './keyless-party.ts';

type WireColumn = Column<WireRow> & { readonly key: string };

const of =
  (render: (frame: FrameRecord) => ReactNode) =>
  ({ frame }: WireRow): ReactNode =>
    render(frame);

const dim = (text: string | number | undefined): ReactNode => text !== undefined && <Mono dim>{text}</Mono>;

/** Every column that the list can have, in the usual order; the first {@link usualColumns} are shown at first. */
export const allColumns: readonly WireColumn[] = [
  { key: 'time', label: 'Time', width: '96px', render: of(({ at }) => <Time at={at} />) },
  { key: 'agent', label: 'Agent', width: 'minmax(88px, 1fr)', render: (row) => <FrameAgent row={row} /> },
  {
    key: 'direction',
    label: 'Direction',
    isLabelHidden: true,
    width: '14px',
    render: of(({ direction, kind }) => kind !== 'gap' && <DirectionMark direction={direction} />),
  },
  { key: 'what', label: 'What', width: 'minmax(120px, 3fr)', render: (row) => <What row={row} /> },
  { key: 'outcome', label: 'Outcome', width: '104px', render: of((frame) => <Outcome frame={frame} />) },
  { key: 'took', label: 'Took', width: '104px', align: 'end', render: (row) => <Took row={row} /> },
  {
    key: 'size',
    label: 'Size',
    width: '68px',
    align: 'end',
    render: ({ sizeBytes }) => <Mono dim>{formatSize(sizeBytes)}</Mono>,
  },
  { key: 'wire', label: 'Wire', width: '68px', render: of(({ wire }) => wire && <WireBadge wire={wire} />) },
  { key: 'kind', label: 'Kind', width: '90px', render: of(({ kind }) => dim(kind)) },
  { key: 'method', label: 'Method', width: '140px', render: of(({ method }) => dim(method)) },
  { key: 'tool', label: 'Tool', width: '120px', render: of(({ tool }) => dim(tool)) },
  {
    key: 'workspace',
    label: 'Workspace',
    width: '110px',
    render: of(({ workspace }) => workspace !== undefined && <WorkspaceName id={workspace} />),
  },
  { key: 'session', label: 'Session', width: '120px', render: of(({ sessionId }) => dim(sessionId)) },
  { key: 'rpc', label: 'Request id', width: '80px', render: of(({ rpcId }) => dim(rpcId)) },
  {
    key: 'seq',
    label: 'Event',
    width: '76px',
    align: 'end',
    render: of(({ seq }) => seq !== undefined && dim(`#${seq}`)),
  },
  {
    key: 'masked',
    label: 'Masked',
    width: '64px',
    align: 'end',
    render: of(({ masked }) => masked > 0 && dim(masked)),
  },
  { key: 'place', label: 'Place', width: '84px', align: 'end', render: of(({ place }) => dim(place)) },
];

export const usualColumns: readonly string[] = ['time', 'agent', 'direction', 'what', 'outcome', 'took', 'size'];

function Time({ at }: { at: number }): ReactNode {
  return (
    <Mono dim title={formatDateTime(at)}>
      {formatTime(at, true)}
    </Mono>
  );
}

function FrameAgent({ row: { frame, sessions: count } }: { row: WireRow }): ReactNode {
  const { keyId, agent, kind, sessionId = '' } = frame;
  const session = useServer(({ sessions }) => sessions.get(sessionId));
  if (count > 1) return <span className={styles.quiet}>{`${formatCount(count)} sessions`}</span>;
  if (keyId !== undefined) return <AgentChip agent={agentId(keyId, agent)} plain />;
  if (session) return <AgentChip agent={idOfAgent(session)} plain />;
  return kind === 'gap' ? null : <span className={styles.quiet}>{keylessParty(frame)}</span>;
}

/** What passed: the tool of a call, the method of another message, the first line of an exchange. */
function What({ row: { frame, count } }: { row: WireRow }): ReactNode {
  const { kind, method = '', tool, subject } = frame;
  if (kind === 'gap') {
    return (
      <Mono tone="refused">{`${formatCount(frame.dropped ?? 0)} frames were not recorded: the disk did not keep up`}</Mono>
    );
  }
  if (kind === 'keep-alive') {
    return <span className={styles.quiet}>{count === 1 ? 'keep-alive' : `${formatCount(count)} keep-alives`}</span>;
  }
  if (kind === 'close' && subject !== undefined) {
    return <Mono dim title={subject}>{`${unnamed.close}: ${endClause(subject)}`}</Mono>;
  }
  const name = tool ?? (method === '' ? unnamed[kind] : method.replace(/^notifications\//u, ''));
  const isCall = tool !== undefined || kind === 'exchange';
  return (
    <span
      className={styles.what}
      title={`${kind}: ${method}${tool === undefined ? '' : ` ${tool}`}${subject === undefined ? '' : ` ${subject}`}`}
    >
      {kind === 'response' && <span className={styles.quiet}>answer to </span>}
      <span className={subject === undefined || kind === 'notification' ? styles.gives : undefined}>
        <Mono dim={!isCall && kind !== 'request'}>{name}</Mono>
      </span>
      {subject !== undefined && (
        <span className={kind === 'notification' ? undefined : styles.gives}>
          <Mono dim>{` ${subject}`}</Mono>
        </span>
      )}
    </span>
  );
}

/** What is written on a stream and is no message. */
const unnamed: Partial<Readonly<Record<FrameRecord['kind'], string>>> = {
  close: 'stream closed',
  comment: 'comment',
  event: 'empty event',
};

/** How it went, in colour and in words. */
function Outcome({ frame }: { frame: FrameRecord }): ReactNode {
  const { kind, status, code, outcome } = frame;
  if (kind === 'gap' || kind === 'keep-alive' || kind === 'close') return null;
  if (kind === 'exchange') return <Mono tone={outcomeTone(frame)}>{status ?? outcomeWords[outcome]}</Mono>;
  if (kind === 'notification' || kind === 'event' || kind === 'comment') return null;
  return <Mono tone={outcomeTone(frame)}>{code === undefined ? outcomeWords[outcome] : code}</Mono>;
}

const outcomeWords: Readonly<Record<FrameRecord['outcome'], string>> = {
  pending: 'no answer yet',
  ok: 'ok',
  error: 'error',
  refused: 'refused',
  aborted: 'aborted',
};

/** Red for what was refused or failed, amber for what waits or was given up. */
export function outcomeTone({ outcome, kind }: FrameRecord): Tone | undefined {
  if (kind === 'gap') return 'refused';
  if (outcome === 'error' || outcome === 'refused') return 'refused';
  return outcome === 'aborted' || (outcome === 'pending' && kind === 'request') ? 'waiting' : undefined;
}

/** Longest time that a bar shows, in ms; a longer one looks the same. */
const LONGEST_MS = 10_000;

/** How long it took: a bar in which each step of ten is as wide as the next, and the number. */
function Took({ row: { frame, slowFromMs } }: { row: WireRow }): ReactNode {
  const { latencyMs, kind, tool } = frame;
  if (latencyMs === undefined || kind === 'response') return null;
  const share = Math.min(1, Math.log10(1 + latencyMs) / Math.log10(1 + LONGEST_MS));
  const isSlow = slowFromMs !== undefined;
  const title = isSlow ? `Slow for ${tool ?? ''}: 95 of 100 take ${formatDuration(slowFromMs)} at most` : undefined;
  return (
    <span className={styles.took} title={title}>
      <span className={styles.bar} aria-hidden>
        <span style={{ width: `${Math.max(2, share * 100)}%` }} data-slow={isSlow || undefined} />
      </span>
      <Mono tone={isSlow ? 'waiting' : undefined}>{`${isSlow ? 'slow ' : ''}${formatDuration(latencyMs)}`}</Mono>
    </span>
  );
}
