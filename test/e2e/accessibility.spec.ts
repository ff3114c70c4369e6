import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screens } from '../../src/protocol/screens.ts';
import { dialogScenes, fillForDialogs } from './dialog-scenes.ts';
import { expect, test } from './fixtures.ts';
import { emptyScenes, fillHub, fullScenes, menuScenes, type Scene } from './scenes.ts';

// Axe is slow on a busy machine: so long for each scene, in both themes, in ms.
const SCENE_MS = 60_000;

test('[E4] the login and the screens of a first launch are without a serious finding of axe', async ({
  hub,
  dashboard,
}) => {
  test.setTimeout((emptyScenes.length + 2) * SCENE_MS);
  hasAllScreens(emptyScenes);
  await dashboard.emulateMedia({ reducedMotion: 'reduce' });
  await scan(dashboard, emptyScenes);
  await dashboard.context().clearCookies();
  await dashboard.goto(hub.process.announced.url);
  await scan(dashboard, [
    { name: 'login', show: async (page) => await expect(page.getByLabel('Link or token')).toBeVisible() },
  ]);
});

test('[E5] so are the screens, the inspector, the menus and the dialogs of a busy hub, with a revoked key', async ({
  hub,
  dashboard,
}) => {
  test.setTimeout((fullScenes.length + menuScenes.length + 2) * SCENE_MS);
  hasAllScreens(fullScenes);
  await dashboard.emulateMedia({ reducedMotion: 'reduce' });
  await fillHub(hub, dashboard);
  await hub.cli('keys', 'create', 'surveyor', '--workspace', 'default', '--role', 'viewer');
  await hub.cli('keys', 'revoke', 'surveyor');
  await scan(dashboard, fullScenes);
  await scan(dashboard, menuScenes, '[role="menu"]');
});

test('[E101] [UI111] so are the dialogs of keys, members, offers and links; Esc closes one at a time', async ({
  hub,
  dashboard,
}) => {
  test.setTimeout((dialogScenes.length + 2) * SCENE_MS);
  await dashboard.emulateMedia({ reducedMotion: 'reduce' });
  await fillForDialogs(hub);
  await scan(dashboard, dialogScenes, '[role="dialog"]');
});

function hasAllScreens(scenes: readonly Scene[]): void {
  const names = new Set(scenes.map(({ name }) => name));
  const missing = screens.map(({ title }) => title.toLowerCase()).filter((name) => !names.has(name));
  expect(missing, 'screens that have no scene in test/e2e/scenes.ts').toEqual([]);
}

/**
 * Each scene in both themes, or what of it `within` selects; a finding says where it is. Axe's legacy mode judges within
 * the page, and opens none of its own for the frames: there are none.
 */
async function scan(page: Page, scenes: readonly Scene[], within = 'html'): Promise<void> {
  const findings: string[] = [];
  for (const { name, show, hide } of scenes) {
    await test.step(name, async () => await show(page));
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await settled(page);
      expect(page.frames()).toHaveLength(1);
      const axe = new AxeBuilder({ page })
        .setLegacyMode()
        .include(within)
        .options({ resultTypes: ['violations'] });
      // The themes differ in their colours alone.
      const { violations } = await (theme === 'dark' ? axe : axe.withRules(['color-contrast'])).analyze();
      for (const { id, impact, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue;
        for (const { target, failureSummary } of nodes) {
          findings.push(`${name} ${theme}: ${id} at ${target.join(' ')}: ${failureSummary ?? ''}`);
        }
      }
    }
    await hide?.(page);
  }
  expect(findings).toEqual([]);
}

/** Colours on their way from one theme to the other are of neither. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.all(ending.map(async ({ finished }) => await finished.catch(() => undefined)));
  });
}
