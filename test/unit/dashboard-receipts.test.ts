import { expect, test } from 'vitest';
import { newestVersions } from '../../src/dashboard/features/files/newest-versions.ts';
import { dropProgress, isAtWork } from '../../src/dashboard/receipts/drop-progress.ts';
import { deeds, deedsInARow, folded, byDeeds, summarize } from '../../src/dashboard/receipts/receipt-steps.ts';
import { touchesFile } from '../../src/dashboard/receipts/touches-file.ts';
import type { HubEvent, StoredEvent } from '../../src/protocol/events.ts';
import type { FileReceipt } from '../../src/protocol/records.ts';
import type { JobState, LockState } from '../../src/protocol/state.ts';

const written = {
  seq: 1,
  at: 1,
  actor: { kind: 'human' },
  type: 'file.written',
  workspace: 'w',
  fileId: 'fil_1',
  path: 'a/b/c.txt',
  version: 1,
  sha256: '',
  sizeBytes: 1,
  mime: 'text/plain',
  appears: true,
  source: 'upload',
} satisfies HubEvent;

test('[UX4] receipts are asked for again when something may belong to the file', () => {
  expect(touchesFile(written, 'w', 'fil_1', 'a/b/c.txt')).toBe(true);
  expect(touchesFile(written, 'w', 'fil_2', 'x.txt')).toBe(false);
  expect(
    touchesFile(
      { seq: 2, at: 2, actor: { kind: 'hub' }, type: 'job.started', workspace: 'w', jobId: 'job_1' },
      'w',
      'fil_1',
      'x',
    ),
  ).toBe(true);
  expect(
    touchesFile(
      { seq: 2, at: 2, actor: { kind: 'hub' }, type: 'hub.started', version: '1', pid: 1 },
      'w',
      'fil_1',
      'x',
    ),
  ).toBe(false);
});

function reaction(seq: number, cause: string, type: 'tool.called' | 'job.started'): StoredEvent {
  const base = { seq, at: seq, actor: { kind: 'agent', key: 'key_a' }, cause, prevHash: '', hash: '' } as const;
  return type === 'job.started'
    ? { ...base, type, workspace: 'w', jobId: 'job_1' }
    : { ...base, type, tool: 'file_extract', sessionId: 'ses_a', argsDigest: '', outcome: 'ok', ms: 1 };
}

test('[UX8] receipts count agents, not sessions, and tell each deed once', () => {
  const quiet = {
    keyId: 'key_b',
    sessionId: 'ses_b',
    sentAt: 1,
    sentFrame: 'frm_b',
    way: 'notified' as const,
    reactions: [],
  };
  const busy = {
    keyId: 'key_a',
    sessionId: 'ses_a',
    sentAt: 2,
    sentFrame: 'frm_a',
    way: 'notified' as const,
    receivedAt: 3,
    reactions: [
      reaction(1, 'frm_1', 'job.started'),
      reaction(2, 'frm_1', 'tool.called'),
      reaction(3, 'frm_2', 'tool.called'),
    ],
  };
  const twice = { ...busy, sessionId: 'ses_a2', reactions: [] };
  expect(summarize([quiet, busy, twice])).toEqual({ notified: 2, received: 1, reacted: 1 });
  expect(deeds(busy.reactions).map(({ seq }) => seq)).toEqual([1, 3]);
  const call = (seq: number, tool: string): StoredEvent =>
    ({ ...busy.reactions[0], seq, type: 'tool.called', tool, outcome: 'ok' }) as StoredEvent;
  const reads = [call(1, 'file_read'), call(2, 'file_read'), call(3, 'file_stat'), call(4, 'file_read')];
  expect(deedsInARow(reads).map(({ event, times }) => [event.seq, times])).toEqual([
    [1, 2],
    [3, 1],
    [4, 1],
  ]);
  expect(byDeeds([quiet, twice, busy]).map(({ sessionId }) => sessionId)).toEqual(['ses_a', 'ses_a2', 'ses_b']);
});

