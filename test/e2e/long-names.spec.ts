import type { Page } from '@playwright/test';
import { expect, inspector, openScreen, row, test } from './fixtures.ts';

const name = `the "nightly" agent that <b>consolidates line four’s files`;
const path = `${'section-between-north-depot-and-the-old-harbour/'.repeat(6)}it's "the exchange" of points 12A & 12B on tuesday night.md`;

test('[E25] names and paths of any length stay in their places, and tell themselves whole as a tooltip', async ({
  hub,
  dashboard: page,
}) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const long = await hub.connect(name, 'sse');
  const waiter = await hub.connect('waiter', 'streamable');
  await long.call('file_write', { path, text: 'x' });
  await long.call('lock_acquire', { path, ttl_s: 600, reason: name.repeat(3) });
  void waiter.call('lock_acquire', { path, ttl_s: 600, wait_ms: 55_000 }).catch(() => undefined); // until the hub ends

  await openScreen(page, 'Overview');
  await expect(row(page, 'Agents', 'waiter')).toContainText('held by');
  await expectInPlace(page);
  const doing = row(page, 'Agents', name).getByRole('gridcell').nth(1);
  await doing.hover();
  await expect(doing).toHaveAttribute('title', new RegExp('points 12A & 12B', 'u'));
  await expect(row(page, 'Agents', name).getByTitle(name, { exact: true }).first()).toBeVisible();

  await openScreen(page, 'Locks');
  await row(page, 'Locks', 'points 12A').click();
  await expect(inspector(page)).toContainText('Queue of 1');
  await expectInPlace(page);
  await openScreen(page, 'Sessions');
  await expect(row(page, 'Open sessions', name)).toBeVisible();
  await expectInPlace(page);
  await openScreen(page, 'Files');
  await page.getByRole('main').getByRole('searchbox').fill('points 12A');
  await row(page, 'Files found', 'points 12A').click();
  await expect(inspector(page)).toContainText('Written');
  await expectInPlace(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('points 12A');
  await expect(page.getByRole('button', { name: /points 12A/u }).last()).toContainText('held by');
  await expectInPlace(page);
});

/** Nothing that one presses lies beyond the window, and no pane can be scrolled to the side. */
async function expectInPlace(page: Page): Promise<void> {
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main, main *, aside, aside *, [role="dialog"] *')]
      .filter((part) => {
        const scrolls = ['auto', 'scroll'].includes(getComputedStyle(part).overflowX) && part.tagName !== 'PRE';
        const isPressed = part.matches('button, a, input');
        return (
          (scrolls && part.scrollWidth > part.clientWidth) ||
          (isPressed && part.getBoundingClientRect().right > window.innerWidth)
        );
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 200)),
  );
  expect(wide).toEqual([]);
}
