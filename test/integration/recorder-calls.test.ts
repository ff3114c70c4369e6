import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FrameRecord } from '../../src/protocol/frame-record.ts';
import { connectDashboard, type DashboardClient } from '../support/dashboard-client.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

let hub: TestServer;
let desk: DashboardClient;
const connect = (): Promise<DashboardClient> =>
  connectDashboard(hub.url, { Authorization: `Bearer ${hub.server.adminToken}` });

beforeAll(async () => {
  hub = await startTestHub();
  desk = await connect();
});
afterAll(async () => {
  desk.close();
  await hub.close();
});

/** Opens a session over Streamable HTTP and sends a ping with this id and text. */
async function pinged(id: string): Promise<{ readonly session: string; readonly body: string }> {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize('2025-06-18') });
  const session = String(opened.headers['mcp-session-id']);
  const body = `{"jsonrpc": "2.0", "id": "${id}", "method":"ping", "params": {"n": 1e3, "n": 1.0}}`;
  const headers = { ...bearer(hub.key), 'content-type': 'application/json', 'mcp-session-id': session };
  expect((await ask(hub.server.mcp, { headers, body })).status).toBe(200);
  return { session, body };
}

const ping = (frames: readonly FrameRecord[], id: string, kind: FrameRecord['kind']): FrameRecord => {
  const found = frames.find((frame) => frame.kind === kind && frame.rpcId === id);
  if (!found) throw new Error(`no ${kind} ${id} among ${JSON.stringify(frames)}`);
  return found;
};

test('[RC1] a page has the frames of a session; a request and its response name each other, with the latency', async () => {
  const { session, body } = await pinged('one');
  const { frames, newest, more } = await desk.api.framesPage({ sessionId: session });
  expect(more).toBe(false);
  const [request, response] = [ping(frames, 'one', 'request'), ping(frames, 'one', 'response')];
  expect(request).toMatchObject({
    direction: 'in',
    wire: 'streamable',
    sessionId: session,
    method: 'ping',
    outcome: 'ok',
  });
  expect(request).toMatchObject({ pair: response.id, latencyMs: response.latencyMs, sizeBytes: body.length });
  expect(response).toMatchObject({ direction: 'out', pair: request.id, method: 'ping', body: 'whole' });
  expect(newest).toBeGreaterThanOrEqual(response.place);
  expect(frames.map(({ place }) => place)).toEqual(frames.map(({ place }) => place).toSorted((a, b) => b - a));
  const earlier = await desk.api.framesPage({ sessionId: session, before: response.place, limit: 1 });
  expect(earlier).toMatchObject({ frames: [request], more: true });
  const later = await desk.api.framesPage({ sessionId: session, after: request.place, limit: 1 });
  expect(later).toMatchObject({ frames: [response], more: false });
});

test('[RC2] a frame has its body as it was written, also after the hub was started again', async () => {
  const { session, body } = await pinged('two');
  const request = ping((await desk.api.framesPage({ sessionId: session })).frames, 'two', 'request');
  await hub.restart();
  desk = await connect();
  expect((await desk.api.frameGet({ frameId: request.id })).body).toEqual({
    encoding: 'utf8',
    text: body,
    sizeBytes: body.length,
    cut: false,
  });
  const part = await desk.api.frameBody({ frameId: request.id, offset: 2 });
  expect(Buffer.from(part.base64, 'base64').toString()).toBe(body.slice(2));
  const again = await pinged('two');
  const later = ping((await desk.api.framesPage({ sessionId: again.session })).frames, 'two', 'request');
  expect(later.place).toBeGreaterThan(request.place);
  expect(later.id).not.toBe(request.id);
  await expect(desk.api.frameGet({ frameId: 'frm_none_1' })).rejects.toMatchObject({ code: 'gone' });
});

test('[RC3] who follows the tail is pushed what is recorded after its place, of one session or of all', async () => {
  const all = await connect();
  const one = await connect();
  const { after } = await all.api.tailFrames({});
  const { session } = await pinged('three');
  await one.api.tailFrames({ sessionId: session });
  const other = await pinged('four');
  const pushed = (client: DashboardClient): FrameRecord[] => client.tail.flatMap(({ frames }) => frames);
  await all.until((client) => pushed(client).some(({ rpcId, kind }) => rpcId === 'four' && kind === 'response'));
  const seen = pushed(all).filter(({ sessionId }) => sessionId === session || sessionId === other.session);
  // A frame that has changed comes again.
  const once = [...new Map(seen.map((frame) => [frame.id, frame])).values()];
  expect(once.filter(({ kind }) => kind === 'request').map(({ rpcId }) => rpcId)).toEqual([
    'init',
    'three',
    'init',
    'four',
  ]);
  expect(Math.min(...seen.map(({ place }) => place))).toBeGreaterThan(after);
  await all.api.untailFrames();
  expect(pushed(one).filter(({ sessionId }) => sessionId !== session)).toEqual([]);
  all.close();
  one.close();
});
