import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { HubError } from '../../src/protocol/errors.ts';
import type { EventOf } from '../../src/protocol/events.ts';
import { eventParts } from '../../src/protocol/words/event-parts.ts';
import { RefusedConnections } from '../../src/server/http/refused-connections.ts';
import { HOURLY, logRefusals, REPEAT_MS } from '../../src/server/http/refused-log.ts';
import { openTestHub, type TestHub } from '../support/open-hub.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { ask, bearer } from '../support/wire-client.ts';

type Refused = EventOf<'connection.refused'>;

const unknown = new HubError('unauthorized', 'Unknown key.');

function request(address: string, client: string): IncomingMessage {
  const headers = { authorization: `Bearer sbx_${'x'.repeat(43)}`, 'user-agent': client };
  return { method: 'POST', url: '/mcp', headers, socket: { remoteAddress: address } } as IncomingMessage;
}

/** Refused connections of a hub, and the events that are logged of them. */
async function open(): Promise<{ hub: TestHub; refused: RefusedConnections; logged: Refused[] } & AsyncDisposable> {
  const hub = await openTestHub();
  const refused = new RefusedConnections(hub.hub);
  const stopLog = logRefusals(hub.hub, refused, { warn: (facts) => expect.fail(JSON.stringify(facts)) });
  const logged: Refused[] = [];
  const stop = hub.hub.subscribe((batch) => {
    for (const { event } of batch) if (event.type === 'connection.refused') logged.push(event);
  });
  return {
    hub,
    refused,
    logged,
    async [Symbol.asyncDispose]() {
      stop();
      stopLog();
      await hub.dispose();
    },
  };
}

test('[RL1] the first try is logged at once, more of the same with their count once a minute, and none that is not new', async () => {
  await using test = await open();
  const { hub, refused, logged } = test;
  refused.note(request('10.0.0.1', 'node'), unknown, { frameId: 'frm_x_1' });
  for (let n = 0; n < 99; n += 1) refused.note(request('10.0.0.1', 'node'), unknown);
  hub.clock.advance(REPEAT_MS);
  refused.followed(request('10.0.0.1', 'node'), 'frm_x_9'); // no try
  hub.clock.advance(10 * REPEAT_MS);
  await expect.poll(() => logged.length).toBe(2);
  expect(logged).toMatchObject([
    { address: '10.0.0.1', client: 'node', code: 'unauthorized', key: 'unknown', count: 1, cause: 'frm_x_1' },
    { count: 99 },
  ]);
  expect(
    eventParts(logged[1] ?? expect.fail())
      .map((part) => (typeof part === 'string' ? part : Object.values(part)[0]))
      .join(''),
  ).toBe('refused node at 10.0.0.1 the request POST /mcp, 99 times: it showed no key that the hub knows');
});

test('[RL2] ten thousand tries of as many clients within a minute are sixty events at most, thirty of one address; the rest is counted', async () => {
  await using test = await open();
  const { hub, refused, logged } = test;
  for (let n = 0; n < 5_000; n += 1) refused.note(request('10.0.0.1', `one ${n}`), unknown);
  for (let n = 0; n < 5_000; n += 1) refused.note(request(`10.1.${n >> 8}.${n & 255}`, 'many'), unknown);
  hub.clock.advance(REPEAT_MS);
  await expect.poll(() => logged.length).toBe(HOURLY.ofAll);
  expect(logged.filter(({ address }) => address === '10.0.0.1')).toHaveLength(HOURLY.ofAddress);
  // An hour later the others are said: the last of them by themselves, the rest as a number.
  hub.clock.advance(61 * REPEAT_MS);
  await expect.poll(() => logged.length).toBe(2 * HOURLY.ofAll);
  const left = logged.reduce((sum, event) => sum + (event.left ?? 0), 0);
  expect(left).toBe(10_000 - HOURLY.ofAll - 200);
});

test('[RL3] one host cannot fill the hour with the addresses of its IPv6 network, nor push out what waits of others', async () => {
  await using test = await open();
  const { hub, refused, logged } = test;
  for (let n = 0; n < 1_000; n += 1) refused.note(request(`2001:db8::${n.toString(16)}`, `one ${n}`), unknown);
  for (let n = 0; n < HOURLY.ofAll; n += 1) refused.note(request(`10.1.0.${n}`, 'many'), unknown);
  for (let n = 0; n < 1_000; n += 1) refused.note(request(`2001:db8::1:${n.toString(16)}`, `two ${n}`), unknown);
  await expect.poll(() => logged.length).toBe(HOURLY.ofAll);
  expect(logged.filter(({ address }) => address.startsWith('2001:db8:'))).toHaveLength(HOURLY.ofAddress);
  // What of the others had to wait is said an hour later, by itself.
  hub.clock.advance(61 * REPEAT_MS);
  await expect.poll(() => logged.length).toBe(2 * HOURLY.ofAll);
  const others = logged.filter(({ address }) => address.startsWith('10.1.'));
  expect(new Set(others.map(({ address }) => address)).size).toBe(HOURLY.ofAll);
});

test('[RL1] who is refused over HTTP is in the log of the hub, with the frame of the try', async () => {
  const hub = await startTestHub();
  await ask(hub.server.mcp, { headers: { ...bearer(`sbx_${'w'.repeat(43)}`), 'User-Agent': 'stranger' }, body: {} });
  const page = await hub.server.hub.audit.page({ types: ['connection'], limit: 10 });
  expect(page.items).toMatchObject([{ type: 'connection.refused', client: 'stranger', status: 401, count: 1 }]);
  const frame = await hub.server.recorder.get(String(page.items[0]?.cause));
  expect(frame.frame).toMatchObject({ kind: 'exchange', status: 401, code: 'unauthorized' });
  await hub.close();
});
