import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Child } from './support/child.ts';
import { median, percentile, type Row } from './support/report.ts';

const connectProgram = fileURLToPath(new URL('../../out/cli/connect.mjs', import.meta.url));
const WARM_UP = 500;
const ROUNDS = 20;
const CALLS = 100;

/** What a call costs more through `signalbox connect`: the official client over stdio beside itself over HTTP, in pairs. */
export async function bridgeCost(): Promise<Row[]> {
  const hub = await Child.start('hub-server.ts');
  const [url, key] = [String(hub.ready['url']), String(hub.ready['key'])];
  const direct = await connected(
    new StreamableHTTPClientTransport(new URL('/mcp', url), {
      requestInit: { headers: { Authorization: `Bearer ${key}` } },
    }),
  );
  const bridged = await connected(
    new StdioClientTransport({
      command: process.execPath,
      args: [connectProgram, '--url', new URL(url).origin],
      env: { SIGNALBOX_KEY: key },
    }),
  );
  await timed(direct, WARM_UP);
  await timed(bridged, WARM_UP);
  const [ours, theirs]: [number[][], number[][]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await timed(direct, CALLS));
    ours.push(await timed(bridged, CALLS));
  }
  await direct.close();
  await bridged.close();
  await hub.stop();
  const added = median(ours.map((times, round) => median(times) - median(theirs[round] ?? [])));
  return [
    {
      what: 'a call through signalbox connect',
      ours: `${words(ours.flat())}: ${added.toFixed(2)} ms more`,
      reference: `the same client over HTTP ${words(theirs.flat())}`,
      ratio: median(ours.map((times, round) => median(times) / median(theirs[round] ?? []))),
      target: 'at most 1 ms more at p50',
      holds: added <= 1,
    },
  ];
}

async function connected(transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<Client> {
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(transport);
  return client;
}

/** Ms of each of so many calls, one after the other. */
async function timed(client: Client, calls: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < calls; n++) {
    const sent = performance.now();
    await client.callTool({ name: 'whoami', arguments: {} });
    times.push(performance.now() - sent);
  }
  return times;
}

function words(times: readonly number[]): string {
  return `p50 ${median(times).toFixed(2)} ms, p99 ${percentile(times, 0.99).toFixed(2)} ms`;
}
