import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, type Locator, type Page } from '@playwright/test';
import type { AgentEvent, StoredEvent } from '../../src/protocol/events.ts';
import { workspaceUri } from '../../src/protocol/uris.ts';
import type { AgentLink, ToolFields } from '../../src/sandbox/agent-link.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import { HubProcess, runCli } from '../support/hub-process.ts';
import { MessageWaiter } from '../support/message-waiter.ts';
import { type Wire, type WireName, wireNames, wires } from '../../src/protocol/wire-names.ts';

/** The command line as it is shipped. */
const program = fileURLToPath(new URL('../../out/cli/main.js', import.meta.url));

/** A real agent on an official client, with a key of its own, subscribed to the workspace. */
export interface Agent {
  readonly name: string;
  readonly key: string;
  readonly keyId: string;
  readonly events: readonly { readonly event: AgentEvent; readonly receivedAt: number }[];
  call(tool: string, args: ToolFields): Promise<ToolFields>;
  /** The first event that it is notified of, before or from now on, that fits. */
  notified(fits: (event: AgentEvent) => boolean): Promise<{ event: AgentEvent; receivedAt: number }>;
  /** Resolves with the time when its stream ended without its doing. */
  readonly lost: Promise<number>;
  close(): Promise<void>;
}

/** The built hub, in a process and a data directory of its own, and what a test does with it. */
export interface HubUnderTest {
  readonly process: HubProcess;
  readonly dataDir: string;
  /** The folder that the hub takes for the person's own: its clients' files are in there. */
  readonly home: string;
  readonly workspace: string;
  /** `subscribeTo` is the workspace's events unless another URI is given. */
  connect(name: string, wire: WireName, subscribeTo?: string): Promise<Agent>;
  /** Connects with a key that was made on the desk. */
  connectWith(name: string, key: string): Promise<AsyncDisposable>;
  /** Kills it without a goodbye and starts it again on the same port. */
  crash(): Promise<void>;
  cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export const test = base.extend<{ hub: HubUnderTest; dashboard: Page }>({
  hub: async ({}, use) => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'signalbox-e2e-'));
    const home = mkdtempSync(path.join(tmpdir(), 'signalbox-e2e-home-'));
    const env = { HOME: home, XDG_CONFIG_HOME: '' };
    let running = await HubProcess.start(dataDir, { program, env });
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
      home,
      workspace,
      cli,
      connect: async (name, wire, subscribeTo = workspaceUri(workspace, 'events')) => {
        const made = await cli('keys', 'create', name, '--workspace', 'default', '--role', 'editor');
        const { secret, keyId } = JSON.parse(made.stdout) as { secret: string; keyId: string };
        const stored = wires.find((one) => wireNames[one] === wire) ?? 'sse';
        const agent = await connectAgent({ name, wire: stored, url, key: secret, keyId, subscribeTo });
        agents.push(agent);
        return agent;
      },
      connectWith: async (name, key) => {
        const link = await connections.streamable({
          url,
          key,
          name,
          subscribeTo: 'signalbox://guide',
          onEvent: () => undefined,
          onLost: () => undefined,
        });
        return { [Symbol.asyncDispose]: async () => await link.close() };
      },
      crash: async () => {
        await running.kill();
        running = await HubProcess.start(dataDir, { port: Number(new URL(url).port), program, env });
      },
    });
    await Promise.all(agents.map(async (agent) => await agent.close().catch(() => undefined))); // its hub may be gone
    await running.stop();
    for (const folder of [dataDir, home]) rmSync(folder, { recursive: true, force: true });
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
  readonly subscribeTo: string;
}

async function connectAgent({ name, wire, url, key, keyId, subscribeTo }: AgentOptions): Promise<Agent> {
  const events: { event: AgentEvent; receivedAt: number }[] = [];
  const news = new MessageWaiter();
  const { promise: lost, resolve: lose } = Promise.withResolvers<number>();
  const link: AgentLink = await connections[wire]({
    url,
    key,
    name,
    subscribeTo,
    onEvent: (event) => {
      events.push({ event, receivedAt: Date.now() });
      news.changed();
    },
    onLost: () => lose(Date.now()),
  });
  return {
    name,
    key,
    keyId,
    events,
    lost,
    call: async (tool, args) => await link.call(tool, args),
    notified: async (fits) => await news.until(() => events.find(({ event }) => fits(event))),
    close: async () => await link.close(),
  };
}

async function firstWorkspace(url: string, key: string): Promise<string> {
  const link = await connections.streamable({
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

/** The first line of a list with this text. */
export function row(page: Page, list: string, text: string | RegExp): Locator {
  return page.getByRole('grid', { name: list, exact: true }).getByRole('row').filter({ hasText: text }).first();
}

/** The pane on the right. */
export function inspector(page: Page): Locator {
  return page.getByRole('complementary', { name: 'Inspector' });
}

/** Drops a file anywhere on the window, as a person's mouse does; its name says its type. */
export async function dropFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  const from = test.info().outputPath('dropped');
  mkdirSync(from, { recursive: true });
  writeFileSync(path.join(from, name), content);
  await dropPaths(page, path.join(from, name));
}

/**
 * Drops files and folders of this machine. The browser itself does the dragging: a drop that a page
 * makes up has no entries, by which a real one is read.
 */
export async function dropPaths(page: Page, ...paths: string[]): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  // Of the page itself: a desktop window has no viewport that was set.
  const [width, height] = await page.evaluate(() => [innerWidth, innerHeight] as const);
  const dropped = await page.evaluateHandle(() => {
    const { promise, resolve } = Promise.withResolvers<void>();
    window.addEventListener('drop', () => resolve(), { once: true, capture: true });
    return { promise };
  });
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
  await browser.detach();
  // A drop that the page has refused is lost without a word.
  await page.waitForFunction(({ promise }) => promise.then(() => true), dropped, { timeout: 5_000 });
  await dropped.dispose();
}

/** The log as the command line tells it, oldest first. */
export async function auditOf(hub: HubUnderTest, ...filter: string[]): Promise<StoredEvent[]> {
  const { stdout } = await hub.cli('audit', 'tail', '--lines', '1000', ...filter);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredEvent);
}
