import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { connectSse } from '../../src/sandbox/sse-link.ts';
import { hubOf, startDesktop, type DesktopUnderTest } from '../support/desktop-under-test.ts';
import { runCli } from '../support/hub-process.ts';
import { openScreen } from './fixtures.ts';

let desktop: DesktopUnderTest;

test.beforeAll(async () => {
  desktop = await startDesktop();
  console.log(`The desktop runs on ${desktop.runsOn}.`);
});

test.beforeEach(({}, testInfo) => {
  testInfo.annotations.push({ type: 'runs on', description: desktop.runsOn });
});

test.afterAll(async () => {
  await desktop.dispose();
});

test('[EL1] the built main and preload bring up a hub and a dashboard that shows a real agent, without a login', async () => {
  const { page, dataDir } = desktop;
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
  const { url, adminToken } = hubOf(dataDir);
  const made = await runCli([
    ...['keys', 'create', 'wanderer', '--workspace', 'default', '--role', 'editor'],
    ...['--url', url, '--admin-token', adminToken, '--json'],
  ]);
  const { secret } = JSON.parse(made.stdout) as { secret: string };
  const agent = await connectSse({
    url,
    key: secret,
    name: 'wanderer',
    subscribeTo: 'signalbox://guide',
    onEvent: () => undefined,
    onLost: () => undefined,
  });
  await expect(page.getByRole('grid', { name: 'Agents' }).getByText('wanderer').first()).toBeVisible();
  await agent.call('file_write', { path: 'from-agent.txt', text: 'hello' });
  await openScreen(page, 'Files');
  await expect(page.getByText('from-agent.txt').first()).toBeVisible();
  await agent.close();
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
  expect(policy).toContain("script-src 'self'");
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

test('[EL5] a dropped file is taken in from its path by the main process', async () => {
  const { page } = desktop;
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-drop-'));
  const file = path.join(folder, `it's "ok" 100% ü.txt`);
  writeFileSync(file, 'from the disk\n');
  await openScreen(page, 'Overview');
  await desktop.layFile(path.basename(file), file);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'choose files' }).first().click();
  await (await chooser).setFiles(file);
  await openScreen(page, 'Files');
  await expect(page.getByText(path.basename(file)).first()).toBeVisible();
  const { url, adminToken } = hubOf(desktop.dataDir);
  const { stdout } = await runCli([
    'audit',
    'tail',
    '--type',
    'file.written',
    '--url',
    url,
    '--admin-token',
    adminToken,
    '--json',
  ]);
  const written = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { path: string; source: string });
  expect(written.at(-1)).toMatchObject({ path: path.basename(file), source: 'import' });
  rmSync(folder, { recursive: true });
});

test('[EL6] the native menu leads to the screens', async () => {
  await desktop.clickMenu('Audit');
  await expect(desktop.page.getByRole('navigation').getByRole('button', { name: 'Audit' })).toHaveAttribute(
    'aria-current',
    'page',
  );
});

test('[EL7] a reload gets a channel of its own', async () => {
  const { page } = desktop;
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
});

test('[EL8] a second start leaves the first alone and ends', async () => {
  expect(await desktop.startSecond()).toBe(0);
  await expect(desktop.page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
});

test('[EL9] the sample agents run as a process of their own and end with a click', async () => {
  const { page } = desktop;
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'Start in default' }).click();
  await openScreen(page, 'Overview');
  const board = page.getByRole('grid', { name: 'Agents' });
  for (const name of ['sample-sse', 'sample-streamable', 'sample-modern']) {
    await expect(board.getByText(name, { exact: true }).first()).toBeVisible();
  }
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'Stop sample agents' }).click();
  await openScreen(page, 'Overview');
  // The agent of the first test may still be there, as one that lost its connection.
  for (const name of ['sample-sse', 'sample-streamable', 'sample-modern']) {
    await expect(board.getByText(name, { exact: true })).toHaveCount(0);
  }
});

test('[EL10] quitting closes the hub: exit code 0, and the next start finds a clean log', async () => {
  expect(await desktop.quit()).toBe(0);
  expect(() => hubOf(desktop.dataDir)).toThrow(/ENOENT/);
});
