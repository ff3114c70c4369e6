import { expect, test } from 'vitest';
import { publish, type Arrivals } from '../../src/dashboard/publish.ts';
import { Replica } from '../../src/dashboard/replica.ts';
import { emptyServerSlice, type ServerSlice } from '../../src/dashboard/server-slice.ts';
import type { EventBody, HubEvent } from '../../src/protocol/events.ts';
import type { OpenAnswer } from '../../src/protocol/open-answer.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { emptyState } from '../../src/protocol/state.ts';
import type { Tick } from '../../src/protocol/ticks.ts';
import { hubInfo } from '../support/hub-info.ts';

const event = (seq: number, body: EventBody): HubEvent => ({ seq, at: seq, actor: { kind: 'human' }, ...body });

/** The n-th event of a log: a key that is named for the log and its number. */
const keyEvent = (seq: number, log = 'a'): HubEvent =>
  event(seq, { type: 'key.created', keyId: `key_${log}${seq}`, name: `${log}${seq}`, secretSha256: '' });

const snapshot = (logId: string, seq = 0): OpenAnswer => ({
  kind: 'snapshot',
  now: 0,
  hub: { ...hubInfo, logId },
  state: takeSnapshot({ ...emptyState(), seq }),
  recent: [],
});

function keysOf(replica: Replica): string[] {
  replica.take();
  return [...replica.state.keys.keys()];
}

test('[UI2] pushes that came before an open that was never answered are not those of the next connection', () => {
  const replica = new Replica();
  replica.opened(snapshot('log_a'));
  replica.pushed([keyEvent(1)]);
  replica.disconnected();
  // A connection that is lost before its answer: what it pushed continues nothing that the next one answers.
  replica.pushed([keyEvent(2), keyEvent(3)]);
  replica.disconnected();
  replica.opened(snapshot('log_b', 2));
  replica.pushed([keyEvent(3, 'b')]);
  expect(keysOf(replica)).toEqual(['key_b3']);
  expect(replica.resumePoint).toEqual({ logId: 'log_b', seq: 3 });
});

test('[UI2] what was pushed twice, or before and after the answer, is applied once and in order', () => {
  const replica = new Replica();
  replica.pushed([keyEvent(1), keyEvent(2)]);
  replica.pushed([keyEvent(3)]);
  replica.opened(snapshot('log_a', 1));
  replica.pushed([keyEvent(2), keyEvent(3), keyEvent(4)]);
  expect(keysOf(replica)).toEqual(['key_a2', 'key_a3', 'key_a4']);
  expect(() => replica.pushed([keyEvent(6)])).toThrow('missing');
  expect(keysOf(replica)).toHaveLength(3);
});

const nothing: Arrivals = { change: undefined, ticks: [], frames: new Map(), pulse: undefined };

/** A slice after these ticks, and then these events. */
function after(ticks: readonly Tick[], ...events: readonly HubEvent[]): ServerSlice {
  const before = { ...emptyServerSlice, ...publish(emptyServerSlice, emptyState(), { ...nothing, ticks }) };
  const change = { isReset: false, events, collections: new Set<never>() };
  return { ...before, ...publish(before, emptyState(), { ...nothing, change }) };
}

test.each([
  ['is queued again', { type: 'job.queued', kind: 'file_extract', fileId: 'fil_1', path: 'a', version: 1, attempt: 2 }],
  ['succeeds', { type: 'job.succeeded', result: {}, ms: 1, log: [] }],
  ['fails', { type: 'job.failed', code: 'timeout', message: 'slow', ms: 1, log: [] }],
  ['is cancelled', { type: 'job.cancelled', reason: 'enough', log: [] }],
] as const)('[UI13] progress and log of a job that %s are forgotten, those of others stay', (_what, body) => {
  const ticks = ['job_1', 'job_2'].flatMap((jobId): Tick[] => [
    { type: 'job.progress', jobId, workspace: 'wsp_1', fraction: 0.5, at: 1 },
    { type: 'job.log', jobId, workspace: 'wsp_1', line: 'a', at: 1 },
  ]);
  const slice = after(ticks, event(1, { ...body, workspace: 'wsp_1', jobId: 'job_1' } as EventBody));
  expect([...slice.jobProgress.keys()]).toEqual(['job_2']);
  expect([...slice.jobLogs.keys()]).toEqual(['job_2']);
});

test('[UI13] a job that is queued for the first time, or started, keeps its progress', () => {
  const progress: Tick = { type: 'job.progress', jobId: 'job_1', workspace: 'wsp_1', fraction: 0.5, at: 1 };
  const queued = {
    type: 'job.queued',
    kind: 'file_extract',
    fileId: 'fil_1',
    path: 'a',
    version: 1,
    attempt: 1,
  } as const;
  const slice = after(
    [progress],
    event(1, { ...queued, workspace: 'wsp_1', jobId: 'job_1' }),
    event(2, { type: 'job.started', workspace: 'wsp_1', jobId: 'job_1' }),
  );
  expect([...slice.jobProgress.keys()]).toEqual(['job_1']);
});
