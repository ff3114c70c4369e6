import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { framesOf } from '../support/recorded.ts';
import { ask, bearer, endpointOf, initialize, openStream } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

// Parsed and printed again, each of these would be another text.
const MESSAGES = [
  '{"jsonrpc":"2.0", "id":1.0, "method":"ping", "params":{"n":12345678901234567890, "m":[5000.0, 1e3, -0]}}',
  '{"jsonrpc":"2.0","id":2,"method":"none","method":"ping","params":{"s":"a,[\\u007b\\"]\\\\","o":{}}}',
];

/** Texts of the requests of a session, as its frames have them. */
async function received(session: string): Promise<readonly (string | undefined)[]> {
  const { recorder } = hub.server;
  const asked = (await framesOf(recorder, session)).filter(
    ({ kind, direction, label }) => kind === 'request' && direction === 'in' && label === 'ping',
  );
  return recorder.bodies(asked.map(({ id }) => id));
}

test('[FR10] HTTP+SSE: messages are kept as they were written, alone and in a batch', async () => {
  const headers = { ...bearer(hub.key), 'content-type': 'application/json' };
  const stream = await openStream(hub.server.sse, { headers: bearer(hub.key) });
  const post = await endpointOf(stream, hub.url);
  await ask(post, { headers, body: `[ ${MESSAGES.join(' , ')}\n]` });
  await stream.message(({ id }) => id === 2);
  for (const body of MESSAGES) {
    await ask(post, { headers, body });
    await stream.message();
  }
  expect(await received(new URL(post).searchParams.get('sessionId') ?? '')).toEqual([...MESSAGES, ...MESSAGES]);
  stream.drop();
});

test('[FR10] Streamable HTTP: messages are kept as they were written, alone and in a batch', async () => {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize('2025-03-26') });
  const session = String(opened.headers['mcp-session-id']);
  const headers = { ...bearer(hub.key), 'content-type': 'application/json', 'mcp-session-id': session };
  for (const body of [`[${MESSAGES.join(',')}]`, ...MESSAGES]) {
    expect((await ask(hub.server.mcp, { headers, body })).status).toBe(200);
  }
  expect(await received(session)).toEqual([...MESSAGES, ...MESSAGES]);
});
