import { expect, test } from 'vitest';
import type { Hub } from '../../src/hub/hub.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import { CHANNEL_VERSION } from '../../src/protocol/version.ts';
import { openDeskOnHub } from '../support/desk-on-hub.ts';
import { seqOf } from '../support/dashboard-client.ts';
import { memoryChannel } from '../support/memory-channel.ts';
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

test('[DB13] events go out at once when nothing did lately, and then together once a display frame', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  on.clock.advance(100);
  await workspace(on.hub);
  await client.until(({ batches }) => batches === 1);

  for (let n = 0; n < 10; n++) await workspace(on.hub);
  on.clock.advance(15);
  await client.api.ping(); // an answer overtakes nothing: no push came before it
  expect(client.batches).toBe(1);
  on.clock.advance(1);
  await client.until(({ batches }) => batches === 2);
  expect(client.events).toHaveLength(11);
});

test('[DB14] of progress only the newest is told, of log lines every one', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  on.clock.advance(100);
  const tick = { jobId: 'job_1', workspace: on.workspace, at: 1 };
  on.hub.tick({ type: 'job.log', line: 'first', ...tick });
  for (const fraction of [0.1, 0.2, 0.3]) on.hub.tick({ type: 'job.progress', fraction, ...tick });
  on.hub.tick({ type: 'job.log', line: 'second', ...tick });
  on.hub.tick({ type: 'job.log', line: 'third', ...tick });
  on.clock.advance(16);
  await client.until(({ ticks }) => ticks.length >= 4);
  expect(client.ticks.map((told) => ('line' in told ? told.line : 'fraction' in told && told.fraction))).toEqual([
    'first',
    0.3,
    'second',
    'third',
  ]);
});

test('[DB14] a flood of log lines is cut at 500 a frame, and the next frame has room again', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  on.clock.advance(100);
  const lines = () => client.ticks.flatMap((tick) => (tick.type === 'job.log' ? [tick.line] : []));
  const say = (line: string) => on.hub.tick({ type: 'job.log', line, jobId: 'job_1', workspace: on.workspace, at: 1 });
  say('at once');
  for (let turn = 1; turn <= 3; turn++) {
    for (let n = 1; n <= 510; n++) say(`${turn}.${n}`);
    on.clock.advance(16);
    await client.until(() => lines().includes(`${turn}.500`));
    expect(lines()).toHaveLength(1 + 500 * turn);
    expect(lines().at(-1)).toBe(`${turn}.500`);
  }
});

test('[DB15] the pulse comes with the opening and then every second, with what passed in it', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  await client.until(({ pulses }) => pulses.length === 1);
  toolCalls(on.hub, 30);
  await on.hub.durable();
  for (let n = 0; n < 12; n++) {
    on.frames.record({
      sessionId: 'ses_1',
      wire: 'sse',
      direction: 'in',
      kind: 'request',
      label: 'ping',
      sizeBytes: 1,
    });
  }
  on.clock.advance(1_000);
  await client.until(({ pulses }) => pulses.some(({ eventsPerSecond }) => eventsPerSecond > 0));
  expect(client.pulses.at(-1)).toMatchObject({ framesPerSecond: 12, storage: { status: 'ok' } });
  expect(client.pulses.at(-1)?.eventsPerSecond).toBeGreaterThanOrEqual(30);
});

test('[DB16] watching a session brings its kept frames, then each new one once, until it is unwatched', async () => {
  await using on = await openDeskOnHub();
  const record = (label: string): string =>
    on.frames.record({
      sessionId: 'ses_1',
      wire: 'sse',
      direction: 'in',
      kind: 'request',
      label,
      sizeBytes: 1,
      body: '{}',
    });
  record('a');
  const id = record('b');
  const [one, two] = [on.connect(), on.connect()];
  const watching = one.api.watchFrames({ sessionId: 'ses_1' });
  const kept = await watching;
  record('c');
  on.clock.advance(16);
  await one.until(({ frames }) => frames.get('ses_1')?.length === 1);
  const keptLater = await two.api.watchFrames({ sessionId: 'ses_1' });
  record('d');
  on.clock.advance(16);
  await Promise.all([one, two].map((each) => each.until(({ frames }) => frames.get('ses_1')?.at(-1)?.label === 'd')));

  const labels = (frames: readonly { label: string }[] = []): string => frames.map(({ label }) => label).join('');
  expect(labels(kept) + labels(one.frames.get('ses_1'))).toBe('abcd');
  expect(labels(keptLater) + labels(two.frames.get('ses_1'))).toBe('abcd');
  expect(await one.api.frame({ frameId: id })).toMatchObject({ frame: { id, label: 'b' }, body: '{}', bodyCut: false });
  await expect(one.api.frame({ frameId: 'frm_other_1' })).rejects.toMatchObject({ code: 'gone' });

  await one.api.unwatchFrames({ sessionId: 'ses_1' });
  record('e');
  on.clock.advance(16);
  await two.until(({ frames }) => frames.get('ses_1')?.at(-1)?.label === 'e');
  expect(labels(one.frames.get('ses_1'))).toBe('cd');
});

