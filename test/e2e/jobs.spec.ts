import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E14] [UX81] [UI98] a job shows its log and why it failed, and is tried again', async ({
  hub,
  dashboard: page,
}) => {
  const clerk = await hub.connect('clerk', 'streamable');
  const { sha256 } = await clerk.call('file_write', { path: 'rot.txt', text: 'as it was '.repeat(8_000) }); // a file at once
  const hash = String(sha256);
  const blob = path.join(hub.dataDir, 'blobs', hash.slice(0, 2), hash);
  const sound = readFileSync(blob);
  writeFileSync(blob, 'as it is!');
  await clerk.call('file_extract', { path: 'rot.txt' });
  await openScreen(page, 'Jobs');
  await row(page, 'Jobs', 'failed').click();
  await expect(inspector(page)).toContainText('Why it failed');
  await expect(inspector(page)).toContainText('damaged');
  writeFileSync(blob, sound);
  await page.getByRole('button', { name: 'Retry the job on rot.txt' }).click();
  await expect(row(page, 'Jobs', 'rot.txt')).toContainText('succeeded');
  await expect(inspector(page)).toContainText('Attempt');
  await expect(inspector(page).getByRole('heading', { name: 'Log' })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Jobs' }).getByRole('row')).toHaveCount(2);
  // The palette finds jobs that are over, and with a sign agents and their sessions alone.
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Find anything' });
  await expect(palette.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('rot.txt');
  await expect(palette.getByRole('button', { name: 'rot.txt' }).filter({ hasText: 'succeeded' })).toBeVisible();
  await page.getByPlaceholder('Screens, agents, files').fill('@clerk');
  await expect(palette.getByRole('button', { name: 'clerk' }).filter({ hasText: 'HTTP · clerk' })).toBeVisible();
  await expect(palette.getByRole('button', { name: 'rot.txt' })).toHaveCount(0);
});

test('[E15] a job is cancelled', async ({ hub, dashboard: page }) => {
  const clerk = await hub.connect('clerk', 'sse');
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-e2e-'));
  const big = path.join(folder, 'big.txt');
  writeFileSync(big, 'the quick brown fox jumps over the lazy dog\n'.repeat(1_000_000));
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'choose files' }).click();
  await (await chooser).setFiles(big);
  await clerk.notified((event) => event.type === 'file.written' && event.path === 'big.txt');
  rmSync(folder, { recursive: true });
  await clerk.call('file_write', { path: 'last.txt', text: 'waits for its turn' });
  // One job at a time on two cores: enough of them before the one that is cancelled.
  for (let count = 0; count < 12; count += 1) await clerk.call('file_extract', { path: 'big.txt' });
  await clerk.call('file_extract', { path: 'last.txt' });
  await openScreen(page, 'Jobs');
  await row(page, 'Jobs', 'last.txt').click();
  await inspector(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, 'Jobs', 'last.txt')).toContainText('cancelled');
  await expect(inspector(page).getByRole('button', { name: 'Retry' })).toBeVisible();
});
