import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';
import type { EventBody } from '../../src/protocol/events.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { expect, openScreen } from './fixtures.ts';

const dashboardDir = fileURLToPath(new URL('../../out/dashboard', import.meta.url));
/** As many files as Files asks for at a time. */
const A_PAGE = 500;

const nameOf = (n: number): string => `note-${n}.md`;

/** Writes files in the log alone: their contents are not asked for. */
async function write({ server, workspace }: TestServer, from: number, to: number): Promise<void> {
  const events = Array.from({ length: to - from }, (_, n): EventBody => ({
    type: 'file.written',
    workspace,
    fileId: `fil_${from + n}`,
    path: nameOf(from + n),
    version: 1,
    sha256: 'a'.repeat(64),
    sizeBytes: from + n, // the newest is the largest
    mime: 'text/markdown',
    appears: true,
    source: 'tool',
  }));
  server.hub.record(events, { actor: { kind: 'agent', key: 'key_1' } });
  await server.hub.durable();
}

test('[HS11] files that are sorted hold still also when more come than one page of them has', async ({ page }) => {
  const hub = await startTestHub({ dashboardDir });
  await write(hub, 0, A_PAGE - 5);
  await page.goto(hub.server.dashboardUrl);
  await openScreen(page, 'Files');
  const grid = page.getByRole('grid', { name: 'Files' });
  const control = page.getByRole('main').getByRole('button', { name: /^(?:Live|Held)/u });
  const top = grid.getByRole('row').nth(1);
  const bySize = page.getByRole('button', { name: 'Size', exact: true });
  await bySize.click();
  await expect(top).toContainText(nameOf(0));
  await bySize.click();
  await expect(top).toContainText(nameOf(A_PAGE - 6));
  await page.mouse.move(5, 890);
  await expect(control).toHaveText('Live');

  const box = await grid.boundingBox();
  if (!box) throw new Error('The list has no place');
  await page.mouse.move(box.x + 90, box.y + 100);
  await page.mouse.move(box.x + 60, box.y + 100);
  await write(hub, A_PAGE - 5, A_PAGE + 10);
  await expect(control).toHaveText('Held · 15 new');
  await expect(top).toContainText(nameOf(A_PAGE - 6));
  await page.mouse.move(5, 890);
  await expect(top).toContainText(nameOf(A_PAGE + 9));
  await hub.close();
});
