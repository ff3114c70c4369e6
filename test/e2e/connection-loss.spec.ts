import type { Page } from '@playwright/test';
import { CuttableLine } from '../support/cuttable-line.ts';
import { auditOf, dropFile, expect, openScreen, row, test, type HubUnderTest } from './fixtures.ts';

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

test('[UX89] after a restart of the hub the receipt of a drop says that it is not known any more who was notified', async ({
  hub,
  dashboard: page,
}) => {
  await dropFile(page, 'plan.md', 'a plan');
  await expect(page.getByText('No agent was there to be notified.')).toBeVisible();
  await hub.crash();
  await expect(page.getByText('Who was notified of this version is not known any more')).toBeVisible();
  await expect(page.getByText('No agent was there to be notified.')).toHaveCount(0);
});

test('[E9] a hub that was killed and started again is back in every window without a click; nothing is lost or doubled', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'stateless');
  await planner.call('lock_acquire', { path: 'plan.md', ttl_s: 600 });
  const second = await page.context().newPage();
  await second.goto(hub.process.announced.url); // without the token: the browser has logged in
  for (const window of [page, second]) {
    await openScreen(window, 'Audit');
    await expect(row(window, 'Events', 'lock.acquired')).toBeVisible();
  }
  const { adminToken: old } = hub.process.announced;
  await hub.crash();
  expect(hub.process.announced.adminToken).not.toBe(old);
  for (const window of [page, second]) {
    await expect(
      window.getByRole('grid', { name: 'Events' }).getByRole('row').filter({ hasText: 'hub.started' }),
    ).toHaveCount(2);
  }
  const made = await hub.cli('keys', 'create', 'late', '--workspace', 'default', '--role', 'viewer');
  expect(made.code).toBe(0);
  for (const window of [page, second]) {
    await expect(row(window, 'Events', /key\.created.*late/u)).toBeVisible();
    await sameAsTheLog(hub, window);
  }
  await openScreen(page, 'Locks');
  await expect(row(page, 'Locks', 'plan.md')).toContainText('planner');
});

test('[E31] signing out every browser brings the login to all windows; a login in one is one in all', async ({
  hub,
  dashboard: page,
}) => {
  const second = await page.context().newPage();
  await second.goto(hub.process.announced.url);
  const { dashboard: old } = hub.process.announced;
  await hub.crash();
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'Sign out every browser' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out every browser' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  for (const window of [page, second]) await expect(window.getByText('This browser was signed out')).toBeVisible();
  await page.reload(); // nor does the cookie let it in
  await expect(page.getByText(`${hub.process.announced.url}/#token=…`)).toBeVisible();
  await page.getByLabel('Link or token').fill(old);
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  await expect(page.getByText('use its latest link')).toBeVisible();
  await page.getByLabel('Link or token').fill(hub.process.announced.dashboard);
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  for (const window of [page, second]) {
    await expect(window.getByRole('navigation', { name: 'Screens' })).toBeVisible();
  }
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
