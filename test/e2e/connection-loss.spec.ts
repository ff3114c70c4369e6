import type { Page } from '@playwright/test';
import { CuttableLine } from '../support/cuttable-line.ts';
import { auditOf, expect, openScreen, row, test, type HubUnderTest } from './fixtures.ts';

// Tall enough for every row of these logs: what is not in view is not in the page.
test.use({ viewport: { width: 1440, height: 4_000 } });

test('[E8] a broken connection is seen, heals by itself, and nothing is lost or doubled', async ({ hub, page }) => {
  const { announced } = hub.process;
  const line = await CuttableLine.to(Number(new URL(announced.url).port));
  const planner = await hub.connect('planner', 'sse');
  await page.goto(announced.dashboard.replace(/:\d+/u, `:${line.port}`));
  await openScreen(page, 'Audit');
  await expect(row(page, 'Events', 'session.opened')).toBeVisible();
  for (let round = 1; round <= 3; round += 1) {
    line.cut();
    await expect(page.getByText(/^Reconnecting/u).first()).toBeVisible();
    await expect(page.getByText('What you see is from')).toBeVisible();
    await planner.call('file_write', { path: `missed-${round}.md`, text: 'written meanwhile' });
    const lock = await planner.call('lock_acquire', { path: `held-${round}.md`, ttl_s: 600 });
    if (round === 1) await planner.call('lock_release', { path: 'held-1.md', lock_token: lock['lock_token'] });
    line.mend();
    await expect(page.getByText('What you see is from')).toHaveCount(0);
    await planner.call('file_write', { path: `seen-${round}.md`, text: 'written afterwards' });
    await expect(row(page, 'Events', `seen-${round}.md`)).toBeVisible();
  }
  await sameAsTheLog(hub, page);
  await openScreen(page, 'Locks');
  await expect(page.getByRole('grid', { name: 'Locks' }).getByRole('row')).toHaveText([/Path/u, /held-2/u, /held-3/u]);
  await openScreen(page, 'Files');
  await expect(page.getByRole('grid', { name: 'Files' }).getByRole('row')).toHaveCount(1 + 6);
  await line.close();
});

test('[E9] a hub that was killed and started again is seen; the page says where its new link is, takes it, and is complete', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'modern');
  await planner.call('lock_acquire', { path: 'plan.md', ttl_s: 600 });
  await openScreen(page, 'Audit');
  await expect(row(page, 'Events', 'lock.acquired')).toBeVisible();
  const { dashboard: old } = hub.process.announced;
  await hub.crash();
  // Its token is another one now, and the page's cookie is of the launch before.
  await expect(page.getByText('The hub was started again and has a new link')).toBeVisible();
  await expect(page.getByText(`${hub.process.announced.url}/#token=…`)).toBeVisible();
  await page.getByLabel('Link or token').fill(old);
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  await expect(page.getByText('use its latest link')).toBeVisible();
  await page.getByLabel('Link or token').fill(hub.process.announced.dashboard);
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  await expect(row(page, 'Events', 'lock.acquired')).toBeVisible();
  await expect(
    page.getByRole('grid', { name: 'Events' }).getByRole('row').filter({ hasText: 'hub.started' }),
  ).toHaveCount(2);
  const made = await hub.cli('keys', 'create', 'late', '--workspace', 'default', '--role', 'viewer');
  expect(made.code).toBe(0);
  await expect(row(page, 'Events', /key\.created.*late/u)).toBeVisible();
  await sameAsTheLog(hub, page);
  await openScreen(page, 'Locks');
  await expect(row(page, 'Locks', 'plan.md')).toContainText('planner');
});

/** The rows of the Audit are the events of the log, each once, newest first. */
async function sameAsTheLog(hub: HubUnderTest, page: Page): Promise<void> {
  const log = await auditOf(hub);
  const rows = page.getByRole('grid', { name: 'Events' }).getByRole('row').filter({ hasNotText: 'What happened' });
  await expect(rows).toHaveCount(log.length);
  const shown = await rows.evaluateAll((each) =>
    each
      .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
      .map(({ firstElementChild }) => Number(firstElementChild?.textContent)),
  );
  expect(shown).toEqual(log.map(({ seq }) => seq).toReversed());
}
