import { expect, test, vi } from 'vitest';
import type { LocalUploadApi } from '../../src/dashboard/uploads/local-transfer.ts';
import { sentBytesOf, UploadQueue } from '../../src/dashboard/uploads/uploads.ts';
import { uploadLines } from '../../src/dashboard/features/files/upload-lines.ts';
import { HubError } from '../../src/protocol/errors.ts';

/** A hub that refuses some paths, and reads the others when the test says so. */
function scene() {
  const sends = new Map<string, PromiseWithResolvers<void>>();
  const cancelled: string[] = [];
  const begun: string[] = [];
  const line: { back: PromiseWithResolvers<void> | undefined } = { back: undefined };
  const hub: LocalUploadApi = {
    localUploadBegin: async ({ path }) => {
      if (path.includes('\\')) throw new HubError('invalid_path', `${path} is no path`);
      begun.push(path);
      return { uploadId: `upl_${path}` };
    },
    localUploadSend: ({ uploadId }) => {
      const send = Promise.withResolvers<void>();
      sends.set(uploadId, send);
      return send.promise;
    },
    uploadCancel: async ({ uploadId }) => {
      cancelled.push(uploadId);
      sends.get(uploadId)?.reject(new HubError('gone', 'cancelled'));
    },
  };
  const uploads = new UploadQueue({ endpoint: '/uploads', hub, untilLive: () => line.back?.promise });
  const statuses = () => uploads.store.getState().items.map(({ path, status }) => `${path} ${status}`);
  return { uploads, sends, cancelled, begun, line, statuses };
}

const files = (...names: string[]) => names.map((path) => ({ file: `/disk/${path}`, path, sizeBytes: 10 }));

test('[UX40] files from a disk wait, go on side by side and end one by one; a refused one stops no other', async () => {
  const { uploads, sends, statuses } = scene();
  const link = { ...files('link')[0]!, refused: { code: 'invalid_path', message: 'It is a link.' } as const };
  uploads.addLocal([...files('a', String.raw`b\c`), link, ...files('d')], 'w', 'in');
  await vi.waitFor(() => expect([...sends.keys()]).toEqual(['upl_in/a', 'upl_in/d']));
  sends.get('upl_in/d')?.resolve();
  await vi.waitFor(() =>
    expect(statuses()).toEqual(['in/a sending', String.raw`in/b\c failed`, 'in/link failed', 'in/d done']),
  );
  const { items } = uploads.store.getState();
  expect(items[2]?.error?.message).toBe('It is a link.');
  const lines = uploadLines('w', items, [], new Map([['upl_in/a', 4]]));
  expect(lines.find(({ path }) => path === 'in/a')).toMatchObject({ sentBytes: 4, sizeBytes: 10 });
  expect(items.map((item) => sentBytesOf(item, new Map([['upl_in/a', 4]])))).toEqual([4, 0, 0, 10]);
});

test('[UX41] one from a disk is cancelled in the hub, also before the hub has named it', async () => {
  const { uploads, sends, cancelled, statuses } = scene();
  uploads.addLocal(files('a', 'b'), 'w');
  const [a, b] = uploads.store.getState().items;
  void uploads.remove(b?.id ?? 0);
  await vi.waitFor(() => expect([...sends.keys()]).toEqual(['upl_a']));
  await uploads.remove(a?.id ?? 0);
  expect(cancelled.toSorted()).toEqual(['upl_a', 'upl_b']);
  expect(statuses()).toEqual([]);
});

test('[UX43] while the connection is lost the hub reads on: when it is back, it is asked what came of it', async () => {
  const { uploads, sends, begun, cancelled, line, statuses } = scene();
  uploads.addLocal(files('a', 'b', 'c'), 'w');
  await vi.waitFor(() => expect(sends.size).toBe(3));
  const lost = new HubError('hub_closed', 'The connection to the hub is down.');
  line.back = Promise.withResolvers();
  for (const send of sends.values()) send.reject(lost);
  await uploads.remove(uploads.store.getState().items[1]?.id ?? 0);
  sends.clear();
  line.back.resolve();
  await vi.waitFor(() => expect([...sends.keys()]).toEqual(['upl_a', 'upl_c']));
  expect(statuses()).toEqual(['a sending', 'c sending']);
  line.back = undefined;
  sends.get('upl_a')?.resolve();
  sends.get('upl_c')?.reject(lost); // said by a hub that is there: it is closing
  await vi.waitFor(() => expect(statuses()).toEqual(['a done', 'c failed']));
  expect(begun).toEqual(['a', 'b', 'c']);
  expect(cancelled.at(-1)).toBe('upl_b');
});

test('[UX61] a file whose name the hub refuses is sent under the name that it offers, when the person asks for that', async () => {
  const { uploads, sends, begun, statuses } = scene();
  uploads.addLocal(files(String.raw`b\c`, 'd'), 'w', 'in');
  await vi.waitFor(() => expect(statuses()).toEqual([String.raw`in/b\c failed`, 'in/d sending']));
  const [failed, sending] = uploads.store.getState().items;
  uploads.retryAs(sending?.id ?? 0, 'in/other'); // has not failed
  uploads.retryAs(failed?.id ?? 0, 'in/b_c');
  await vi.waitFor(() => expect([...sends.keys()].toSorted()).toEqual(['upl_in/b_c', 'upl_in/d']));
  sends.get('upl_in/b_c')?.resolve();
  await vi.waitFor(() => expect(statuses()).toEqual(['in/b_c done', 'in/d sending']));
  expect(begun.toSorted()).toEqual(['in/b_c', 'in/d']);
});
