import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { StoredEvent } from '../../src/protocol/events.ts';
import { hubOf, newDesktopDir, startDesktop, type DesktopUnderTest } from '../support/desktop-under-test.ts';
import { runCli } from '../support/hub-process.ts';
import { dropPaths, openScreen } from './fixtures.ts';

let desktop: DesktopUnderTest;
let folder: string;

test.beforeAll(async () => {
  const dir = newDesktopDir();
  folder = path.join(dir, 'disk');
  mkdirSync(folder);
  desktop = await startDesktop(dir);
});

test.beforeEach(async () => {
  await openScreen(desktop.page, 'Files');
});

test.afterAll(async () => {
  await desktop.dispose();
});

/** Drops files of the folder on the window. */
async function drop(page: Page, ...names: string[]): Promise<void> {
  const files = names.map((name) => path.join(folder, name));
  for (const file of files) await desktop.layFile(path.basename(file), file);
  await dropPaths(page, ...files);
}

async function eventsOf(name: string): Promise<readonly StoredEvent[]> {
  const { url, adminToken } = hubOf(desktop.dataDir);
  const { stdout } = await runCli([
    'audit',
    'tail',
    '--lines',
    '1000',
    '--url',
    url,
    '--admin-token',
    adminToken,
    '--json',
  ]);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StoredEvent);
  return all.filter((event) => 'path' in event && event.path === name);
}

test('[EL5] a dropped file is an upload that the main process reads from its path', async () => {
  const { page } = desktop;
  const name = `it's "ok" 100% ü.txt`;
  writeFileSync(path.join(folder, name), 'from the disk\n');
  await drop(page, name);
  await expect(page.getByRole('region', { name: 'Uploads' }).getByText('1 done')).toBeVisible();
  await expect(page.getByText(name).first()).toBeVisible();
  const events = await eventsOf(name);
  expect(events.map(({ type }) => type)).toEqual(['upload.started', 'file.written', 'upload.finished']);
  expect(events[1]).toMatchObject({ source: 'import', cause: events[0]?.seq });
});

test('[EL16] of dropped files each is refused alone, by its name; a folder comes with what is in it', async () => {
  const { page } = desktop;
  for (const name of ['a.txt', String.raw`b\c.txt`, 'd.txt']) writeFileSync(path.join(folder, name), name);
  mkdirSync(path.join(folder, 'box/deep'), { recursive: true });
  writeFileSync(path.join(folder, 'box/deep/e.txt'), 'e');
  symlinkSync(path.join(folder, 'a.txt'), path.join(folder, 'box/to-a'));
  await drop(page, 'a.txt', String.raw`b\c.txt`, 'd.txt', 'box');
  const tray = page.getByRole('region', { name: 'Uploads' });
  await expect(tray.getByText('2 failed')).toBeVisible();
  await expect(tray.getByText(/to-a is a link/u)).toBeVisible();
  await expect(tray.getByText(/backslash|\\/u).first()).toBeVisible();
  for (const name of ['a.txt', 'd.txt', 'box/deep/e.txt']) {
    await expect.poll(async () => (await eventsOf(name)).map(({ type }) => type)).toContain('upload.finished');
  }
});

test('[EL17] a large dropped file shows how far it is, and is cancelled from the tray', async () => {
  const { page } = desktop;
  const file = path.join(folder, 'large.bin');
  writeFileSync(file, '');
  truncateSync(file, 1024 ** 3);
  await drop(page, 'large.bin');
  const bar = page.getByRole('progressbar', { name: 'large.bin' });
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Cancel large.bin' }).click();
  await expect(bar).toHaveCount(0);
  await expect
    .poll(async () => (await eventsOf('large.bin')).map(({ type }) => type))
    .toEqual(['upload.started', 'upload.cancelled']);
  rmSync(file);
});
