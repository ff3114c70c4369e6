import type { Hub } from '../../../src/hub/hub.ts';
import { acquireLock, releaseLock } from '../../../src/hub/rules/locks.ts';
import type { EventBody } from '../../../src/protocol/events.ts';
import type { LockState, SessionState } from '../../../src/protocol/state.ts';

/** Ten milliseconds' share of a flood, by the sessions that are there. */
type Share = (tick: number, speaker: SessionState) => void;

const TICK_MS = 10;
const LOCKS_HELD = 300;

/** What a busy room of agents does 2,000 times a second; each kind is what its screen has most to do with. One is calmer. */
export const floods = {
  /** Calls that change nothing. */
  'flood-calls': callFlood,
  /** 1,000 grants and 1,000 releases, with 300 held. */
  'flood-locks': lockFlood,
  /** 1,000 writes to 500 paths, in as many calls. */
  'flood-files': fileFlood,
  /** 660 jobs that are queued, run and end. */
  'flood-jobs': jobFlood,
  /** 150 a second of every kind: 100 calls, 20 grants and releases, 15 of jobs, 5 writes, 10 of sessions. */
  'flood-mixed': mixedFlood,
} as const;

/** Runs a kind of flood for `seconds`, until all of it is on disk. */
export async function flood(hub: Hub, kind: keyof typeof floods, seconds: number): Promise<void> {
  const [workspace] = hub.state.workspaces.keys();
  const sessions = [...hub.state.sessions.values()];
  const share = floods[kind](hub, String(workspace));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let tick = 0;
  const timer = setInterval(() => {
    const speaker = sessions[tick % sessions.length];
    if (speaker) share(tick, speaker);
    else reject(new Error('a flood needs sessions'));
    if (++tick === (seconds * 1_000) / TICK_MS) resolve();
  }, TICK_MS);
  await promise.finally(() => clearInterval(timer));
  await hub.durable();
}

function actorOf({ id, keyId }: SessionState) {
  return { actor: { kind: 'agent', key: keyId, session: id } } as const;
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function called(workspace: string, sessionId: string, tool: string): EventBody {
  const argsDigest = '0123456789abcdef';
  return { type: 'tool.called', workspace, tool, sessionId, argsDigest, outcome: 'ok', ms: 0.4 };
}

function callFlood(hub: Hub, workspace: string): Share {
  return (_tick, speaker) => {
    hub.record(
      times(20, () => called(workspace, speaker.id, 'file_read')),
      actorOf(speaker),
    );
  };
}

type Held = Pick<LockState, 'path' | 'lockId' | 'keyId'>;

/** Passes a lock on: the oldest is released and another is granted, while 300 are held. */
function lockTurn(hub: Hub, workspace: string): (by: SessionState) => void {
  const held: Held[] = [...hub.state.locks.values()];
  const first = hub.state.seq;
  let taken = 0;
  const take = (by: SessionState): void => {
    const path = `plans/${first + taken++}.md`;
    const command = { workspace, path, ttlMs: 600_000, waitMs: 0, reason: 'moving the night shifts' };
    const { answer } = hub.commit(acquireLock, command, actorOf(by));
    if (answer.status === 'held') held.push({ path, lockId: answer.lockId, keyId: by.keyId });
  };
  return (by) => {
    while (held.length < LOCKS_HELD) take(by);
    const oldest = held.shift();
    if (oldest) {
      const { path, lockId, keyId: key } = oldest;
      hub.commit(releaseLock, { workspace, path, lockId }, { actor: { kind: 'agent', key } });
    }
    take(by);
  };
}

function lockFlood(hub: Hub, workspace: string): Share {
  const turn = lockTurn(hub, workspace);
  return (_tick, speaker) => {
    for (let n = 0; n < 10; n += 1) turn(speaker);
  };
}

function fileFlood(hub: Hub, workspace: string): Share {
  const versions = new Map<number, number>();
  return (tick, speaker) => {
    const events = times(10, (n): EventBody[] => {
      const at = (tick * 10 + n) % 500;
      const version = (versions.get(at) ?? 0) + 1;
      versions.set(at, version);
      return [writtenTo(workspace, at, version), called(workspace, speaker.id, 'file_write')];
    });
    hub.record(events.flat(), actorOf(speaker));
  };
}

function jobFlood(hub: Hub, workspace: string): Share {
  return (tick, speaker) => {
    const events = times(7, (n): EventBody[] => {
      const jobId = `job_${tick}_${n}`;
      const job = { workspace, jobId };
      const file = { fileId: `fil_${n}`, path: `plans/${n}.md`, version: 1 };
      return [
        { type: 'job.queued', ...job, kind: 'file_extract', ...file, attempt: 1 },
        { type: 'job.started', ...job },
        { type: 'job.succeeded', ...job, result: { lines: 1 }, ms: 12, log: ['text/markdown, 1000 bytes'] },
      ];
    });
    hub.record(events.flat(), actorOf(speaker));
  };
}

/** In 200 ms: a call each tick, a write, a job, a session that comes and goes, and two locks that pass on. */
function mixedFlood(hub: Hub, workspace: string): Share {
  const turn = lockTurn(hub, workspace);
  const first = hub.state.seq;
  return (tick, speaker) => {
    const n = first + Math.floor(tick / 20);
    const job = { workspace, jobId: `job_${n}` };
    const file = { fileId: `fil_${n % 500}`, path: `plans/${n % 500}.md`, version: 1 };
    const session = { sessionId: `ses_${n}` };
    const traffic = { framesIn: 1, framesOut: 1, bytesIn: 1, bytesOut: 1 };
    const more: Readonly<Record<number, () => EventBody[]>> = {
      0: () => [writtenTo(workspace, n % 500, n)],
      2: () => [
        { type: 'job.queued', ...job, kind: 'file_extract', ...file, attempt: 1 },
        { type: 'job.started', ...job },
      ],
      4: () => [{ type: 'session.opened', ...session, keyId: speaker.keyId, wire: 'sse', remote: '127.0.0.1' }],
      8: () => [{ type: 'job.succeeded', ...job, result: { lines: 1 }, ms: 12, log: [] }],
      10: () => [{ type: 'session.closed', ...session, reason: 'The agent ended it', traffic }],
    };
    if (tick % 20 === 6 || tick % 20 === 12) turn(speaker);
    hub.record([called(workspace, speaker.id, 'file_read'), ...(more[tick % 20]?.() ?? [])], actorOf(speaker));
  };
}

function writtenTo(workspace: string, at: number, version: number): EventBody {
  return {
    type: 'file.written',
    workspace,
    fileId: `fil_${at}`,
    path: at < 250 ? `night-${at}.md` : `plans/${at}.md`,
    version,
    sha256: 'a'.repeat(64),
    sizeBytes: 1_000,
    mime: 'text/markdown',
    appears: version === 1,
    source: 'tool',
  };
}
