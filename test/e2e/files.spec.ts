import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { pdf, png } from '../support/sample-files.ts';
import { dropFile, dropPaths, expect, inspector, openScreen, row, test } from './fixtures.ts';

const quoted = `it's "ok" 100% ü.txt`;

test('[E20] an upload shows its progress and can be cancelled; the hub then keeps nothing of it', async ({
  hub,
  dashboard: page,
}) => {
  const watcher = await hub.connect('watcher', 'sse');
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 512 * 1024 };
  await network.send('Network.enable');
  await network.send('Network.emulateNetworkConditions', slow);
  await openScreen(page, 'Files');
  await choose(page, 'film.bin', Buffer.alloc(24 * 1024 * 1024, 7));
  const bar = page.getByRole('progressbar', { name: 'film.bin' });
  await expect(bar).toHaveAttribute('aria-valuenow', /^[1-9]\d?$/u, { timeout: 15_000 });
  await page.getByRole('button', { name: 'Cancel film.bin' }).click();
  await expect(page.getByRole('region', { name: 'Uploads' })).toHaveCount(0);
  await watcher.notified(({ type }) => type === 'upload.cancelled');
  await expect(page.getByText('No files yet')).toBeVisible();

  await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
  await choose(page, 'film.bin', Buffer.alloc(4 * 1024 * 1024, 7));
  const tray = page.getByRole('region', { name: 'Uploads' });
  await expect(tray).toContainText('1 done');
  await expect(page.getByRole('grid', { name: 'Uploads' })).toHaveCount(0); // a line is enough of what is done
  await tray.getByRole('button', { name: 'Show uploads' }).click();
  await expect(row(page, 'Uploads', 'film.bin')).toContainText('done');
  await expect(row(page, 'Files', 'film.bin')).toContainText('4 MiB');
});

test('[E21] the same name makes a new version; an old one is shown and restored; a file is renamed, deleted and brought back', async ({
  dashboard: page,
}) => {
  await openScreen(page, 'Files');
  for (const text of ['first words', 'second words']) {
    await dropFile(page, quoted, text);
    await expect(page.getByText('1 on the way')).toHaveCount(0);
  }
  await row(page, 'Files', quoted).dblclick();
  const text = page.getByRole('main').getByRole('region', { name: `Text of ${quoted}` });
  await expect(text).toContainText('second words');
  await page.getByRole('button', { name: 'Show version 1' }).click();
  await expect(text).toContainText('first words');
  await expect(page.getByText('version 1 of 2')).toBeVisible();
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await expect(page.getByText('version 3', { exact: true })).toBeVisible();
  await expect(text).toContainText('first words');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download', exact: true }).click();
  expect((await download).suggestedFilename().replaceAll('_', '"')).toBe(quoted); // no quotes in Chromium's file names

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Move or rename…' }).click();
  await page.getByRole('textbox', { name: 'Path in the workspace' }).fill(`old/${quoted}`);
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Folder' })).toContainText('old');
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Deleted files', exact: true }).click();
  await row(page, 'Deleted files', quoted).click();
  await inspector(page).getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('No deleted files')).toBeVisible();
  await page.getByRole('button', { name: 'Deleted files', exact: true }).click();
  await row(page, 'Files', 'old').click();
  await expect(row(page, 'Files in old', quoted)).toContainText('11 B');
});

test('[E26] a folder and files that are dropped together arrive, each with the folders that it was in', async ({
  hub,
  dashboard: page,
}, testInfo) => {
  const planner = await hub.connect('planner', 'sse');
  const line = testInfo.outputPath('line 4');
  mkdirSync(path.join(line, 'plans', 'night'), { recursive: true });
  const within = ['signals.txt', 'plans/november.md', 'plans/night/shifts.csv'];
  const beside = ['one.txt', 'two.txt'];
  for (const name of within) writeFileSync(path.join(line, name), `in ${name}`);
  for (const name of beside) writeFileSync(testInfo.outputPath(name), `in ${name}`);
  await dropPaths(page, line, ...beside.map((name) => testInfo.outputPath(name)));
  for (const name of [...within.map((each) => `line 4/${each}`), ...beside]) {
    await planner.notified((event) => event.type === 'file.written' && event.path === name);
  }
  await openScreen(page, 'Files');
  await row(page, 'Files', 'line 4').click();
  await expect(row(page, 'Files in line 4', 'signals.txt')).toBeVisible();
});

