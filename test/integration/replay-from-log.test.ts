import { afterEach, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc } from '../support/wire-client.ts';

let hub: TestServer;
afterEach(() => hub.close());

/** More messages than a session keeps of its stream. */
const PINGS = 400;

test('[SS7] where the client’s place has left memory, later messages of the same seq still come, once', async () => {
  hub = await startTestHub();
  const headers = bearer(hub.key);
  const stream = await openStream(`${hub.url}/sse`, { headers });
  const post = await endpointOf(stream, hub.url);
  await ask(post, { headers, body: initialize() });
  await stream.message(({ id }) => id === 'init');
  // Answers to pings are in no log: all have the seq at which they were made.
  for (let n = 1; n <= PINGS; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, k) => ask(post, { headers, body: rpc(n + k, 'ping') })));
  }
  const idOf = new Map<unknown, string>();
  for (let n = 1; n <= PINGS; n += 1) {
    const event = await stream.next(({ data }) => data?.startsWith('{') ?? false);
    idOf.set((JSON.parse(event.data ?? '') as { id: unknown }).id, event.id ?? '');
  }
  const ids = [...idOf.values()];
  const seqs = new Set(ids.map((id) => id.split('.')[1]));
  expect(seqs.size).toBe(1);
  const dropped = untilEvent(hub.server.hub, ({ type }) => type === 'session.dropped');
  stream.drop();
  await dropped;

  const back = await openStream(`${hub.url}/sse`, { headers: { ...headers, 'last-event-id': ids[0] ?? '' } });
  await back.next(({ id }) => id === ids.at(-1));
  const again = back.events.flatMap(({ id }) => (id !== undefined && ids.includes(id) ? [id] : []));
  // The newest that are kept, without a gap up to the last.
  expect(again.length).toBeGreaterThanOrEqual(256);
  expect(again).toEqual(ids.slice(-again.length));
});
