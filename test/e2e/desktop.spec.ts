import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { screens } from '../../src/protocol/screens.ts';
import type { AgentLink } from '../../src/sandbox/agent-link.ts';
import { connectSse } from '../../src/sandbox/sse-link.ts';
import { hubOf, newDesktopDir, startDesktop, type DesktopUnderTest } from '../support/desktop-under-test.ts';
import { runCli } from '../support/hub-process.ts';
import { openScreen } from './fixtures.ts';

let desktop: DesktopUnderTest;

test.beforeAll(async () => {
  desktop = await startDesktop(newDesktopDir());
  console.log(`The desktop runs on ${desktop.runsOn}.`);
});

test.beforeEach(({}, testInfo) => {
  testInfo.annotations.push({ type: 'runs on', description: desktop.runsOn });
});

test.afterAll(async () => {
  await desktop.dispose();
});

/** An agent on the app's hub, with a key of its own. */
async function agent(name: string): Promise<AgentLink> {
  const { url, adminToken } = hubOf(desktop.dataDir);
  const made = await runCli([
    ...['keys', 'create', name, '--workspace', 'default', '--role', 'editor'],
    ...['--url', url, '--admin-token', adminToken, '--json'],
  ]);
  const { secret } = JSON.parse(made.stdout) as { secret: string };
  return await connectSse({
    url,
    key: secret,
    name,
    subscribeTo: 'signalbox://guide',
    onEvent: () => undefined,
    onLost: () => undefined,
  });
}

test('[EL1] the built main and preload bring up a hub and a dashboard that shows a real agent, without a login', async () => {
  const { page } = desktop;
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
  const wanderer = await agent('wanderer');
  await expect(page.getByRole('grid', { name: 'Agents' }).getByText('wanderer').first()).toBeVisible();
  await wanderer.call('file_write', { path: 'from-agent.txt', text: 'hello' });
  await openScreen(page, 'Files');
  await expect(page.getByText('from-agent.txt').first()).toBeVisible();
  await wanderer.close();
});

test('[EL2] the renderer is sandboxed, isolated and without node; its pages come from app:// under a strict policy', async () => {
  expect(await desktop.webPreferences()).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });
  const { page } = desktop;
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
  expect(policy).toContain("default-src 'none'");
  // 'self' would be the files of agents too: only what was built may run.
  expect(policy).toMatch(/script-src [a-z]+:\/\/[^ ]+\/assets\/;/u);
  expect(policy).not.toContain('unsafe-eval');
  expect(await page.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false);
});

test('[EL3] it does not navigate away or open windows: a link opens in the browser after a check', async () => {
  const { page } = desktop;
  const before = page.url();
  await page.evaluate(() => {
    window.open('https://example.com/docs');
    window.open('file:///etc/passwd');
    location.href = 'https://example.com/away';
  });
  await expect
    .poll(async () => await desktop.openedOutside())
    .toEqual(expect.arrayContaining(['https://example.com/docs', 'https://example.com/away']));
  expect((await desktop.openedOutside()).some((url) => url.startsWith('file:'))).toBe(false);
  expect(page.url()).toBe(before);
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
});

test('[EL4] permissions are denied', async () => {
  for (const permission of ['camera', 'geolocation', 'notifications']) {
    expect(await desktop.isGranted(permission), permission).toBe(false);
  }
});

test('[EL6] the native menu leads to each screen', async () => {
  const rail = desktop.page.getByRole('navigation');
  for (const { key, title } of screens) {
    await desktop.clickMenu(key === 'settings' ? 'Settings…' : title);
    await expect(rail.getByRole('button', { name: title })).toHaveAttribute('aria-current', 'page');
  }
});

test('[EL7] a reload gets a channel of its own', async () => {
  const { page } = desktop;
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
});

