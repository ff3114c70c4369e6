import { expect, test } from 'vitest';
import type { Hub } from '../../src/hub/hub.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import { CHANNEL_VERSION } from '../../src/protocol/version.ts';
import { openDeskOnHub } from '../support/desk-on-hub.ts';
import { seqOf } from '../support/dashboard-client.ts';
import { human } from '../support/open-hub.ts';

let named = 0;

function workspace(hub: Hub): Promise<unknown> {
  return hub.execute(createWorkspace, { name: `w${(named += 1)}` }, human);
}

function toolCalls(hub: Hub, count: number): void {
  for (let n = 0; n < count; n++) {
    hub.record(
      [{ type: 'tool.called', tool: 'whoami', sessionId: 'ses_1', argsDigest: '0'.repeat(16), outcome: 'ok', ms: 1 }],
      { actor: { kind: 'agent', key: 'key_1', session: 'ses_1' } },
    );
  }
}

test('[DB10] the first answer is the whole state with the last 500 events, and the rest follows without a gap', async () => {
  await using on = await openDeskOnHub();
  toolCalls(on.hub, 700);
  const client = on.connect();
  const opening = client.api.open();
  for (let n = 0; n < 20; n++) await workspace(on.hub);
  const answer = await opening;
  if (answer.kind !== 'snapshot') throw new Error('expected a snapshot');
  expect(answer.recent).toHaveLength(500);
  expect(answer.recent.at(-1)?.seq).toBe(answer.state.seq);
  expect(answer.recent[0]).not.toHaveProperty('hash');
  expect(answer.hub).toMatchObject({
    logId: on.hub.logId,
    dataDir: on.dataDir,
    localPaths: false,
    sampleAgents: false,
  });

  await workspace(on.hub);
  on.clock.advance(16);
  const last = on.hub.state.seq;
  await client.until(({ events }) => events.at(-1)?.seq === last);
  const replica = fromSnapshot(answer.state);
  for (const event of client.events) applyEvent(replica, event);
  expect(takeSnapshot(replica)).toEqual(takeSnapshot(on.hub.state));
});

test('[DB11] a dashboard that comes back gets just what it missed; one of another log, or far behind, everything', async () => {
  await using on = await openDeskOnHub();
  const first = on.connect();
  const seq = seqOf(await first.api.open());
  first.close();
  for (let n = 0; n < 3; n++) await workspace(on.hub);

  const back = await on.connect().api.open({ since: { logId: on.hub.logId, seq } });
  expect(back.kind === 'events' && back.events.map((event) => event.seq)).toEqual([seq + 1, seq + 2, seq + 3]);
  const current = await on.connect().api.open({ since: { logId: on.hub.logId, seq: on.hub.state.seq } });
  expect(current.kind === 'events' && current.events).toEqual([]);
  expect((await on.connect().api.open({ since: { logId: 'another', seq } })).kind).toBe('snapshot');
  expect((await on.connect().api.open({ since: { logId: on.hub.logId, seq: on.hub.state.seq + 1 } })).kind).toBe(
    'snapshot',
  );

  toolCalls(on.hub, 5_000);
  const exactly = await on.connect().api.open({ since: { logId: on.hub.logId, seq: on.hub.state.seq - 5_000 } });
  expect(exactly.kind === 'events' && exactly.events).toHaveLength(5_000);
  expect((await on.connect().api.open({ since: { logId: on.hub.logId, seq: on.hub.state.seq - 5_001 } })).kind).toBe(
    'snapshot',
  );
});

test('[DB12] across reconnects at any moment no event is lost and none comes twice', async () => {
  await using on = await openDeskOnHub();
  const replica = emptyState();
  let since: { logId: string; seq: number } | undefined;
  for (let round = 0; round < 12; round++) {
    const client = on.connect();
    const opening = client.api.open({ since });
    toolCalls(on.hub, 40);
    const answer = await opening;
    toolCalls(on.hub, 15 * (round % 3));
    await on.hub.durable();
    on.clock.advance(16);
    if (round % 4 > 0) {
      const last = on.hub.state.seq;
      await client.until(({ events }) => (events.at(-1)?.seq ?? seqOf(answer, since?.seq)) >= last);
    }
    client.close();
    if (answer.kind === 'snapshot') Object.assign(replica, fromSnapshot(answer.state));
    else for (const event of answer.events) applyEvent(replica, event);
    for (const event of client.events) applyEvent(replica, event); // throws on a gap and on a double
    since = { logId: answer.hub.logId, seq: replica.seq };
  }
  expect(replica.seq).toBeGreaterThan(400);
});