test('[UX85] the newest versions are listed, always up to the one that is shown, and all on request', () => {
  const versions = Array.from({ length: 36 }, (_, at) => ({ version: 36 - at }));
  const numbers = (shown: number, isOpen = false): readonly [number, number] => {
    const { listed, hidden } = newestVersions(versions, shown, isOpen);
    return [listed.length, hidden];
  };
  expect(numbers(36)).toEqual([5, 31]);
  expect(numbers(30)).toEqual([7, 29]);
  expect(numbers(36, true)).toEqual([36, 0]);
  expect(newestVersions(versions.slice(0, 6), 36, false).hidden).toBe(0); // a button takes as much room
});

test('[UX86] agents that did not react are folded when they are many', () => {
  const receipt = (keyId: string, more: Partial<FileReceipt> = {}): FileReceipt => ({
    keyId,
    sessionId: `ses_${keyId}`,
    sentAt: 0,
    sentFrame: 'frm',
    way: 'notified' as const,
    receivedAt: 1,
    reactions: [],
    ...more,
  });
  const reaction = [{ type: 'file.deleted' } as StoredEvent];
  const names = (receipts: readonly FileReceipt[]): string[] => receipts.map(({ sessionId }) => sessionId);
  const busy = receipt('busy', { reactions: reaction });
  const idle = Array.from({ length: 42 }, (_, at) => receipt(`idle-${at}`));
  const { receivedAt: _not, ...untaken } = receipt('slow');
  const second = receipt('busy', { sessionId: 'ses_busy_2' });
  const fold = folded([...idle, untaken, second, busy]);
  expect(names(fold.shown)).toEqual(['ses_busy', 'ses_busy_2']);
  expect(fold.quiet).toHaveLength(42);
  expect(names(fold.waiting)).toEqual(['ses_slow']);
  // A few of them are shown as they are.
  const few = folded([busy, ...idle.slice(0, 3)]);
  expect([few.shown.length, few.quiet.length, few.waiting.length]).toEqual([4, 0, 0]);
});

test('[UX87] a dropped file shows who was notified, who reacted and what they wrote, and when all were done', () => {
  const reaction = (type: string, at: number, path: string): StoredEvent => ({ type, at, path }) as StoredEvent;
  const of = (keyId: string, sentAt: number, ...reactions: StoredEvent[]): FileReceipt => ({
    keyId,
    sessionId: `ses_${keyId}_${sentAt}`,
    sentAt,
    sentFrame: 'frm',
    way: 'notified' as const,
    reactions,
  });
  const scene = { path: 'plan.md', writtenAt: 1_000, now: 9_000, isBusy: false };
  const first = of('a', 2, reaction('job.queued', 1_200, 'plan.md'));
  const second = of('b', 1, reaction('file.written', 3_400, 'reports/plan.md.report.md'));
  const half = dropProgress([first, of('b', 1)], scene);
  expect(half).toMatchObject({ notified: 2, reacted: 1, written: 0, doneMs: undefined });
  expect(half.agents).toEqual([
    { agent: 'b', hasReacted: false },
    { agent: 'a', hasReacted: true },
  ]);
  const all = [first, of('a', 3), second];
  expect(dropProgress(all, scene)).toMatchObject({ notified: 2, reacted: 2, written: 1, doneMs: 2_400 });
  // Not while somebody works on it, nor right after a step.
  expect(dropProgress(all, { ...scene, isBusy: true }).doneMs).toBeUndefined();
  expect(dropProgress(all, { ...scene, now: 4_000 }).doneMs).toBeUndefined();
  expect(dropProgress([], scene)).toMatchObject({ notified: 0, doneMs: undefined });
});

test('[UX87] a job on the file and a lock on it, or on a file that is named for it, are work under way', () => {
  const file = { workspace: 'w', path: 'plan.md', fileId: 'fil_1' };
  const lock = (path: string, workspace = 'w'): LockState => ({ workspace, path }) as LockState;
  expect(isAtWork(file, [{ fileId: 'fil_1' } as JobState], [])).toBe(true);
  expect(isAtWork(file, [{ fileId: 'fil_2' } as JobState], [])).toBe(false);
  const busy = ['plan.md', 'reports/plan.md.report.md', 'other.md', 'my-plan.md', 'plan.mdx'].filter((path) =>
    isAtWork(file, [], [lock(path)]),
  );
  expect(busy).toEqual(['plan.md', 'reports/plan.md.report.md']);
  expect(isAtWork(file, [], [lock('plan.md', 'another')])).toBe(false);
});
