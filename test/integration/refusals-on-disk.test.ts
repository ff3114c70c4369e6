import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { Hub } from '../../src/hub/hub.ts';
import { acquireLock } from '../../src/hub/rules/locks.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { downloadRoutes } from '../../src/server/contents/downloads.ts';
import { uploadRoutes } from '../../src/server/contents/upload-routes.ts';
import { openDeskOnHub } from '../support/desk-on-hub.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

/** Seq of the last event that another reader of the log's file sees. */
function onDisk(hub: Hub): number {
  return Number(hub.reader.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq']);
}

test('[HB16] a refused write tells of nothing that is not on disk', async () => {
  await using t = await openTestFiles();
  const { hub } = t.test;
  const agent = await t.test.agent('holder');
  const lock = { workspace: t.workspace, path: 'plan.md', ttlMs: 60_000, waitMs: 0 };
  const { seq } = hub.commit(acquireLock, lock, agent.origin);
  const refused = await t.put('plan.md', 'x').catch((error: unknown) => ({ error, onDisk: onDisk(hub) }));
  expect(refused).toMatchObject({ error: { code: 'locked' }, onDisk: seq });
});

test('[HB16] nor does a refused request for a file or to upload', async () => {
  await using t = await openTestFiles();
  const { hub } = t.test;
  const app = new Hono();
  const deps = { hub, files: t.files, uploads: t.uploads, identify: () => human, requireTool: () => undefined };
  app.route('/', uploadRoutes(deps));
  app.route('/', downloadRoutes(deps));
  const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '1', 'Upload-Metadata': `workspace ${btoa('nowhere')}` };
  await app.request('/uploads', { method: 'POST', headers: tus }); // loads tus, which takes a while
  const requests = [
    () => app.request('/files/nowhere/x'),
    () => app.request('/uploads', { method: 'POST', headers: tus }),
  ];
  for (const [n, request] of requests.entries()) {
    const { seq } = hub.commit(createWorkspace, { name: `made-${n}` }, human);
    const response = await request();
    expect(onDisk(hub)).toBe(seq);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(`made-${n}`);
  }
});

test("[HB16] nor does a dashboard's refused call", async () => {
  await using t = await openDeskOnHub();
  const { hub, desk } = t;
  let receive: (message: unknown) => void = () => undefined;
  const answered = Promise.withResolvers<{ message: unknown; onDisk: number }>();
  const stop = desk.serve({
    post: (message) => answered.resolve({ message, onDisk: onDisk(hub) }),
    on: (listener) => {
      receive = listener;
      return () => undefined;
    },
    onClose: () => () => undefined,
    close: () => undefined,
  });
  const { seq } = hub.commit(createWorkspace, { name: 'made' }, human);
  receive({ t: 'q', i: '1', m: 'memberSet', a: [{ workspace: 'nowhere', keyId: 'key_1', role: 'viewer' }] });
  expect(await answered.promise).toMatchObject({ message: { e: { code: 'not_found' } }, onDisk: seq });
  stop();
});