test('[DB55] a page of another version learns by `open` which version the hub has', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  const open = (...args: unknown[]) => api.$callRaw({ method: 'open', args });
  const current = { hub: { protocolVersion: CHANNEL_VERSION }, kind: 'snapshot' };
  expect(await open({ logId: on.hub.logId, seq: on.hub.state.seq })).toMatchObject(current); // as version 1 asked
  expect(await open({ since: undefined, added: 'later' })).toMatchObject(current);
});

test('[DB37] a disk that refuses is shown at once; dashboards go on reading, also new ones', async () => {
  const pages = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(pages, 0, 1_000_000);
  await using on = await openDeskOnHub({}, { pageLimit: pages });
  const client = on.connect();
  await client.api.open();
  Atomics.store(pages, 0, 1);
  const reason = 'x'.repeat(20_000);
  for (let n = 0; on.hub.storage.status === 'ok' && n < 1_000; n++) {
    on.hub.record([{ type: 'session.dropped', sessionId: 'ses_none', reason }], human);
    await on.hub.durable().catch(() => undefined);
  }
  await client.until(({ pulses }) => pulses.at(-1)?.storage.status === 'failed');
  await expect(client.api.workspaceCreate({ name: 'refused' })).rejects.toMatchObject({ code: 'storage_failed' });
  expect((await client.api.auditPage({ types: ['hub.started'] })).items).toHaveLength(1);
  const later = on.connect();
  const answer = await later.api.open();
  expect(answer.kind).toBe('snapshot');
  await later.until(({ pulses }) => pulses[0]?.storage.status === 'failed');

  Atomics.store(pages, 0, 1_000_000);
  on.clock.advance(1_000);
  await client.until(({ pulses }) => pulses.at(-1)?.storage.status === 'ok');
  await client.api.workspaceCreate({ name: 'again' });
  on.clock.advance(16);
  const last = on.hub.state.seq;
  await later.until(({ events }) => events.at(-1)?.seq === last);
  expect(later.events[0]?.seq).toBe(seqOf(answer) + 1);
});

test('[DB38] a channel that is opened again begins anew, and gets nothing twice', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  await workspace(on.hub);
  on.clock.advance(100);
  await client.until(({ events }) => events.length === 1);
  const answer = await client.api.open({ since: { logId: on.hub.logId, seq: on.hub.state.seq } });
  expect(answer.kind === 'events' && answer.events).toEqual([]);
  await workspace(on.hub);
  on.clock.advance(100);
  const last = on.hub.state.seq;
  await client.until(({ events }) => events.at(-1)?.seq === last);
  expect(client.events.map(({ seq }) => seq)).toEqual([last - 1, last]);
});

test('[DB58] a dashboard that opens under load gets what each agent did in the last minutes, not in the last 500 events', async () => {
  await using on = await openDeskOnHub();
  const actor = (key: string) => ({ actor: { kind: 'agent', key, session: `ses_${key}` } }) as const;
  const opened = (key: string) =>
    ({ type: 'session.opened', sessionId: `ses_${key}`, keyId: key, wire: 'sse', remote: '' }) as const;
  const began = on.hub.now();
  for (const key of ['key_quiet', 'key_1', 'key_left']) on.hub.record([opened(key)], actor(key));
  on.clock.advance(60_000);
  toolCalls(on.hub, 700);
  const traffic = { framesIn: 1, framesOut: 1, bytesIn: 1, bytesOut: 1 };
  on.hub.record([{ type: 'session.closed', sessionId: 'ses_key_left', reason: 'gone', traffic }], actor('key_left'));
  await on.hub.durable();
  const answer = await on.connect().api.open();
  if (answer.kind !== 'snapshot') throw new Error('expected a snapshot');
  const { since, seq, agents = [] } = answer.activity ?? {};
  expect({ since, seq }).toEqual({ since: began, seq: on.hub.state.seq });
  expect(agents.map(({ id, counts, action }) => [id, counts, action?.type])).toEqual([
    ['key_quiet', [1], 'session.opened'],
    ['key_1', [700, ...Array.from({ length: 11 }, () => 0), 1], 'tool.called'],
  ]);
});
