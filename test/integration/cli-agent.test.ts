import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { cliHost } from '../support/cli-host.ts';
import { connectDashboard, type DashboardClient } from '../support/dashboard-client.ts';
import type { Announcement } from '../support/hub-process.ts';
import { runProgram } from '../support/run-program.ts';
import { startTestHub } from '../support/start-test-hub.ts';

const wires = ['modern', 'sse', 'streamable'];

/** The wires on which sessions have begun. */
function begun(events: readonly HubEvent[]): string[] {
  const opened = events.flatMap((event) => (event.type === 'session.opened' ? [event.wire] : []));
  return [...new Set(opened)].toSorted();
}

async function watching(url: string, adminToken: string): Promise<DashboardClient> {
  const client = await connectDashboard(url, { authorization: `Bearer ${adminToken}` });
  await client.api.open();
  return client;
}

test('[CL15] agent runs one agent on each wire with keys of its own, and revokes them when it ends', async () => {
  const hub = await startTestHub();
  const host = cliHost();
  try {
    const dashboard = await watching(hub.url, hub.server.adminToken);
    const ending = runCli(['agent', '--data-dir', hub.dataDir], host);
    await dashboard.until(({ events }) => begun(events).length === 3);
    expect(begun(dashboard.events)).toEqual(wires);
    host.interrupt();
    expect(await ending).toBe(0);
    const keys = [...hub.server.hub.state.keys.values()].filter(({ name }) => name.startsWith('sample-'));
    expect(keys).toHaveLength(3);
    expect(keys.every(({ revokedAt }) => revokedAt !== undefined)).toBe(true);
    expect(host.out()).toContain('sample-stateless: ');
  } finally {
    await hub.close();
  }
});

test('[CL16] a hub starts the sample agents in a process of their own, which ends with it', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-agents-'));
  try {
    const hub = runProgram(['serve', '--json', '--port', '0', '--data-dir', dataDir]);
    const { url, adminToken } = JSON.parse(String((await hub.lines.next()).value)) as Announcement;
    const dashboard = await watching(url, adminToken);
    await dashboard.api.sampleAgentsStart({ workspace: 'default' });
    await dashboard.until(({ events }) => begun(events).length === 3);
    expect(begun(dashboard.events)).toEqual(wires);
    await dashboard.api.sampleAgentsStop();
    expect(await dashboard.api.sampleAgentsRunning()).toBe(false);

    await dashboard.api.sampleAgentsStart({ workspace: 'default' });
    await dashboard.until(({ events }) => events.filter(({ type }) => type === 'session.opened').length >= 6);
    hub.child.kill('SIGKILL');
    // The agents' process holds the same stderr: this settles when both are gone.
    const { out } = await hub.ended;
    expect(out.trim().split('\n')).toHaveLength(1);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