test('[DB17] a call with wrong arguments, an unknown call and a refusal answer as errors with a code', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  const call = (method: string, ...args: unknown[]): Promise<unknown> => api.$callRaw({ method, args });
  await expect(call('event', 'one')).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(call('memberRemove', 'default', 'key_1')).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(call('keyRevoke', { keyId: '' })).rejects.toThrow(/^keyRevoke was called wrongly: keyId: /u);
  await expect(call('keyRevoke', { keyId: 'key_1', key: 'key_1' })).rejects.toThrow('Unrecognized key: "key"');
  await expect(call('hasFirstKey', null)).resolves.toBe(true); // JSON's undefined
  await expect(call('auditPage', { limit: 5_000 })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(call('constructor')).rejects.toMatchObject({ code: 'bad_request' });
  await expect(call('__proto__')).rejects.toMatchObject({ code: 'bad_request' });
  await expect(api.event({ seq: 9_999 })).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.keyRevoke({ keyId: 'key_none' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.sampleAgentsStart({ workspace: 'default' })).rejects.toMatchObject({ code: 'conflict' });
  expect(on.bugs).toEqual([]);
});

test('[DB55] a page of another version learns by `open` which version the hub has', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  const open = (...args: unknown[]) => api.$callRaw({ method: 'open', args });
  const current = { hub: { protocolVersion: CHANNEL_VERSION }, kind: 'snapshot' };
  expect(await open({ logId: on.hub.logId, seq: on.hub.state.seq })).toMatchObject(current); // as version 1 asked
  expect(await open({ since: undefined, added: 'later' })).toMatchObject(current);
});

test('[DB18] what is not a call ends the channel', async () => {
  await using on = await openDeskOnHub();
  const { hubEnd, dashboardEnd } = memoryChannel();
  on.desk.serve(hubEnd);
  const closed = new Promise((resolve) => dashboardEnd.onClose(resolve));
  dashboardEnd.on(() => undefined);
  dashboardEnd.post({ hello: 'there' });
  expect(await closed).toBe('port_closed');
});

test('[DB19] the person makes keys, workspaces and members by id or name, and the first key is taken once', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  expect(await api.hasFirstKey()).toBe(true);
  const first = await api.takeFirstKey();
  expect(first?.secret).toMatch(/^sbx_/u);
  expect(await api.takeFirstKey()).toBeUndefined();
  expect(await api.hasFirstKey()).toBe(false);

  const { keyId, secret } = await api.keyCreate({ name: 'planner', roles: { default: 'viewer' } });
  expect(secret).toMatch(/^sbx_[\w-]{43}$/u);
  await api.memberSet({ workspace: 'default', keyId, role: 'owner' });
  expect(on.hub.state.workspaces.get(on.workspace)?.roles[keyId]).toBe('owner');
  await api.memberRemove({ workspace: on.workspace, keyId });
  expect(on.hub.state.workspaces.get(on.workspace)?.roles[keyId]).toBeUndefined();
  await api.keyRevoke({ keyId });
  const { workspace: made } = await api.workspaceCreate({ name: 'second' });
  await api.workspaceUpdate({ workspace: made, name: 'renamed', quotaBytes: 4_096 });
  expect(on.hub.state.workspaces.get(made)).toMatchObject({ name: 'renamed', quotaBytes: 4_096 });
  await expect(api.workspaceDelete({ workspace: made, confirm: 'second' })).rejects.toMatchObject({
    code: 'invalid_argument',
  });
  await api.workspaceDelete({ workspace: made, confirm: 'renamed' });
  expect(on.hub.state.workspaces.has(made)).toBe(false);
  const events = await api.auditPage({ actor: 'human', types: ['key', 'workspace'], order: 'asc' });
  expect(events.items.map(({ type }) => type)).toEqual([
    'key.created',
    'key.revoked',
    'workspace.created',
    'workspace.updated',
    'workspace.deleted',
  ]);
  expect(await api.verifyLog()).toMatchObject({ ok: true, events: on.hub.state.seq });
});

test('[DB37] a disk that refuses is told at once; dashboards go on reading, also new ones', async () => {
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

test('[DB38] a channel that is opened again begins anew, and is told nothing twice', async () => {
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
