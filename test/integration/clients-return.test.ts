import {
  Client as NewClient,
  SSEClientTransport as NewSse,
  StreamableHTTPClientTransport as NewStreamable,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HubProcess, runCli } from '../support/hub-process.ts';

/** What is asked of each client, whichever line of the SDK it is of. */
interface AnyClient {
  callTool(request: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  close(): Promise<void>;
}

interface Connected {
  readonly client: AnyClient;
  /** Subscribes to the workspace's events; `notified` is called with each notification. */
  readonly subscribe: (notified: (notification: unknown) => void) => Promise<unknown>;
  /** The official stateless client leaves it to its program to listen again. */
  readonly listensAgain?: boolean;
}

const uri = 'signalbox://workspaces/default/events';
const info = { name: 'returner', version: '1.0.0' };
let dataDir: string;
let hub: HubProcess;
let headers: Record<string, string> = {};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-return-'));
  hub = await HubProcess.start(dataDir);
});
afterAll(async () => {
  await hub.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const sse = (): URL => new URL(hub.announced.sse);
const mcp = (): URL => new URL(hub.announced.mcp);

/** An agent of its own for a client. */
async function newKey(name: string): Promise<string> {
  const made = await runCli([
    ...['keys', 'create', name, '--workspace', 'default', '--role', 'editor'],
    ...['--data-dir', dataDir, '--json'],
  ]);
  return (JSON.parse(made.stdout) as { secret: string }).secret;
}

/** Calls until the hub answers: a call on a connection that has just broken fails or is lost. */
async function untilAnswered(client: AnyClient): Promise<unknown> {
  for (;;) {
    const lost = new Promise((resolve) => setTimeout(resolve, 5_000));
    const answer = await Promise.race([
      client.callTool({ name: 'whoami', arguments: {} }).catch(() => undefined),
      lost,
    ]);
    if (answer !== undefined) return answer;
  }
}

async function oldLine(transport: SSEClientTransport | StreamableHTTPClientTransport): Promise<Connected> {
  const client = new Client(info);
  await client.connect(transport);
  return {
    client,
    subscribe(notified) {
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, notified);
      return client.subscribeResource({ uri });
    },
  };
}

async function newLine(transport: NewSse | NewStreamable, stateless = false): Promise<Connected> {
  const client = new NewClient(info, { versionNegotiation: { mode: stateless ? 'auto' : 'legacy' } });
  await client.connect(transport);
  return {
    client,
    listensAgain: stateless,
    subscribe(notified) {
      client.setNotificationHandler('notifications/resources/updated', notified);
      return stateless ? client.listen({ resourceSubscriptions: [uri] }) : client.subscribeResource({ uri });
    },
  };
}

/** By default these clients give up their stream after two tries, 2.5 s: a hub on a busy machine starts slower. */
const patient = () => ({
  requestInit: { headers },
  reconnectionOptions: {
    initialReconnectionDelay: 500,
    maxReconnectionDelay: 500,
    reconnectionDelayGrowFactor: 1,
    maxRetries: 100,
  },
});

const lines: Record<string, () => Promise<Connected>> = {
  'SDK 1.x on HTTP+SSE': () => oldLine(new SSEClientTransport(sse(), { requestInit: { headers } })),
  'SDK 1.x on Streamable HTTP': () => oldLine(new StreamableHTTPClientTransport(mcp(), patient())),
  'SDK 2.x on HTTP+SSE': () => newLine(new NewSse(sse(), { requestInit: { headers } })),
  'SDK 2.x on Streamable HTTP': () => newLine(new NewStreamable(mcp(), patient())),
  'SDK 2.x on 2026-07-28': () => newLine(new NewStreamable(mcp(), { requestInit: { headers } }), true),
};

test('[CR2] official clients of both lines go on after the hub was killed, and are notified of what happens then', async () => {
  // An agent each, as clients of one key and one program could not be distinguished when they come back.
  const agents = [];
  for (const [line, connect] of Object.entries(lines)) {
    headers = { Authorization: `Bearer ${await newKey(line)}` };
    const connected = await connect();
    const seen = new Set<string>();
    const waiting = new Map<string, () => void>();
    const notified = (notification: unknown): void => {
      for (const [, path = ''] of JSON.stringify(notification).matchAll(/"path":"([^"]+)"/gu)) {
        seen.add(path);
        waiting.get(path)?.();
      }
    };
    const hears = (path: string): Promise<void> =>
      new Promise((resolve) => (seen.has(path) ? resolve() : waiting.set(path, resolve)));
    await connected.subscribe(notified);
    agents.push({ line, connected, notified, hears });
  }
  const write = (client: AnyClient, path: string): Promise<unknown> =>
    client.callTool({ name: 'file_write', arguments: { path, text: path } });

  const [first] = agents;
  if (!first) throw new Error('There are clients');
  await write(first.connected.client, 'before.md');
  await Promise.all(agents.map(({ hears }) => hears('before.md')));

  await hub.kill();
  hub = await HubProcess.start(dataDir, { port: Number(new URL(hub.announced.url).port) });

  // All at once: what was sent into the gap may be lost, and such a call is given up after some seconds.
  await Promise.all(
    agents.map(async ({ line, connected, notified }) => {
      expect(await untilAnswered(connected.client), line).toMatchObject({ structuredContent: { key_name: line } });
      if (connected.listensAgain === true) await connected.subscribe(notified);
    }),
  );
  await write(first.connected.client, 'after.md');
  await Promise.all(agents.map(({ hears }) => hears('after.md')));
  for (const { connected } of agents) await connected.client.close();
});
