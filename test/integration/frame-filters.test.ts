import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FrameRecord } from '../../src/protocol/frame-record.ts';
import { connectDashboard, type DashboardClient } from '../support/dashboard-client.ts';
import { frameFilter } from '../../src/server/desk/frame-filter.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

let hub: TestServer;
let desk: DashboardClient;
let planner: Session;
let coder: Session;
let all: readonly FrameRecord[];

interface Session {
  readonly id: string;
  /** Sends a request and answers what came back. */
  send(id: number, method: string, params: Record<string, unknown>): Promise<void>;
}

async function open(name: string): Promise<Session> {
  const key = await hub.newKey(name, 'editor');
  const opened = await ask(hub.server.mcp, { headers: bearer(key.secret), body: initialize('2025-06-18') });
  const id = String(opened.headers['mcp-session-id']);
  const headers = { ...bearer(key.secret), 'content-type': 'application/json', 'mcp-session-id': id };
  return {
    id,
    send: async (id, method, params) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      expect((await ask(hub.server.mcp, { headers, body })).status).toBe(200);
    },
  };
}

beforeAll(async () => {
  hub = await startTestHub();
  desk = await connectDashboard(hub.url, { Authorization: `Bearer ${hub.server.adminToken}` });
  planner = await open('planner');
  coder = await open('Coder One');
  const write = { name: 'file_write', arguments: { path: 'plans/50%_done.md', text: 'the needle in it' } };
  await planner.send(41, 'tools/call', write);
  await planner.send(42, 'tools/call', { name: 'file_read', arguments: { path: 'plans/none.md' } });
  await coder.send(43, 'ping', {});
  await coder.send(44, 'no/such_method', {});
  await ask(hub.server.mcp, { headers: bearer('sbx_nobody'), body: initialize('2025-06-18') });
  all = await found();
});
afterAll(async () => {
  desk.close();
  await hub.close();
});

/** All frames of a filter, oldest first. */
async function found(filter?: string, limit = 1_000): Promise<FrameRecord[]> {
  const frames: FrameRecord[] = [];
  let before: number | undefined;
  for (let more = true; more;) {
    const page = await desk.api.framesPage({ filter, before, limit });
    frames.push(...page.frames);
    ({ more, reached: before } = page);
  }
  return frames.toReversed();
}

const places = (frames: readonly FrameRecord[]): readonly number[] => frames.map(({ place }) => place);

test('[QL12] each token finds the frames that it says, and its negation all others', async () => {
  const from = all[Math.floor(all.length / 2)] ?? expect.unreachable();
  const first = all[0] ?? expect.unreachable();
  const ofPlanner = ({ sessionId }: FrameRecord): boolean => sessionId === planner.id;
  const cases: readonly (readonly [filter: string, fits: (frame: FrameRecord) => boolean])[] = [
    [`session:${planner.id}`, ofPlanner],
    [`session:${planner.id.toUpperCase().slice(0, -2)}*`, ofPlanner],
    ['wire:streamable', ({ wire }) => wire === 'streamable'],
    ['dir:in', ({ direction }) => direction === 'in'],
    ['kind:request', ({ kind }) => kind === 'request'],
    ['outcome:error', ({ outcome }) => outcome === 'error'],
    ['has:error', ({ outcome, code }) => code !== undefined || !['ok', 'pending'].includes(outcome)],
    ['method:tools/*', ({ method }) => method === 'tools/call'],
    ['method:ping', ({ method }) => method === 'ping'],
    ['tool:file_write', ({ tool }) => tool === 'file_write'],
    ['tool:*read', ({ tool }) => tool === 'file_read'],
    ['id:43', ({ rpcId }) => rpcId === 43],
    [`id:${from.id}`, ({ id }) => id === from.id],
    ['size:>200', ({ sizeBytes }) => sizeBytes > 200],
    ['took:<1h', ({ latencyMs }) => latencyMs !== undefined],
    [`after:${new Date(from.at).toISOString()}`, ({ at }) => at >= from.at],
    [`before:${new Date(from.at).toISOString()}`, ({ at }) => at < from.at],
    [
      `session:${planner.id} tool:file_read -dir:out`,
      (frame) => ofPlanner(frame) && frame.tool === 'file_read' && frame.direction === 'in',
    ],
  ];
  for (const [filter, fits] of cases) {
    const expected = places(all.filter(fits));
    expect(expected.length, filter).toBeGreaterThan(0);
    expect(places(await found(filter)), filter).toEqual(expected);
    if (filter.includes(' -')) continue;
    expect(places(await found(`-${filter}`)), `-${filter}`).toEqual(places(all.filter((frame) => !fits(frame))));
  }
  expect(await found('agent:nobody')).toEqual([]);
  expect(await found('tool:file_purge -agent:nobody')).toEqual([]);
  expect(places(await found('tool:file_write', 1))).toEqual(places(all.filter(({ tool }) => tool === 'file_write')));
  expect(places(await found(`-id:${first.id}`, 3))).toEqual(places(all.slice(1)));
});

