import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screens } from '../../src/protocol/screens.ts';
import { expect, inspector, openScreen, row, test, type HubUnderTest } from './fixtures.ts';

/** A lock with a queue of none, a file, a job and a session. */
async function furnish(hub: HubUnderTest): Promise<void> {
  const planner = await hub.connect('planner', 'streamable');
  await planner.call('file_write', { path: 'plans/november.md', text: '# November\n' });
  await planner.call('lock_acquire', { path: 'plans/november.md', ttl_s: 3_600, reason: 'moving the night shifts' });
}

/** What can be pressed or typed into and is, wherever it is scrolled to, under something else or outside of the window. */
async function outOfReach(page: Page, within = 'body'): Promise<string[]> {
  return await page.evaluate((selector) => {
    const lost: string[] = [];
    const all = document
      .querySelector(selector)
      ?.querySelectorAll<HTMLElement>('button, a[href], input, [role="grid"], [tabindex="0"]');
    for (const element of all ?? []) {
      const isOffered = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      if (!isOffered || element.closest('[inert], [aria-hidden="true"]') || element.textContent.startsWith('Skip to'))
        continue;
      // Lines of a list that scrolls sideways are reached by its own keys.
      if (element.closest('[role="row"]') || element.matches('[type="radio"], [type="checkbox"]')) continue;
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
      const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      const there = document.elementFromPoint(x, y);
      const isWhole = left > -2 && right < innerWidth + 2;
      if (!isWhole || !there || !(element.contains(there) || there.contains(element))) {
        lost.push(
          `${element.getAttribute('aria-label') ?? element.textContent} at ${Math.round(left)},${Math.round(top)}`,
        );
      }
    }
    return lost;
  }, within);
}

test('[E72] [HS6] nothing is out of reach at 200 % and 400 % zoom, in the least window, and beside the inspector', async ({
  hub,
  dashboard: page,
}) => {
  await furnish(hub);
  const findings: string[] = [];
  for (const [width, height] of [
    [911, 512],
    [640, 400],
    [480, 360],
    [320, 256],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const { title } of screens) {
      await openScreen(page, title);
      await expect(page.getByRole('heading', { level: 1, name: title })).toBeAttached();
      for (const lost of await outOfReach(page)) findings.push(`${width} ${title}: ${lost}`);
    }
    await openScreen(page, 'Sessions');
    // Over a small window the inspector that the first click opens lies on the list.
    await row(page, 'Open sessions', 'planner').dblclick();
    await expect(page.getByRole('button', { name: 'Back to all sessions' })).toBeAttached();
    await expect(page.getByRole('button', { name: /^(Live|Held)/u })).toBeAttached();
    for (const lost of await outOfReach(page)) findings.push(`${width} session: ${lost}`);
    await openScreen(page, 'Locks');
    await row(page, 'Locks', 'november.md').click();
    await expect(inspector(page).getByRole('button', { name: 'Force release…' })).toBeAttached();
    for (const lost of await outOfReach(page, 'aside')) findings.push(`${width} inspector: ${lost}`);
    await page.keyboard.press('Escape');
  }
  expect(findings).toEqual([]);

  await page.setViewportSize({ width: 1280, height: 800 });
  await openScreen(page, 'Keys');
  await row(page, 'Keys', 'planner').click();
  await expect(inspector(page)).toContainText('planner');
  await expect(page.getByText('Revoked', { exact: true })).toBeInViewport({ ratio: 0.99 });
});

test('[E73] what the small windows show is without a serious finding of axe, target sizes among them', async ({
  hub,
  dashboard: page,
}) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await furnish(hub);
  const findings: string[] = [];
  const scan = async (where: string): Promise<void> => {
    expect(page.frames()).toHaveLength(1); // all that axe's legacy mode sees, which takes half the time
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .options({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
      .analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      for (const { target } of nodes) findings.push(`${where}: ${id} at ${target.join(' ')}`);
    }
  };
  for (const width of [640, 911, 1280]) {
    await page.setViewportSize({ width, height: 720 });
    await openScreen(page, 'Overview');
    await expect(row(page, 'Agents', 'planner')).toBeVisible();
    await scan(`${width} Overview`);
    await openScreen(page, 'Settings');
    await expect(page.getByRole('heading', { name: 'Hub' })).toBeVisible();
    await scan(`${width} Settings`);
    await openScreen(page, 'Locks');
    await row(page, 'Locks', 'november.md').click();
    await expect(inspector(page)).toContainText('Force release');
    await scan(`${width} inspector`);
    await openScreen(page, 'Audit');
    await page.getByRole('button', { name: 'All types' }).click();
    await expect(page.getByRole('group', { name: 'Event types' })).toBeVisible();
    await scan(`${width} types`);
    await page.keyboard.press('Escape');
  }
  expect(findings).toEqual([]);
});

test('[E74] with forced colours what is shown by a colour alone is still seen', async ({ hub, dashboard: page }) => {
  await furnish(hub);
  await page.emulateMedia({ forcedColors: 'active' });
  /** Whether the background of an element, or of what is drawn before it, is another than the page's. */
  const isSeen = async (selector: string, pseudo?: string): Promise<boolean> =>
    await page
      .locator(selector)
      .first()
      .evaluate((element, part) => {
        const { backgroundColor } = getComputedStyle(element, part);
        return backgroundColor !== getComputedStyle(document.body).backgroundColor;
      }, pseudo);
  await expect(row(page, 'Agents', 'planner')).toBeVisible();
  expect(await isSeen('[aria-current="page"]')).toBe(true);
  expect(await isSeen('footer [role="status"] > span')).toBe(true);
  expect(await isSeen('[class*="chip"]', '::before')).toBe(true);
  await openScreen(page, 'Locks');
  await expect(row(page, 'Locks', 'november.md')).toBeVisible();
  expect(await isSeen('[class*="leaseFill"]')).toBe(true);
  await openScreen(page, 'Sessions');
  await row(page, 'Open sessions', 'planner').dblclick();
  await expect(page.getByRole('listitem').filter({ hasText: 'Initialize' }).first()).toBeVisible();
  expect(await isSeen('[class*="step"][data-state]', '::after')).toBe(true);
  await openScreen(page, 'Settings');
  await expect(page.getByLabel('Also as a notification of the system')).toBeAttached();
  expect(await isSeen('.mantine-Switch-thumb')).toBe(true);
});
