import { Fragment, type ReactNode } from 'react';
import { idOfAgent } from '../../../protocol/agent-id.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import type { JobState, LockState } from '../../../protocol/state.ts';
import type { SessionPulse } from '../../../protocol/ticks.ts';
import { agentHealth, healthLooks } from '../../health.ts';
import { isLive } from '../../presence.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { ProgressBar, StatusDot, WireBadge } from '../../ui/badge.tsx';
import { EndReason } from '../../ui/end-reason.tsx';
import { EventSentence } from '../../ui/event-sentence.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { Pause } from '../../ui/pause.tsx';
import { Clock, Countdown, Elapsed, TimeAgo, useNow } from '../../ui/times.tsx';
import { ACTIVITY_BUCKET_MS, ACTIVITY_BUCKETS, activityBars } from '../../../protocol/activity.ts';
import { agentColor } from '../../theme/agent-hues.ts';
import { laneHealth } from './lane-health.ts';
import type { Lane, LaneWait } from './lanes.ts';
import styles from './board.module.css';

/** The agent: name in its hue, health, wires. */
export function AgentCell({ lane }: { lane: Lane }): ReactNode {
  const pulses = useServer((server) => server.pulses);
  const now = useNow(5_000);
  const { brief, words } = laneHealth(lane, (id) => pulses.get(id), now);
  const { tone, isHollow } = healthLooks[brief];
  const live = lane.sessions.filter(isLive);
  const wires = [...new Set((live.length > 0 ? live : lane.sessions).map(({ wire }) => wire))];
  const client = lane.sessions.find((session) => session.client)?.client;
  return (
    <div className={styles.stack}>
      <AgentChip agent={lane.id} />
      <Pause />
      <span className={styles.line}>
        <StatusDot tone={tone} label={words} hollow={isHollow} />
        <Pause />
        {wires.map((wire) => (
          <Fragment key={wire}>
            <WireBadge wire={wire} />
            <Pause />
          </Fragment>
        ))}
        {live.length > 1 && (
          <span className={styles.many} role="img" aria-label={`${live.length} sessions`}>
            ×{live.length}
          </span>
        )}
        <span className={styles.cut}>
          {tone === 'proceed' && client ? clientLabel({ name: client.name, version: '' }) : words}
        </span>
      </span>
      <Pause mark="." />
    </div>
  );
}

function inFlight(pulses: ReadonlyMap<string, SessionPulse>, lane: Lane): SessionPulse['calling'][number] | undefined {
  let first: SessionPulse['calling'][number] | undefined;
  for (const { id } of lane.sessions.filter(isLive)) {
    for (const call of pulses.get(id)?.calling ?? []) if (!first || call.since < first.since) first = call;
  }
  return first;
}

/** The running tool of an agent, else its last event. */
export function DoingCell({ lane }: { lane: Lane }): ReactNode {
  const call = useServer(({ pulses }) => inFlight(pulses, lane));
  const last = useServer(({ lastActions }) => lastActions.get(lane.id));
  const select = useUi((ui) => ui.select);
  if (call) {
    return (
      <div className={styles.stack}>
        <span className={styles.line}>
          <span className={styles.lamp} aria-hidden />
          <Mono>{call.tool}</Mono>
        </span>
        <span className={styles.dim}>
          for <Elapsed since={call.since} />
        </span>
        <Pause mark="." />
      </div>
    );
  }
  if (lane.lostAt !== undefined) return <Lost lane={lane} lostAt={lane.lostAt} />;
  if (!last) return <Standing lane={lane} />;
  return (
    <button type="button" className={styles.action} onClick={() => select({ kind: 'event', seq: last.seq })}>
      <span className={styles.cut}>
        <EventSentence event={last} bare plain />
      </span>
      <Pause />
      <span className={styles.dim}>
        <TimeAgo at={timeOf(last)} />
      </span>
      <Pause mark="." />
    </button>
  );
}

/** Since when an agent's connection is lost and why, and what it did last. */
function Lost({ lane: { id, sessions }, lostAt }: { lane: Lane; lostAt: number }): ReactNode {
  const last = useServer(({ lastActions }) => lastActions.get(id));
  const reason = sessions.find(({ since }) => since === lostAt)?.dropReason;
  return (
    <div className={styles.stack}>
      <span className={styles.cut}>
        lost <TimeAgo at={lostAt} />
        {reason !== undefined && (
          <>
            : <EndReason reason={reason} inline />
          </>
        )}
      </span>
      <Pause />
      <span className={styles.line}>
        <span className={styles.cut}>
          {last ? (
            <>
              before: <EventSentence event={last} bare plain />
            </>
          ) : (
            'No event of it is known.'
          )}
        </span>
      </span>
      <Pause mark="." />
    </div>
  );
}

