import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setMember } from '../../src/hub/rules/members.ts';
import { type KeyedProxy, openKeyedProxy } from '../support/conformance/keyed-proxy.ts';
import { withFixtures } from '../support/conformance/offered.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

const suite = path.resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');
let hub: TestServer;
let proxy: KeyedProxy;
let results: string;

beforeAll(async () => {
  results = mkdtempSync(path.join(tmpdir(), 'signalbox-conformance-'));
  proxy = await openKeyedProxy();
  let role: 'owner' | 'editor' = 'owner';
  hub = await startTestHub({
    requestsPerSecond: 0, // its name is allowed, so there would be a limit
    allowedHosts: ['127.0.0.1', 'localhost'].map((name) => `${name}:${proxy.port}`),
    offered: (own) =>
      withFixtures(own, async ({ key }) => {
        role = role === 'owner' ? 'editor' : 'owner';
        await hub.server.hub.execute(setMember, { workspace: hub.workspace, keyId: key.id, role }, human);
      }),
  });
  proxy.serve(Number(new URL(hub.url).port), hub.key);
});

afterAll(async () => {
  await proxy.close();
  await hub.close();
  rmSync(results, { recursive: true, force: true });
});

/** The suite's words; it ends with 0 when each scored scenario has passed. */
async function run(revision: string): Promise<{ readonly exitCode: unknown; readonly said: string }> {
  const child = spawn(
    process.execPath,
    [suite, 'server', '--url', `http://127.0.0.1:${proxy.port}/mcp`, '--requirements', revision, '-o', results],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const [exitCode] = (await once(child, 'close')) as unknown[];
  return { exitCode, said };
}

test.each(['2025-11-25', '2026-07-28'])('[CF1] the official suite passes with its fixtures: %s', async (revision) => {
  const { exitCode, said } = await run(revision);
  expect(exitCode, said).toBe(0);
});