test('[QL13] free text and paths are looked for in what was sent, without case, and signs of SQL are letters', async () => {
  const writes = places(all.filter(({ kind, tool }) => kind === 'request' && tool === 'file_write'));
  expect(places(await found('"THE needle"'))).toEqual(writes);
  expect(places(await found('path:plans/50%_done.md kind:request'))).toEqual(writes);
  expect(places(await found('path:plans/*done.md kind:request tool:file_write'))).toEqual(writes);
  expect(await found('path:plans/50__done.md')).toEqual([]);
  expect(await found(`"' OR 1=1 --"`)).toEqual([]);
  expect(await found('"needle%"')).toEqual([]);
  // In a head: the hub's answer to the one with an unknown key.
  expect((await found('"sbx_nobody"')).length).toBe(0); // the secret is masked
  expect((await found('"tools/call" kind:request')).length).toBe(2);
});

test('[QL14] a filter that cannot be understood is refused with its place, in pages and in the tail', async () => {
  const refusal = {
    code: 'invalid_argument',
    message: expect.stringContaining('filter, character 9: There is no') as unknown,
  };
  await expect(desk.api.framesPage({ filter: 'dir:in  agnet:x' })).rejects.toMatchObject(refusal);
  await expect(desk.api.tailFrames({ filter: 'dir:in  agnet:x' })).rejects.toMatchObject(refusal);
  await expect(desk.api.framesPage({ filter: 'x'.repeat(10_000) })).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('[QL15] the tail of a filter has its frames and no others', async () => {
  const { after } = await desk.api.tailFrames({ filter: `session:${planner.id} kind:request "second needle"` });
  await coder.send(45, 'tools/call', { name: 'file_write', arguments: { path: 'a.md', text: 'second needle' } });
  await planner.send(46, 'ping', {});
  await planner.send(47, 'tools/call', { name: 'file_write', arguments: { path: 'b.md', text: 'Second Needle' } });
  const pushed = (): FrameRecord[] => desk.tail.flatMap(({ frames }) => frames);
  await desk.until(() => pushed().some(({ rpcId, outcome }) => rpcId === 47 && outcome === 'ok'));
  expect(new Set(pushed().map(({ rpcId }) => rpcId))).toEqual(new Set([47]));
  expect(Math.min(...places(pushed()))).toBeGreaterThan(after);
  await desk.api.untailFrames();
});

test('[QL18] agents, keys and workspaces go by the names that people know them by', async () => {
  const { keyId } = await hub.newKey('Night Shift', 'editor');
  const idsOf = (filter: string): readonly unknown[] =>
    frameFilter(filter, hub.server.hub)?.terms.map(({ ids }) => ids) ?? [];
  expect(idsOf('key:"night shift" ws:default tool:ping')).toEqual([[keyId], [hub.workspace], undefined]);
  expect(idsOf('agent:planner')).toEqual([expect.arrayContaining([expect.stringMatching(/^key_.*\/test-agent$/u)])]);
  expect(idsOf('by:nobody')).toEqual([[]]);
  expect(frameFilter('', hub.server.hub)).toBeUndefined();
});