/** For an agent without a recent event, as after a reload: that it is there, as far as that is known, and since when. */
function Standing({ lane: { held, sessions } }: { lane: Lane }): ReactNode {
  const lock = held[0];
  const now = useNow(5_000);
  const isUnseen = useServer(({ pulses }) => agentHealth(sessions, (id) => pulses.get(id), now).brief === 'unseen');
  const since = lock?.acquiredAt ?? Math.min(...sessions.filter(isLive).map(({ openedAt }) => openedAt));
  return (
    <div className={styles.stack}>
      <span className={styles.cut}>
        {lock ? (
          <>
            holds{' '}
            <Mono>
              <PathText path={lock.path} />
            </Mono>
          </>
        ) : isUnseen ? (
          'has a session'
        ) : (
          'is connected'
        )}
      </span>
      <span className={styles.dim}>
        since <Clock at={since} />
      </span>
      <Pause mark="." />
    </div>
  );
}

/** The locks it holds, with the time left; those it waits for, with their holders; its jobs. */
export function WorkCell({ lane }: { lane: Lane }): ReactNode {
  const isAlone = lane.waits.length + lane.held.length + lane.jobs.length === 1;
  const lines = [
    ...lane.waits.map((wait) => <WaitLine key={wait.waiter.waiterId} wait={wait} isAlone={isAlone} />),
    ...lane.held.map((lock) => <HeldLine key={lock.lockId} lock={lock} />),
    ...lane.jobs.map((job) => <LaneJob key={job.id} job={job} />),
  ];
  if (lines.length === 0) return null;
  const shown = lines.length > 2 ? lines.slice(0, 1) : lines;
  return (
    <div className={styles.stack}>
      {shown.map((line) => (
        <Fragment key={line.key}>
          {line}
          <Pause />
        </Fragment>
      ))}
      {lines.length > 2 && <span className={styles.dim}>and {lines.length - 1} more</span>}
      <Pause mark="." />
    </div>
  );
}

function HeldLine({ lock }: { lock: LockState }): ReactNode {
  const select = useUi((ui) => ui.select);
  return (
    <button
      type="button"
      className={styles.lock}
      onClick={() => select({ kind: 'lock', workspace: lock.workspace, path: lock.path })}
    >
      <span className={styles.held}>holds</span>
      <Mono cut>
        <PathText path={lock.path} />
      </Mono>
      <Countdown until={lock.expiresAt} label="Expires" />
    </button>
  );
}

/** With a second line for the holder if it is the only one. */
function WaitLine({ wait: { lock }, isAlone }: { wait: LaneWait; isAlone: boolean }): ReactNode {
  const select = useUi((ui) => ui.select);
  return (
    <button
      type="button"
      className={styles.lock}
      data-alone={isAlone || undefined}
      onClick={() => select({ kind: 'lock', workspace: lock.workspace, path: lock.path })}
    >
      <span className={styles.waits}>waits</span>
      <Mono cut>
        <PathText path={lock.path} />
      </Mono>
      <span className={styles.whom}>
        {isAlone && <span className={styles.dim}>held by</span>}
        <AgentChip agent={idOfAgent(lock)} plain />
      </span>
    </button>
  );
}

function LaneJob({ job: { id, path, status } }: { job: JobState }): ReactNode {
  const fraction = useServer(({ jobProgress }) => jobProgress.get(id)?.fraction);
  const select = useUi((ui) => ui.select);
  return (
    <button type="button" className={styles.job} onClick={() => select({ kind: 'job', jobId: id })}>
      <span className={styles.dim}>{status === 'running' ? 'job' : 'queued'}</span>
      <Mono cut>
        <PathText path={path} />
      </Mono>
      {status === 'running' && <ProgressBar fraction={fraction} label={`Progress of the job on ${path}`} />}
    </button>
  );
}

/** Its last three minutes: a bar for each five seconds. The line begins where counting did, if that is later. */
export function ActivityCell({ agent }: { agent: string }): ReactNode {
  const activity = useServer((server) => server.activity.get(agent));
  const since = useServer((server) => server.activitySince ?? 0);
  const now = useNow(5_000);
  const bars = activityBars(activity, now);
  const known = Math.min(ACTIVITY_BUCKETS, Math.ceil((now - since) / ACTIVITY_BUCKET_MS) + 1);
  const start = 3 * (ACTIVITY_BUCKETS - known);
  const sum = bars.reduce((total, count) => total + count, 0);
  return (
    <svg
      className={styles.strip}
      viewBox="0 0 108 28"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${sum} events ${start > 0 ? 'since the hub was started' : 'in the last three minutes'}`}
      style={{ color: agentColor(agent) }}
    >
      <path d={barsPath(bars)} fill="currentColor" />
      <rect x={start} y="27" width={108 - start} height="1" fill="currentColor" opacity="0.3" />
    </svg>
  );
}

/** Logarithmic heights, so that one event is visible beside a hundred. */
function barsPath(bars: readonly number[]): string {
  return bars
    .map((count, at) => {
      if (count === 0) return '';
      const height = Math.min(26, 5 + Math.log2(count) * 4);
      return `M${at * 3} 27v-${height.toFixed(1)}h2v${height.toFixed(1)}z`;
    })
    .join('');
}
