import { readFileSync } from 'node:fs';
import { dropFile, expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[MB6] [TF7] the desk adds, changes and removes members, and takes over a workspace that is offered', async ({
  hub,
  dashboard: page,
}) => {
  const weaver = await hub.connect('weaver', 'sse');
  await hub.cli('keys', 'tools', 'weaver', 'owner');
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'Members of default' }).click();
  const dialog = page.getByRole('dialog', { name: 'Members of default' });
  await dialog.getByRole('combobox', { name: 'Role of weaver' }).click();
  await page.getByRole('option', { name: /^owner/u }).click();
  await weaver.notified((event) => event.type === 'member.set' && event.role === 'owner');
  await weaver.call('transfer_create', { workspace: hub.workspace, keep_role: 'viewer' });
  const offer = dialog.getByRole('list', { name: 'Offers of ownership' }).getByRole('listitem');
  await expect(offer).toContainText('weaver offers it to anyone with the token');
  await offer.getByRole('button', { name: 'Take over…' }).click();
  await expect(page.getByRole('dialog', { name: 'Take over default' })).toContainText('weaver becomes viewer');
  await page.getByRole('button', { name: 'Take over', exact: true }).click();
  await weaver.notified(({ type }) => type === 'workspace.transferred');
  await expect(dialog.getByRole('combobox', { name: 'Role of weaver' })).toHaveValue(/^viewer/u);
  await expect(offer).toHaveCount(0);

  await dialog.getByRole('button', { name: 'Remove weaver' }).click();
  await expect(dialog.getByRole('combobox', { name: 'Role of weaver' })).toHaveCount(0);
  await dialog.getByRole('combobox', { name: 'Add a key' }).click();
  await page.getByRole('option', { name: 'weaver' }).click();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByRole('combobox', { name: 'Role of weaver' })).toHaveValue(/^viewer/u);
});

test('[DK9] a link is made from a file’s menu, gives the file without a login, and ends when it is revoked', async ({
  dashboard: page,
  browser,
}) => {
  await openScreen(page, 'Files');
  await dropFile(page, 'plan.html', '<h1>the plan</h1>');
  await row(page, 'Files', 'plan.html').click();
  const open = async (): Promise<void> => {
    await inspector(page).getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Create a link…' }).click();
  };
  await open();
  const dialog = page.getByRole('dialog', { name: 'Links to plan.html' });
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const url = String(await dialog.getByText(/^http.*\/links\//u).textContent());
  const line = dialog.getByRole('list', { name: 'Links to this file' }).getByRole('listitem');
  await expect(line).toContainText('0 downloads');

  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  const saving = other.waitForEvent('download');
  await other.goto(url).catch(() => undefined); // it is saved, so there is no page to go to
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('plan.html');
  expect(readFileSync(await saved.path(), 'utf8')).toBe('<h1>the plan</h1>');
  await expect(line).toContainText('1 download');
  await line.getByRole('button', { name: 'Revoke' }).click();
  await expect(line).toHaveCount(0);
  await other.goto(url);
  await expect(other.getByText('This link is over: it was revoked.')).toBeVisible();
  await stranger.close();
});

test('[AD6] the audit screen saves what passes its filter', async ({ dashboard: page }) => {
  await openScreen(page, 'Audit');
  await page.getByRole('button', { name: 'Export' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'These events as CSV' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('signalbox-audit.csv');
  expect(readFileSync(await saved.path(), 'utf8')).toMatch(/^seq,time,type,.*\r\n1,.*,hub\.started,/u);
});