test('[E29] the sign that files may be dropped goes with them, though the line under the pointer has gone', async ({
  hub,
  dashboard: page,
}, testInfo) => {
  const writer = await hub.connect('writer', 'streamable');
  await writer.call('file_write', { path: 'a.txt', text: 'a' });
  const dropped = testInfo.outputPath('b.txt');
  writeFileSync(dropped, 'b');
  await openScreen(page, 'Files');
  const line = await row(page, 'Files', 'a.txt').boundingBox();
  const rail = await page.getByRole('navigation', { name: 'Screens' }).boundingBox();
  const sign = page.getByText('Drop to upload to');
  const browser = await page.context().newCDPSession(page);
  const drag = async (type: 'dragEnter' | 'dragOver', over: typeof line) =>
    await browser.send('Input.dispatchDragEvent', {
      type,
      x: (over?.x ?? 0) + 10,
      y: (over?.y ?? 0) + 10,
      data: { items: [], files: [dropped], dragOperationsMask: 1 },
    });
  await drag('dragEnter', line);
  await drag('dragOver', line);
  await expect(sign).toBeVisible();
  await writer.call('file_delete', { path: 'a.txt' });
  await expect(page.getByText('No files yet')).toBeVisible();
  await drag('dragOver', line);
  await expect(sign).toBeVisible();
  await drag('dragOver', rail);
  await expect(sign).toHaveCount(0);
  await browser.detach();
});

test('[HS3] [UX94] a file that is deleted while Files is held is struck out until the list goes on; one is dragged to a folder and back', async ({
  hub,
  dashboard: page,
}) => {
  const writer = await hub.connect('writer', 'streamable');
  for (const path of ['a.txt', 'b.txt']) await writer.call('file_write', { path, text: path });
  await openScreen(page, 'Files');
  await row(page, 'Files', 'b.txt').hover();
  await expect(page.getByRole('main').getByRole('button', { name: /^Held/u })).toBeVisible();
  await writer.call('file_delete', { path: 'a.txt' });
  await expect(row(page, 'Files', 'a.txt')).toHaveAttribute('data-gone');
  await page.getByRole('heading', { name: 'Files', level: 1 }).hover();
  await expect(row(page, 'Files', 'a.txt')).toHaveCount(0);
  await expect(row(page, 'Files', 'b.txt')).toBeVisible();

  // Dragged by its icon: to a folder of the list, and back by the tree.
  await writer.call('file_write', { path: 'docs/c.txt', text: 'c' });
  await expect(row(page, 'Files', 'docs')).toBeVisible();
  await row(page, 'Files', 'b.txt')
    .locator('[draggable]')
    .dragTo(row(page, 'Files', 'docs').getByText('docs'));
  await expect(row(page, 'Files', 'docs')).toContainText('2 files');
  await expect(row(page, 'Files', 'b.txt')).toHaveCount(0);
  await row(page, 'Files', 'docs').click();
  const inDocs = row(page, 'Files in docs', 'b.txt');
  await inDocs.locator('[draggable]').dragTo(page.getByRole('treeitem', { name: 'default' }));
  await expect(inDocs).toHaveCount(0);
  await page.getByRole('treeitem', { name: 'default' }).click();
  await expect(row(page, 'Files', 'b.txt')).toBeVisible();
});

