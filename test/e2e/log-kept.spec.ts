import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { expect, openScreen } from './fixtures.ts';

const dashboardDir = fileURLToPath(new URL('../../out/dashboard', import.meta.url));
const DAY = 86_400_000;

/** A hub that was busy forty days ago. */
const test = base.extend<{ hub: TestServer }>({
  hub: async ({}, use) => {
    let off = -40 * DAY;
    const hub = await startTestHub({ dashboardDir, now: () => Date.now() + off });
    const { hub: inner } = hub.server;
    for (let n = 0; n < 700; n += 1) {
      const called = { tool: 'file_list', sessionId: 'ses_1', argsDigest: 'a', outcome: 'ok', ms: n } as const;
      inner.record([{ type: 'tool.called', workspace: hub.workspace, ...called }], { actor: { kind: 'human' } });
    }
    await inner.durable();
    off = 0;
    await use(hub);
    await hub.close();
  },
});

test('[RE12] the person sets how long the log is kept, sees what goes, and sees where it begins', async ({
  hub,
  page,
}) => {
  await page.goto(hub.server.dashboardUrl);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  await openScreen(page, 'Settings');
  const group = page.getByRole('region', { name: 'Log', exact: true });
  const choice = group.getByRole('combobox', { name: 'How long the log is kept' });
  await expect(choice).toHaveValue('For ever');
  await choice.click();
  await page.getByRole('option', { name: '30 days', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Keep the log for 30 days' });
  await expect(dialog).toContainText(/511 events up to .* go at the next quiet moment\./u);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(choice).toHaveValue('For ever');

  await choice.click();
  await page.getByRole('option', { name: '30 days', exact: true }).click();
  await page.getByRole('button', { name: 'Remove older events' }).click();
  await expect(choice).toHaveValue('30 days');
  await expect(group).toContainText(/The 511 events up to .* were removed by retention on .*begins with event 512/u);

  await openScreen(page, 'Audit');
  const list = page.getByRole('grid', { name: 'Events' });
  await expect(list.getByRole('row').filter({ hasText: 'audit.pruned' })).toContainText('removed 511 events');
  await expect(list.getByRole('row').filter({ hasText: 'audit.retention_set' })).toContainText('kept for 30 days');
  await list.focus();
  await expect(async () => {
    await list.press('End');
    await expect(list.getByText(/begins with event 512/u)).toBeVisible({ timeout: 100 });
  }).toPass();
  if (process.env['SIGNALBOX_PICTURES']) {
    await page.screenshot({ path: `${process.env['SIGNALBOX_PICTURES']}/audit-end.png` });
    await openScreen(page, 'Settings');
    await group.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${process.env['SIGNALBOX_PICTURES']}/settings-log.png` });
  }
});
