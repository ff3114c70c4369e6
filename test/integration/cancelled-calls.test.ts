import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { releaseLock } from '../../src/hub/rules/locks.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import { sseAgent, statelessRequest } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { nextOf } from '../support/until.ts';
import { ask, bearer, initialize, openStream, rpc, type StreamRequest } from '../support/wire-client.ts';

const path = 'plan.md';
let hub: TestServer;
beforeEach(async () => {
  hub = await startTestHub();
});
afterEach(() => hub.close());

const lock = () => hub.server.hub.state.locks.get(placeKey(hub.workspace, path));
const cancel = (requestId: number) => ({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
const acquires = (wait_ms = 0) => ({ name: 'lock_acquire', arguments: { path, wait_ms, ttl_s: 3600 } });

/** Lets calls have their effect, and holds their answers back until it is called again. */
function holdAnswers(): () => void {
  const { hub: core } = hub.server;
  const gate = Promise.withResolvers<void>();
  const record = core.record.bind(core);
  const durable = core.durable.bind(core);
  let held = false;
  vi.spyOn(core, 'record').mockImplementation((events, origin) => {
    held ||= events.some(({ type }) => type === 'tool.called');
    return record(events, origin);
  });
  vi.spyOn(core, 'durable').mockImplementation(async (seq) => {
    await durable(seq);
    if (held) await gate.promise;
  });
  return () => {
    vi.restoreAllMocks();
    gate.resolve();
  };
}

/** Resolves when a call has had its effect and is about to be answered. */
function called(): Promise<unknown> {
  return nextOf(hub.server.hub, 'tool.called');
}

/** A tool call of the stateless wire. */
const stateless = (id: number, params: { readonly name: string; readonly arguments: object }): StreamRequest =>
  statelessRequest(hub.key, id, 'tools/call', params);

test('[LK12] HTTP+SSE: a lock that is granted to a call which is cancelled before its answer is out is given back', async () => {
  const { stream, send } = await sseAgent(hub.url, hub.key);
  let answerNow = holdAnswers();
  let happened = called();
  await send(rpc(5, 'tools/call', acquires()));
  await happened;
  expect(lock()).toBeDefined();
  await send(cancel(5));
  expect(lock()).toBeUndefined();
  answerNow();

  // The same for one that waited in the queue.
  const { keyId } = await hub.newKey('holder', 'editor');
  const holder: Origin = { actor: { kind: 'agent', key: keyId } };
  const plan = { workspace: hub.workspace, path, ttlMs: 60_000, waitMs: 0 };
  const { lockId } = await takeLock(hub.server, holder, plan);
  const queued = nextOf(hub.server.hub, 'lock.queued');
  await send(rpc(6, 'tools/call', acquires(20_000)));
  await queued;
  answerNow = holdAnswers();
  happened = called();
  await hub.server.hub.execute(releaseLock, { ...plan, lockId }, holder);
  await happened;
  expect(lock()?.keyId).not.toBe(keyId);
  await send(cancel(6));
  expect(lock()).toBeUndefined();
  answerNow();

  await send(rpc(7, 'ping'));
  await stream.message(({ id }) => id === 7);
  expect(stream.events.some(({ data }) => data?.includes('"id":5') === true || data?.includes('"id":6') === true)).toBe(
    false,
  );
  // Once it is answered, a lock is its key's: there is nothing left to cancel.
  await send(rpc(8, 'tools/call', acquires()));
  await stream.message(({ id }) => id === 8);
  await send(cancel(8));
  expect(lock()).toBeDefined();
  stream.drop();
});

test('[LK12] Streamable HTTP: the answer to such a call says that it was cancelled', async () => {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const headers = { ...bearer(hub.key), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const answerNow = holdAnswers();
  const happened = called();
  const answer = ask(hub.server.mcp, { headers, body: rpc(5, 'tools/call', acquires()) });
  await happened;
  expect(lock()).toBeDefined();
  await ask(hub.server.mcp, { headers, body: cancel(5) });
  expect(lock()).toBeUndefined();
  answerNow();
  expect((await answer).text).toContain('"code":"cancelled"');
});

test('[LK20] Streamable HTTP: a client that leaves before it could come back for the answer has no lock left behind', async () => {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const headers = { ...bearer(hub.key), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const { keyId } = await hub.newKey('holder', 'editor');
  const holder: Origin = { actor: { kind: 'agent', key: keyId } };
  const plan = { workspace: hub.workspace, path, ttlMs: 60_000, waitMs: 0 };
  const { lockId } = await takeLock(hub.server, holder, plan);
  const queued = nextOf(hub.server.hub, 'lock.queued');
  const controller = new AbortController();
  const call = fetch(hub.server.mcp, {
    method: 'POST',
    headers: { ...headers, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(rpc(5, 'tools/call', acquires(20_000))),
    signal: controller.signal,
  });
  await queued;
  const refused = nextOf(hub.server.hub, 'lock.refused');
  controller.abort();
  await expect(call).rejects.toThrow('aborted');
  expect(await refused).toMatchObject({ path, code: 'cancelled' });
  await hub.server.hub.execute(releaseLock, { ...plan, lockId }, holder);
  expect(lock()).toBeUndefined();

  // With a stream it can come back, so its call goes on: that it left cancels nothing.
  const again = await takeLock(hub.server, holder, plan);
  const streamed = await openStream(hub.server.mcp, {
    method: 'POST',
    headers: { ...headers, 'mcp-protocol-version': '2025-11-25', accept: 'text/event-stream' },
    body: rpc(6, 'tools/call', acquires(20_000)),
  });
  const { id = '' } = await streamed.next((event) => event.id !== undefined);
  streamed.drop();
  await streamed.ended;
  const acquired = nextOf(hub.server.hub, 'lock.acquired');
  await hub.server.hub.execute(releaseLock, { ...plan, lockId: again.lockId }, holder);
  await acquired;
  const back = await openStream(hub.server.mcp, { headers: { ...headers, 'last-event-id': id } });
  expect(await back.message()).toMatchObject({ id: 6, result: { structuredContent: { path } } });
  await back.ended;
});

test('[LK12] stateless: a client that leaves before the answer gives the lock back, one that has it does not', async () => {
  const answerNow = holdAnswers();
  const happened = called();
  const released = nextOf(hub.server.hub, 'lock.released');
  const leaving = openStream(hub.server.mcp, stateless(5, acquires()));
  await happened;
  expect(lock()).toBeDefined();
  (await leaving).drop();
  expect(await released).toMatchObject({ path, how: 'released' });
  answerNow();

  for (const accept of ['application/json', 'application/json, text/event-stream']) {
    const request = stateless(6, acquires());
    const answer = await ask(hub.server.mcp, { ...request, headers: { ...request.headers, accept } });
    const token = /"lock_token":"(\w+)"/u.exec(answer.text)?.[1] ?? '';
    const release = stateless(7, { name: 'lock_release', arguments: { lock_token: token } });
    expect((await ask(hub.server.mcp, release)).text).toContain('"released":true');
  }
});

test('[UP26] an upload that was begun for a call which is cancelled before its answer is out is cancelled', async () => {
  const { stream, send } = await sseAgent(hub.url, hub.key);
  const answerNow = holdAnswers();
  const happened = called();
  await send(rpc(5, 'tools/call', { name: 'upload_create', arguments: { path, size_bytes: 10 } }));
  await happened;
  expect(hub.server.hub.state.uploads.size).toBe(1);
  const gone = nextOf(hub.server.hub, 'upload.cancelled');
  await send(cancel(5));
  expect(await gone).toMatchObject({ path });
  expect(hub.server.hub.state.uploads.size).toBe(0);
  answerNow();
  stream.drop();
});