test('[E22] text, pictures, PDF, sound and film are previewed in place', async ({ dashboard: page }) => {
  await openScreen(page, 'Files');
  const open = async (name: string, content: string | Buffer) => {
    await dropFile(page, name, content);
    await row(page, 'Files', name).click();
  };
  const pane = inspector(page);
  await open('notes.txt', 'one\ntwo\n');
  await expect(pane.getByRole('region', { name: 'Text of notes.txt' })).toContainText('two');
  await open('plan.png', await png(320, 200));
  const picture = pane.getByRole('img', { name: 'plan.png' });
  await expect.poll(async () => await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
  await open('timetable.pdf', pdf(2, 'Timetable', 'Depot'));
  await expect(pane.getByRole('img', { name: 'Page 1 of 2' })).toHaveAttribute('data-drawn', 'true', {
    timeout: 30_000,
  });
  await open('bell.wav', tone(8_000));
  const sound = pane.locator('audio');
  await expect.poll(async () => await sound.evaluate((audio: HTMLAudioElement) => audio.duration)).toBe(1);
  await open('train.webm', await film(page));
  const video = pane.locator('video');
  await expect.poll(async () => await video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBe(64);
});

test('[E24] files are sorted by size and age; several are marked, deleted and brought back at once', async ({
  hub,
  dashboard: page,
}) => {
  const writer = await hub.connect('writer', 'streamable');
  for (const [path, text] of [
    ['b.txt', 'longest of all'],
    ['a.txt', 'short'],
    ['c.txt', 'longer one'],
    ['old/d.txt', 'x'],
  ]) {
    await writer.call('file_write', { path, text });
  }
  await openScreen(page, 'Files');
  const files = page.getByRole('grid', { name: 'Files', exact: true });
  const names = files.getByRole('row').filter({ hasText: /txt|old/u });
  await expect(names).toHaveText([/old/u, /a\.txt/u, /b\.txt/u, /c\.txt/u]);
  await files.getByRole('button', { name: 'Size' }).click();
  await expect(names).toHaveText([/old/u, /a\.txt/u, /c\.txt/u, /b\.txt/u]);
  await files.getByRole('button', { name: 'Size' }).click();
  await expect(names).toHaveText([/old/u, /b\.txt/u, /c\.txt/u, /a\.txt/u]);
  await files.getByRole('button', { name: 'Written', exact: true }).click();
  await expect(names).toHaveText([/old/u, /b\.txt/u, /a\.txt/u, /c\.txt/u]);

  const bar = page.getByRole('region', { name: 'Marked files' });
  await row(page, 'Files', 'a.txt').click({ modifiers: ['ControlOrMeta'] });
  await row(page, 'Files', 'c.txt').click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('2 files marked');
  await expect(inspector(page)).toHaveCount(0); // marking is not looking
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+a');
  await expect(bar).toContainText('3 files marked');
  await files.getByRole('checkbox', { name: 'Mark a.txt' }).click();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete 2 files' });
  await expect(dialog).toContainText('c.txt');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(names).toHaveText([/old/u, /a\.txt/u]);
  await expect(bar).toHaveCount(0);

  await page.getByRole('button', { name: 'Deleted files', exact: true }).click();
  await row(page, 'Deleted files', 'b.txt').click();
  await expect(inspector(page).getByRole('list', { name: 'Versions' })).toBeVisible();
  await expect(inspector(page).getByRole('link')).toHaveCount(0); // nothing is served of what is deleted
  await page.getByRole('checkbox', { name: 'Mark all' }).click();
  await bar.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('2 files restored')).toBeVisible();
  await expect(page.getByText('No deleted files')).toBeVisible();
  await page.getByRole('button', { name: 'Deleted files', exact: true }).click();
  await expect(names).toHaveCount(4);
});

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.getByLabel('Files to upload').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}

/** A second of 8-bit sound. */
function tone(rate: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + rate, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(rate, 40);
  return Buffer.concat([header, Buffer.from(Array.from({ length: rate }, (_, at) => 128 + 100 * Math.sin(at / 3)))]);
}

/** A few frames, filmed by the browser itself. */
async function film(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const context = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    recorder.start();
    for (let frame = 0; frame < 20; frame += 1) {
      context?.fillRect(frame, frame, 8, 8);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  return Buffer.from(bytes);
}

test('[E42] a dropped file whose name has what nobody sees is refused, and sent under the offered name', async ({
  dashboard: page,
}) => {
  await openScreen(page, 'Files');
  await dropFile(page, 'pl\u200ban.md', 'departures');
  const again = page.getByRole('button', { name: 'Upload as plan.md' });
  await expect(again).toBeVisible();
  await expect(row(page, 'Uploads', 'U+200B')).toBeVisible();
  await again.click();
  await expect(row(page, 'Files', 'plan.md')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Uploads' }).getByRole('status')).toHaveText('1 done');
});
