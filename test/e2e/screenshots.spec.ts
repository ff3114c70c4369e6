import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, openScreen, test } from './fixtures.ts';
import { emptyScenes, fillHub, fullScenes, type Scene } from './scenes.ts';

const folder = path.join(import.meta.dirname, '../../test-results/screenshots');
const assets = path.join(import.meta.dirname, '../../assets');
const isUpdate = process.env['UPDATE_SCREENSHOTS'] === '1';
const first = { width: 1280, height: 800 };
const sizes = [first, { width: 1920, height: 1080 }];

test('[E30] pictures of the Overview in both themes; with UPDATE_SCREENSHOTS=1 those of the README, and every screen, empty and full, in two sizes', async ({
  hub,
  dashboard,
}) => {
  // Some eighty pictures are for those who look at them.
  if (isUpdate) test.setTimeout(600_000);
  mkdirSync(folder, { recursive: true });
  await dashboard.emulateMedia({ reducedMotion: 'reduce' });
  if (isUpdate) await takeAll(dashboard, 'empty', emptyScenes);
  await fillHub(hub, dashboard);
  await takeForReadme(dashboard, isUpdate ? assets : folder);
  if (isUpdate) await takeAll(dashboard, 'full', fullScenes);
});

/** The Overview while the agents are at it. */
async function takeForReadme(page: Page, into: string): Promise<void> {
  await page.setViewportSize(first);
  await openScreen(page, 'Overview');
  await page.getByRole('heading', { name: 'Overview' }).click(); // no ring of the keyboard's
  for (const theme of ['dark', 'light'] as const) {
    await wear(page, theme);
    const picture = await page.screenshot({ animations: 'disabled', path: path.join(into, `screenshot-${theme}.png`) });
    expect(picture.length).toBeGreaterThan(50_000); // a page that is not there is a small picture
  }
}

/** The theme follows the system, which the test sets. */
async function wear(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
}

async function takeAll(page: Page, state: string, scenes: readonly Scene[]): Promise<void> {
  for (const { name, show, hide } of scenes) {
    await show(page);
    for (const size of sizes) {
      await page.setViewportSize(size);
      for (const theme of ['dark', 'light'] as const) {
        await wear(page, theme);
        await page.screenshot({
          animations: 'disabled',
          path: path.join(folder, `${state}-${name}-${size.width}-${theme}.png`),
        });
      }
    }
    await hide?.(page);
  }
}
