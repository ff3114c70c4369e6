import { expect, test } from 'vitest';
import { rowOfFile, rowsOfFolder } from '../../src/dashboard/features/files/file-row.ts';
import { sortRows } from '../../src/dashboard/features/files/sort-rows.ts';
import { uploadLines, uploadTotals } from '../../src/dashboard/features/files/upload-lines.ts';
import { withEach } from '../../src/dashboard/features/files/with-each.ts';
import { lockLines } from '../../src/dashboard/features/locks/lock-table.ts';
import { markedShare, markRange, toggleMark } from '../../src/dashboard/ui/marks.ts';
import type { UploadItem } from '../../src/dashboard/uploads/uploads.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { FileRecord } from '../../src/protocol/records.ts';
import type { LockState, UploadState } from '../../src/protocol/state.ts';

const file: FileRecord = {
  id: 'fil_1',
  workspace: 'w',
  path: 'a/b.txt',
  version: 1,
  sha256: '',
  sizeBytes: 1,
  mime: 'text/plain',
  source: 'tool',
  writtenBy: { kind: 'human' },
  createdAt: 0,
  writtenAt: 0,
  seq: 1,
};

test('[UX5] a folder lists folders before files by their names; what was found goes by its whole path', () => {
  const rows = rowsOfFolder('a', { folders: [{ name: 'sub', fileCount: 2, sizeBytes: 5 }], files: [file] });
  expect(rows.map(({ kind, name, key }) => [kind, name, key])).toEqual([
    ['folder', 'sub', 'folder a/sub'],
    ['file', 'b.txt', 'file a/b.txt'],
  ]);
  expect(rowOfFile(file, true).name).toBe('a/b.txt');
});

test('[UX34] however files are sorted, folders stay on top; what is equal goes by name', () => {
  const rows = rowsOfFolder('', {
    folders: [
      { name: 'big', fileCount: 1, sizeBytes: 90 },
      { name: 'small', fileCount: 1, sizeBytes: 1 },
    ],
    files: [
      { ...file, path: 'a.txt', sizeBytes: 5, writtenAt: 20 },
      { ...file, path: 'b.txt', sizeBytes: 7, writtenAt: 10 },
      { ...file, path: 'c.txt', sizeBytes: 5, writtenAt: 30 },
    ],
  });
  const names = (key: string, descending: boolean) => sortRows(rows, { key, descending }).map(({ name }) => name);
  expect(names('size', false)).toEqual(['small', 'big', 'a.txt', 'c.txt', 'b.txt']);
  expect(names('size', true)).toEqual(['big', 'small', 'b.txt', 'a.txt', 'c.txt']);
  expect(names('written', true)).toEqual(['big', 'small', 'c.txt', 'a.txt', 'b.txt']);
  expect(names('name', true)).toEqual(['small', 'big', 'c.txt', 'b.txt', 'a.txt']);
});

test('[UX34] deleted files that share a path are lines of their own', () => {
  const keys = ['fil_1', 'fil_2'].map((id) => rowOfFile({ ...file, id, deletedAt: 9 }, true).key);
  expect(new Set(keys).size).toBe(2);
});

test('[UX35] a mark is set and taken off, and a range is marked in either direction', () => {
  const order = ['a', 'b', 'c', 'd'];
  const one = toggleMark(new Set(), 'c');
  expect([...one]).toEqual(['c']);
  expect(toggleMark(one, 'c').size).toBe(0);
  expect([...markRange(one, order, 'c', 'a')].toSorted()).toEqual(['a', 'b', 'c']);
  expect([...markRange(one, order, 'c', 'd')].toSorted()).toEqual(['c', 'd']);
  expect([...markRange(new Set(), order, undefined, 'b')]).toEqual(['b']);
  expect([...markRange(new Set(), order, 'gone', 'b')]).toEqual(['b']);
  expect([new Set<string>(), one, new Set(['gone', ...order])].map((keys) => markedShare(keys, order))).toEqual([
    'none',
    'some',
    'all',
  ]);
});

test('[UX36] of several things all are tried; then the first refusal is shown, with how many there were', async () => {
  const tried: number[] = [];
  const act = async (n: number): Promise<void> => {
    tried.push(n);
    if (n % 5 === 0) throw new HubError('locked', `${n} is locked.`);
    return await Promise.resolve();
  };
  await withEach([1, 2, 3], act);
  tried.length = 0;
  const refusal = withEach(
    Array.from({ length: 20 }, (_, at) => at + 1),
    act,
  );
  await expect(refusal).rejects.toMatchObject({ code: 'locked', message: expect.stringMatching(/^4 of 20 .*5 is/u) });
  expect(tried).toHaveLength(20);
  await expect(withEach([5], act)).rejects.toThrow(/^5 is locked/u);
});

function item(id: number, status: UploadItem['status'], more: Partial<UploadItem> = {}): UploadItem {
  return { id, workspace: 'w', path: `${id}.txt`, sizeBytes: 99, sentBytes: 0, status, ...more };
}
function upload(id: string, path: string, more: Partial<UploadState> = {}): UploadState {
  return { id, workspace: 'w', path, sizeBytes: 10, startedBy: { kind: 'human' }, startedAt: 0, expiresAt: 0, ...more };
}

test('[UX9] an upload of this page is shown once; those of others are shown with who sends them', () => {
  const agent = { startedBy: { kind: 'agent', key: 'key_a' } } as const;
  const lines = uploadLines(
    'w',
    [
      item(1, 'done'),
      item(2, 'waiting'),
      item(3, 'sending'),
      item(4, 'failed'),
      item(5, 'sending', { workspace: 'x' }),
    ],
    [upload('upl_mine', '3.txt'), upload('upl_theirs', '3.txt', agent), upload('upl_x', 'x', { workspace: 'x' })],
    new Map([['upl_theirs', 4]]),
  );
  expect(lines.map(({ key, sentBytes }) => [key, sentBytes])).toEqual([
    ['upl_theirs', 4],
    ['here 4', 0],
    ['here 3', 0],
    ['here 2', 0],
    ['here 1', 0],
  ]);
});

test('[UX9] the tray sums up what is on the way; failed ones do not hold the bar back', () => {
  const lines = uploadLines(
    'w',
    [item(1, 'done', { sentBytes: 99 }), item(2, 'sending', { sentBytes: 50 }), item(3, 'failed')],
    [],
    new Map(),
  );
  expect(uploadTotals(lines)).toEqual({ open: 1, done: 1, failed: 1, fraction: 0.75 });
  expect(uploadTotals([])).toEqual({ open: 0, done: 0, failed: 0, fraction: 1 });
});

test('[UX20] each waiter has a line below its lock, in the order of the queue', () => {
  const waiter = (waiterId: string) => ({ waiterId, keyId: 'key_b', ttlMs: 1, since: 0, waitUntil: 1 });
  const lock: LockState = {
    lockId: 'lck_1',
    workspace: 'w',
    path: 'p',
    keyId: 'key_a',
    fence: 1,
    acquiredAt: 0,
    ttlMs: 1,
    expiresAt: 1,
    waiters: [waiter('wtr_1'), waiter('wtr_2')],
  };
  expect(lockLines([lock]).map((line) => (line.kind === 'lock' ? line.key : `${line.place} ${line.key}`))).toEqual([
    'lck_1',
    '1 wtr_1',
    '2 wtr_2',
  ]);
});
