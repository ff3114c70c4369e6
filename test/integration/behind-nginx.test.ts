import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { statelessRequest } from '../support/agent.ts';
import { needsNginx } from '../support/needs.ts';
import { startNginx, type Front, type Nginx } from '../support/nginx.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, type WireStream } from '../support/wire-client.ts';

const human: Origin = { actor: { kind: 'human' } };
const host = { host: 'hub.example' };

const fronts: Front[] = [
  { buffering: 'on', scheme: 'http' },
  { buffering: 'off', scheme: 'http' },
  { buffering: 'on', scheme: 'https' },
  { buffering: 'off', scheme: 'https' },
];

describe('behind a real nginx', needsNginx(), () => {
  let hub: TestServer;
  let nginx: Nginx;
  beforeAll(async () => {
    hub = await startTestHub({ behindProxy: true, publicUrl: 'https://hub.example', keepAliveMs: 250 });
    nginx = await startNginx(Number(new URL(hub.url).port), '1s');
  });
  afterAll(async () => {
    await nginx.close();
    await hub.close();
  });

  test.each(fronts)(
    '[HT55] with buffering $buffering, over $scheme: events come at once, and streams outlive the idle timeout, on each wire',
    async (front) => {
      const url = nginx.url(front);
      const uri = `signalbox://workspaces/${hub.workspace}/events`;
      const headers = { ...bearer(hub.key), ...host };

      const sse = await openStream(`${url}/sse`, { headers });
      const endpoint = new URL(await endpointOf(sse, 'https://hub.example'));
      expect(endpoint.host).toBe('hub.example');
      const post = `${url}${endpoint.pathname}${endpoint.search}`;
      await ask(post, { headers, body: initialize() });
      await sse.message(({ id }) => id === 'init');
      await ask(post, { headers, body: rpc(1, 'resources/subscribe', { uri }) });
      await sse.message(({ id }) => id === 1);

      const opened = await ask(`${url}/mcp`, { headers, body: initialize() });
      const session = { ...headers, 'mcp-session-id': String(opened.headers['mcp-session-id']) };
      const streamable = await openStream(`${url}/mcp`, { headers: session });
      await ask(`${url}/mcp`, { headers: session, body: rpc(1, 'resources/subscribe', { uri }) });

      const asked = statelessRequest(hub.key, 1, 'subscriptions/listen', {
        notifications: { resourceSubscriptions: [uri] },
      });
      const listen = await openStream(`${url}/mcp`, { ...asked, headers: { ...asked.headers, ...host } });
      await listen.message();

      const streams: Record<string, WireStream> = { sse, streamable, listen };
      // Signs of life for longer than nginx waits: none of the streams has ended by then.
      for (const stream of Object.values(streams)) {
        for (let sign = 0; sign < 7; sign++) await stream.next(({ comment }) => comment !== undefined);
      }
      const path = `${front.scheme}-${front.buffering}.md`;
      const content = Buffer.from('x');
      await hub.server.files.write(human, { workspace: hub.workspace, path, content, source: 'import' });
      for (const [wire, stream] of Object.entries(streams)) {
        const message = await stream.message(({ params }) => JSON.stringify(params ?? {}).includes(path));
        expect(message.method, wire).toBe('notifications/resources/updated');
        stream.drop();
      }
    },
  );

  test('[HT54] [HT40] a page of the public address is the hub’s own, with its scheme only', async () => {
    const url = nginx.url({ buffering: 'on', scheme: 'https' });
    const get = (origin: string) =>
      ask(`${url}/health`, { method: 'GET', headers: { ...host, origin } }).then(({ status }) => status);
    expect(await get('https://hub.example')).toBe(200);
    expect(await get('http://hub.example')).toBe(403);
    expect(await get('https://other.example')).toBe(403);
  });
});
