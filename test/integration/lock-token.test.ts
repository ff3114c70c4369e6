import { afterAll, beforeAll, expect, test } from 'vitest';
import { setMember } from '../../src/hub/rules/members.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { sseAgent, statelessRequest } from '../support/agent.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { ask, openStream, type WireStream } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const textOf = ({ events }: WireStream): string => events.map(({ data }) => data ?? '').join('\n');

test('[LK30] the token of a lock reaches its holder alone: no event, list, notification or log message has it', async () => {
  const { server, workspace, url } = hub;
  const holder = await hub.newKey('holder', 'editor');
  const other = await hub.newKey('other', 'editor');
  const origin = { actor: { kind: 'agent', key: holder.keyId } } as const;
  const uris = ['', '/events', '/locks'].map((facet) => `signalbox://workspaces/${workspace}${facet}`);
  const watcher = await sseAgent(url, other.secret);
  await watcher.call(1, 'logging/setLevel', { level: 'debug' });
  for (const [n, uri] of uris.entries()) await watcher.call(n + 2, 'resources/subscribe', { uri });
  const listening = await openStream(
    server.mcp,
    statelessRequest(other.secret, 9, 'subscriptions/listen', { notifications: { resourceSubscriptions: uris } }),
  );
  await listening.message();

  const place = { workspace, path: 'plan.md' };
  const { lockId } = await takeLock(server, origin, { ...place, ttlMs: 60_000, waitMs: 0 });
  server.locks.renew(origin, { ...place, lockId, ttlMs: 50_000 });
  await server.uploads.create(origin, { ...place, sizeBytes: 3, lockId });
  const answers: string[] = [];
  const call = async (name: string, args: object): Promise<void> => {
    const request = statelessRequest(other.secret, 1, 'tools/call', { name, arguments: { workspace, ...args } });
    answers.push(
      (await ask(server.mcp, { ...request, headers: { ...request.headers, accept: 'application/json' } })).text,
    );
  };
  await call('lock_list', {});
  await call('workspace_get', {});
  for (const [n, uri] of uris.entries())
    answers.push(JSON.stringify(await watcher.call(n + 20, 'resources/read', { uri })));
  server.locks.release(origin, { ...place, lockId });
  await call('event_list', { after_seq: 0, limit: 1000 });
  await call('event_wait', { after_seq: 0, timeout_ms: 0 });
  const released = ({ params }: { params?: unknown }): boolean =>
    JSON.stringify(params ?? '').includes('lock.released');
  await watcher.stream.message(released);
  await listening.message(released);

  for (const text of [...answers, textOf(watcher.stream), textOf(listening)]) {
    expect(text).toMatch(/lock\.acquired|plan\.md|\\?"locks\\?":/u);
    expect(text).not.toContain(lockId);
  }
  const logged = await server.hub.audit.page({ types: ['lock.acquired'] });
  expect(logged.items[0]).toMatchObject({ lockId });
  watcher.stream.drop();
  listening.drop();
});

test('[KY8] agents do not learn which file of another workspace a copy was made of', async () => {
  const { server, workspace, url } = hub;
  const carrier = await hub.newKey('carrier', 'editor');
  const origin = { actor: { kind: 'agent', key: carrier.keyId } } as const;
  const { workspace: hidden } = await server.hub.execute(createWorkspace, { name: 'hidden' }, human);
  await server.hub.execute(setMember, { workspace: hidden, keyId: carrier.keyId, role: 'editor' }, human);
  const content = Buffer.from('x');
  await server.files.write(human, { workspace: hidden, path: 'SECRET-PLAN', content, source: 'import' });
  await server.files.copy(origin, { workspace: hidden, from: 'SECRET-PLAN', to: 'given.txt', toWorkspace: workspace });
  const one = await sseAgent(url, (await hub.newKey('reader', 'viewer')).secret);
  const params = { name: 'event_list', arguments: { after_seq: 0, types: ['file.copied'] } };
  const text = JSON.stringify(await one.call(1, 'tools/call', params));
  expect(text).toContain('given.txt');
  expect(text).not.toContain('SECRET-PLAN');
  expect(text).not.toContain(hidden);
  one.stream.drop();
});