test('[EL8] a second start ends at once, and brings the window of the first to the front', async () => {
  await desktop.minimizeWindow();
  await expect.poll(async () => (await desktop.windowNow()).isSeen).toBe(false);
  expect(await desktop.startSecond()).toBe(0);
  await expect.poll(async () => await desktop.windowNow()).toMatchObject({ isSeen: true, isFocused: true });
  await expect(desktop.page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
});

test('[EL9] the sample agents run as a process of their own and end with a click', async () => {
  const { page } = desktop;
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'Start the sample agents' }).click();
  await openScreen(page, 'Overview');
  const board = page.getByRole('grid', { name: 'Agents' });
  for (const name of ['sample-sse', 'sample-streamable', 'sample-stateless']) {
    await expect(board.getByText(name, { exact: true }).first()).toBeVisible();
  }
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'Stop the sample agents' }).click();
  await openScreen(page, 'Overview');
  // The agent of the first test may still be there, as one that lost its connection.
  for (const name of ['sample-sse', 'sample-streamable', 'sample-stateless']) {
    await expect(board.getByText(name, { exact: true })).toHaveCount(0);
  }
});

test('[EL19] jobs run in processes of the app', async () => {
  const { page } = desktop;
  const clerk = await agent('clerk');
  await clerk.call('file_write', { path: 'counted.txt', text: 'one two three' });
  const { job_id } = await clerk.call('file_extract', { path: 'counted.txt' });
  expect(await clerk.call('job_wait', { job_id })).toMatchObject({
    status: 'succeeded',
    result: { text: { words: 3 } },
  });
  await openScreen(page, 'Jobs');
  await expect(page.getByRole('grid', { name: 'Jobs' }).getByText('counted.txt').first()).toBeVisible();
  await clerk.close();
});

test('[EL11] a script that an agent wrote is a file, and never runs in the page', async () => {
  const { page } = desktop;
  const writer = await agent('script-writer');
  await writer.call('file_write', { path: 'tool.js', text: "document.documentElement.dataset.ran = 'yes';" });
  await writer.close();
  const seen = await page.evaluate(async () => {
    const address = '/files/default/tool.js';
    const text = await (await fetch(address)).text();
    const script = document.createElement('script');
    script.src = address;
    const outcome = new Promise((resolve) => {
      script.addEventListener('load', () => resolve('loaded'));
      script.addEventListener('error', () => resolve('refused'));
    });
    document.head.append(script);
    const asModule = await import(address).then(
      () => 'loaded',
      () => 'refused',
    );
    return {
      isThere: text.includes('dataset'),
      outcome: await outcome,
      asModule,
      ran: document.documentElement.dataset['ran'],
    };
  });
  expect(seen).toEqual({ isThere: true, outcome: 'refused', asModule: 'refused', ran: undefined });
  // Nor does the window become such a file.
  await page.evaluate(() => location.assign('/files/default/tool.js'));
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
});

test('[EL12] a file that cannot be shown is offered for download, not for a tab that is not there', async () => {
  const { page } = desktop;
  const writer = await agent('packer');
  await writer.call('file_write', { path: 'odd.bin', base64: Buffer.from([0, 1, 2, 3]).toString('base64') });
  await writer.close();
  await openScreen(page, 'Files');
  await page.getByText('odd.bin').first().click();
  await page.keyboard.press('Enter');
  const offer = page.getByRole('link', { name: 'Download' }).last();
  await expect(page.getByText('No preview')).toBeVisible();
  await expect(page.getByText('Open in a tab')).toHaveCount(0);
  const download = page.waitForEvent('download');
  await offer.click();
  expect((await download).suggestedFilename()).toBe('odd.bin');
});

test('[EL10] quitting closes the hub: exit code 0, and the next start finds a clean log', async () => {
  const { dir, dataDir } = desktop;
  const lockFile = path.join(dataDir, 'hub.lock');
  expect(await desktop.quit()).toBe(0);
  expect(existsSync(lockFile)).toBe(false);
  desktop = await startDesktop(dir);
  await openScreen(desktop.page, 'Files');
  await expect(desktop.page.getByText('from-agent.txt').first()).toBeVisible();
  const { url, adminToken } = hubOf(dataDir);
  const verified = await runCli(['audit', 'verify', '--url', url, '--admin-token', adminToken, '--json']);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
  expect(await desktop.quit()).toBe(0);
  expect(existsSync(lockFile)).toBe(false);
});
