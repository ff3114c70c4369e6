import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { auditOf, expect, inspector, openScreen, row, test } from './fixtures.ts';

// Axe is slow on a busy machine.
test.slow();

test('[E44] the desk raises a key that subscribed outside, and one that guesses names, until a person resumes it', async ({
  hub,
  dashboard: page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const curious = await hub.connect('curious', 'streamable');
  const stray = await hub
    .connect('stray', 'sse', 'signalbox://workspaces/wsp_0000000000000000/events')
    .catch(() => undefined);
  expect(stray).toBeUndefined(); // its subscription is refused and its session ended
  const strayed = page.getByRole('alert').filter({ hasText: 'stray subscribed outside of its workspaces' });
  await expect(strayed).toBeVisible();

  for (const workspace of ['payroll', 'board', 'legal'])
    await curious.call('workspace_get', { workspace }).catch(() => undefined);
  await curious.lost;
  const banner = page.getByRole('alert').filter({ hasText: 'The key curious is suspended' });
  await expect(banner).toBeVisible();
  await expectAccessible(page);

  await banner.getByRole('button', { name: 'Show key' }).click();
  await page.getByRole('radiogroup', { name: 'State' }).getByText('Suspended', { exact: true }).click();
  await expect(row(page, 'Keys', 'curious')).toContainText('suspended');
  await expect(page.getByRole('grid', { name: 'Keys' }).getByText('stray')).toHaveCount(0);
  await expectAccessible(page);
  await inspector(page).getByRole('button', { name: 'Resume' }).click();
  await expect(banner).toHaveCount(0);
  await expect(row(page, 'Keys', 'curious')).toHaveCount(0); // it is active again
  expect((await auditOf(hub, '--type', 'key.resumed')).at(-1)).toMatchObject({ keyId: curious.keyId });

  // By the command line, too: three names more, and it may go on again.
  const again = await hub.connect('again', 'sse');
  for (const workspace of ['one', 'two', 'three'])
    await again.call('workspace_get', { workspace }).catch(() => undefined);
  await expect(page.getByRole('alert').filter({ hasText: 'The key again is suspended' })).toBeVisible();
  expect((await hub.cli('keys', 'resume', 'again')).code).toBe(0);
  await expect(page.getByRole('alert').filter({ hasText: 'is suspended' })).toHaveCount(0);

  await openScreen(page, 'Overview');
  await strayed.getByRole('button', { name: 'Dismiss' }).click();
  await expect(strayed).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: /suspended|subscribed outside/u })).toHaveCount(0);
});

/** Axe finds nothing serious in what is raised, in both themes; a picture of each is kept where the run asks for it. */
async function expectAccessible(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    // Colours on their way from one theme to the other are of neither.
    await page.evaluate(async () => {
      const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
      await Promise.all(ending.map(async ({ finished }) => await finished.catch(() => undefined)));
    });
    await test
      .info()
      .attach(`access alerts, ${colorScheme}`, { body: await page.screenshot(), contentType: 'image/png' });
    const { violations } = await new AxeBuilder({ page })
      .include('[role="alert"]')
      .options({ resultTypes: ['violations'] })
      .analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  }
}
