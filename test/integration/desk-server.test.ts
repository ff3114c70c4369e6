import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { agentId } from '../../src/protocol/agent-id.ts';
import { acquireLock } from '../../src/hub/rules/locks.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { fromSnapshot } from '../../src/protocol/snapshot.ts';
import { workspaceUri } from '../../src/protocol/uris.ts';
import { eventParts } from '../../src/protocol/words/event-parts.ts';
import { connectDashboard } from '../support/dashboard-client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { human } from '../support/open-hub.ts';
import type { HubServer } from '../../src/server/hub-server.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let hub: TestServer;
let server: HubServer;
beforeAll(async () => {
  hub = await startTestHub();
  ({ server } = hub);
});
afterAll(() => hub.close());

const connect = (to = server): ReturnType<typeof connectDashboard> =>
  connectDashboard(to.url, { authorization: `Bearer ${to.adminToken}` });

function write(path: string, text: string): Promise<unknown> {
  const content = Buffer.from(text);
  return server.files.write(human, { workspace: hub.workspace, path, content, source: 'upload' });
}

async function agent(): Promise<Client & AsyncDisposable> {
  const headers = { Authorization: `Bearer ${hub.key}` };
  const client = new Client({ name: 'planner', version: '1.0.0' });
  await client.connect(new SSEClientTransport(new URL(server.sse), { requestInit: { headers } }));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

test('[DB25] a slow dashboard that was cut off resumes by seq and has missed nothing', async () => {
  // By a clock that stands still: however long a machine takes, nobody is pinged or cut short for that.
  const clock = new FakeClock();
  const own = await startTestHub({ timers: clock.timers });
  onTestFinished(() => own.close());
  const { server: busy } = own;
  const slow = await connect(busy);
  const answer = await slow.api.open();
  if (answer.kind !== 'snapshot') throw new Error('expected a snapshot');
  slow.socket.pause();
  const body = { type: 'session.dropped', sessionId: 'ses_none', reason: 'x'.repeat(100_000) } as const;
  for (let n = 0; n < 300; n++) {
    busy.hub.record([body], human);
    if (n % 10 !== 0) continue;
    await busy.hub.durable();
    clock.advance(16); // what a batch waits
  }
  await busy.hub.durable();
  clock.advance(16);
  slow.socket.resume();
  expect(await slow.closed).toBe('slow_reader');

  const replica = fromSnapshot(answer.state);
  for (const event of slow.events) applyEvent(replica, event);
  const back = await connect(busy);
  const missed = await back.api.open({ since: { logId: answer.hub.logId, seq: replica.seq } });
  if (missed.kind !== 'events') throw new Error('expected events');
  for (const event of missed.events) applyEvent(replica, event);
  expect(replica.seq).toBe(busy.hub.state.seq);
  expect(missed.events.length).toBeGreaterThan(0);
  back.close();
});

test("[DB27] files are listed, found, moved, copied, deleted and restored as the person's doing", async () => {
  const { api, close } = await connect();
  await write('notes/plan.md', 'one');
  await write('notes/plan.md', 'two');
  const file = await api.file({ workspace: 'default', path: 'notes/plan.md' });
  expect(file).toMatchObject({ version: 2, sizeBytes: 3, writtenBy: { kind: 'human' } });
  expect((await api.folder({ workspace: 'default', folder: '' })).folders).toMatchObject([
    { name: 'notes', fileCount: 1 },
  ]);
  expect((await api.findFiles({ workspace: 'default', glob: '**/*.md', limit: 10 })).items).toHaveLength(1);
  expect((await api.fileVersions({ fileId: file.id })).items.map(({ version }) => version)).toEqual([2, 1]);
  expect(await api.fileMove({ workspace: 'default', from: 'notes/plan.md', to: 'plan.md' })).toMatchObject({
    id: file.id,
    path: 'plan.md',
  });
  expect(await api.fileCopy({ workspace: 'default', from: 'plan.md', to: 'copy.md' })).toMatchObject({
    path: 'copy.md',
    version: 1,
  });
  expect(await api.fileRestore({ workspace: 'default', path: 'plan.md', version: 1 })).toMatchObject({
    version: 3,
    sizeBytes: 3,
  });
  await api.fileDelete({ workspace: 'default', path: 'copy.md', purge: false });
  expect((await api.deletedFiles({ workspace: 'default' })).items).toMatchObject([{ path: 'copy.md' }]);
  await api.fileDelete({ workspace: 'default', path: 'copy.md', purge: true });
  await expect(api.file({ workspace: 'default', path: 'copy.md' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.file({ workspace: 'nowhere', path: 'plan.md' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.localFiles({ paths: ['/etc/hosts'] })).rejects.toMatchObject({ code: 'conflict' });
  const { items } = await api.auditPage({ types: ['file'], limit: 3 });
  expect(items.every(({ actor }) => actor.kind === 'human')).toBe(true);
  close();
});

test("[DB28][DB35] receipts say who was sent a file's event and what they did, back to the frame that began it", async () => {
  await using client = await agent();
  const dashboard = await connect();
  await dashboard.api.open();
  const notified = Promise.withResolvers<void>();
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, () => notified.resolve());
  await client.subscribeResource({ uri: workspaceUri(hub.workspace, 'events') });
  await write('drop/in.txt', 'hello\n');
  await notified.promise;
  await client.callTool({ name: 'file_stat', arguments: { path: 'drop/in.txt' } });
  await client.callTool({ name: 'file_extract', arguments: { path: 'drop/in.txt' } });
  // What is made from the file's path is a reaction to it, what only ends alike is not.
  await client.callTool({ name: 'file_write', arguments: { path: 'reports/drop/in.txt.md', text: 'read' } });
  await client.callTool({ name: 'file_write', arguments: { path: 'raindrop/in.txt', text: 'another' } });
  await dashboard.until(({ events }) => events.some(({ type }) => type === 'job.succeeded'));

  const file = await dashboard.api.file({ workspace: 'default', path: 'drop/in.txt' });
  const [receipt, ...others] = await dashboard.api.fileReceipts({ fileId: file.id, version: 1 });
  expect(others).toEqual([]);
  expect(receipt?.sentAt).toBeGreaterThan(0);
  expect(receipt?.receivedAt).toBeGreaterThanOrEqual(receipt?.sentAt ?? Infinity);
  expect((await dashboard.api.frame({ frameId: receipt?.sentFrame ?? '' })).body).toContain('drop/in.txt');
  const did = receipt?.reactions.map((event) => ('tool' in event ? event.tool : event.type));
  expect(did).toEqual(expect.arrayContaining(['file_stat', 'file_extract', 'job.queued', 'file.written']));
  expect(did?.filter((what) => what === 'file.written')).toHaveLength(1);

  const done = dashboard.events.find(({ type }) => type === 'job.succeeded');
  const causes = await dashboard.api.causes({ seq: done?.seq ?? 0 });
  expect(causes.events.map(({ type }) => type)).toEqual(['job.queued']);
  expect(causes.frame).toMatchObject({ kind: 'request', label: 'tools/call', detail: 'file_extract' });
  const effects = await dashboard.api.effects({ cause: causes.frame?.id ?? '' });
  expect(effects.map(({ type }) => type)).toEqual(expect.arrayContaining(['job.queued', 'tool.called']));
  expect((await dashboard.api.jobs({ workspace: 'default', status: 'succeeded' })).items).toHaveLength(1);
  dashboard.close();
});

test('[DB35] a cause whose message is no longer kept is named as passed', async () => {
  const dashboard = await connect();
  const event = { type: 'workspace.updated', workspace: hub.workspace, name: 'default' } as const;
  const { answer, durable } = server.hub.record([event], { actor: { kind: 'human' }, cause: 'frm_earlier_1' });
  await durable;
  const [made] = answer;
  expect(await dashboard.api.causes({ seq: made?.seq ?? 0 })).toEqual({ events: [], passed: 'frm_earlier_1' });
  expect(await dashboard.api.causes({ seq: 1 })).toEqual({ events: [] });
  dashboard.close();
});

test('[DB59] ids of jobs and sessions that are over have their names, unknown ones have none', async () => {
  const client = await agent();
  const dashboard = await connect();
  await write('named/in.txt', 'hello\n');
  await client.callTool({ name: 'file_extract', arguments: { path: 'named/in.txt' } });
  const [job] = (await dashboard.api.jobs({ workspace: 'default' })).items;
  const session = [...server.hub.state.sessions.values()].at(-1);
  await dashboard.api.closeSession({ sessionId: session?.id ?? '' });
  const owner = agentId(session?.keyId ?? '', session?.agent);
  const ids = [job?.id ?? '', session?.id ?? '', 'job_none', 'ses_none'];
  expect(await dashboard.api.namedIds({ ids })).toEqual({
    jobPaths: { [job?.id ?? '']: 'named/in.txt' },
    owners: { [job?.id ?? '']: owner, [session?.id ?? '']: owner },
  });
  await client.close();
  dashboard.close();
});

test('[DB29] a lock is forced from its holder only if it is the one that was looked at; a session closes with a reason', async () => {
  const client = await agent();
  const dashboard = await connect();
  const answer = await dashboard.api.open();
  const session = answer.kind === 'snapshot' ? answer.state.sessions.at(-1) : undefined;
  const origin = { actor: { kind: 'agent', key: session?.keyId ?? '', session: session?.id ?? '' } } as const;
  const held = await server.hub.execute(
    acquireLock,
    { workspace: hub.workspace, path: 'plan.md', ttlMs: 60_000, waitMs: 0 },
    origin,
  );
  const lock = [...server.hub.state.locks.values()].find(({ path }) => path === 'plan.md');
  expect(held).toBeDefined();
  await expect(
    dashboard.api.lockForceRelease({ workspace: 'default', path: 'plan.md', lockId: 'lck_other' }),
  ).rejects.toMatchObject({
    code: 'lock_not_held',
  });
  await dashboard.api.lockForceRelease({
    workspace: 'default',
    path: 'plan.md',
    lockId: lock?.lockId ?? '',
    reason: ' it hangs ',
  });
  expect(server.hub.state.locks.size).toBe(0);
  const forced = await dashboard.api.auditPage({ types: ['lock.released'] });
  expect(forced.items).toMatchObject([{ how: 'forced', reason: 'it hangs' }]);
  expect(forced.items.flatMap((event) => eventParts(event)).at(-1)).toBe(': it hangs');

  const frames = await dashboard.api.watchFrames({ sessionId: session?.id ?? '' });
  expect(frames.some(({ label }) => label === 'initialize')).toBe(true);
  await dashboard.api.closeSession({ sessionId: session?.id ?? '', reason: 'wrong room' });
  expect(server.hub.state.sessions.has(session?.id ?? '')).toBe(false);
  const past = await dashboard.api.pastSessions({ limit: 1 });
  expect(past.items).toMatchObject([{ id: session?.id, closeReason: 'closed by the person at the desk: wrong room' }]);
  await expect(dashboard.api.closeSession({ sessionId: 'ses_none' })).rejects.toMatchObject({
    code: 'session_unknown',
  });
  await client.close();
  dashboard.close();
});

test('[DB26] a hub that closes says so to its dashboards and does not wait for them', async () => {
  const own = await startTestHub();
  const dashboard = await connect(own.server);
  await dashboard.api.open();
  await own.close();
  expect(await dashboard.closed).toBe('hub_closed');
});
