import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, type Page } from '@playwright/test';
import type { HubEvent, Wire } from '../../src/protocol/events.ts';
import { workspaceUri } from '../../src/protocol/uris.ts';
import type { AgentLink, Fields } from '../../src/sandbox/link.ts';
import { connectModern } from '../../src/sandbox/modern-link.ts';
import { connectSse } from '../../src/sandbox/sse-link.ts';
import { connectStreamable } from '../../src/sandbox/streamable-link.ts';
import { HubProcess, runCli } from '../support/hub-process.ts';

/** The command line as it is shipped. */
const program = fileURLToPath(new URL('../../out/cli/main.js', import.meta.url));
const connections = { sse: connectSse, streamable: connectStreamable, modern: connectModern };

/** A real agent on an official client, with a key of its own, subscribed to the workspace. */
export interface Agent {
  readonly name: string;
  readonly key: string;
  readonly keyId: string;
  readonly events: readonly { readonly event: HubEvent; readonly receivedAt: number }[];
  call(tool: string, args: Fields): Promise<Fields>;
  /** The first event told to it, before or from now on, that fits. */
  told(fits: (event: HubEvent) => boolean): Promise<{ event: HubEvent; receivedAt: number }>;
  close(): Promise<void>;
}

/** The built hub, in a process and a data directory of its own, and what a test does with it. */
export interface HubUnderTest {
  readonly process: HubProcess;
  readonly dataDir: string;
  readonly workspace: string;
  connect(name: string, wire: Wire): Promise<Agent>;
  /** Kills it without a goodbye and starts it again on the same port. */
  crash(): Promise<void>;
  cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export const test = base.extend<{ hub: HubUnderTest; dashboard: Page }>({
  hub: async ({}, use) => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'signalbox-e2e-'));
    let running = await HubProcess.start(dataDir, { program });
    const { url, firstKey = '' } = running.announced;
    const workspace = await firstWorkspace(url, firstKey);
    const agents: Agent[] = [];
    const cli: HubUnderTest['cli'] = async (...args) =>
      await runCli([...args, '--url', url, '--admin-token', running.announced.adminToken, '--json'], program);
    await use({
      get process() {
        return running;
      },
      dataDir,
      workspace,
      cli,
      connect: async (name, wire) => {
        const made = await cli('keys', 'create', name, '--workspace', 'default', '--role', 'editor');
        const { secret, keyId } = JSON.parse(made.stdout) as { secret: string; keyId: string };
        const agent = await connectAgent({ name, wire, url, key: secret, keyId, workspace });
        agents.push(agent);
        return agent;
      },
      crash: async () => {
        await running.kill();
        running = await HubProcess.start(dataDir, { port: Number(new URL(url).port), program });
      },
    });
    await Promise.all(agents.map(async (agent) => await agent.close().catch(() => undefined))); // its hub may be gone
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  },
  dashboard: async ({ hub, page }, use) => {
    await page.goto(hub.process.announced.dashboard);
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await use(page);
  },
});

export { expect } from '@playwright/test';

interface AgentOptions {
  readonly name: string;
  readonly wire: Wire;
  readonly url: string;
  readonly key: string;
  readonly keyId: string;
  readonly workspace: string;
}

async function connectAgent({ name, wire, url, key, keyId, workspace }: AgentOptions): Promise<Agent> {
  const events: { event: HubEvent; receivedAt: number }[] = [];
  const looking = new Set<() => void>();
  const link: AgentLink = await connections[wire]({
    url,
    key,
    name,
    subscribeTo: workspaceUri(workspace, 'events'),
    onEvent: (event) => {
      events.push({ event, receivedAt: Date.now() });
      for (const look of looking) look();
    },
    onLost: () => undefined,
  });
  return {
    name,
    key,
    keyId,
    events,
    call: async (tool, args) => await link.call(tool, args),
    told: async (fits) =>
      await new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(({ event }) => fits(event));
          if (!found) return;
          looking.delete(look);
          resolve(found);
        };
        looking.add(look);
        look();
      }),
    close: async () => await link.close(),
  };
}

async function firstWorkspace(url: string, key: string): Promise<string> {
  const link = await connectStreamable({
    url,
    key,
    name: 'setup',
    subscribeTo: 'signalbox://guide',
    onEvent: () => undefined,
    onLost: () => undefined,
  });
  const { workspaces } = await link.call('workspace_list', {});
  await link.close();
  return String((workspaces as { workspace: string }[])[0]?.workspace);
}

/** Opens a screen by its place in the rail. */
export async function openScreen(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name }).click();
}

/** Drops a file anywhere on the window, as a person's mouse does. */
export async function dropFile(page: Page, name: string, content: string, mime = 'text/plain'): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, text, type]) => {
      const data = new DataTransfer();
      data.items.add(new File([String(text)], String(fileName), { type: String(type) }));
      return data;
    },
    [name, content, mime],
  );
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
  }
}
