import { expect, openScreen, test } from './fixtures.ts';

test('[E18] a workspace is made, renamed, and deleted when its name is typed', async ({ hub, dashboard: page }) => {
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'New workspace' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('depot');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const list = page.getByRole('list', { name: 'Workspaces' });
  await expect(list.getByRole('listitem').filter({ hasText: 'depot' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Workspace: depot' })).toBeVisible();

  await page.getByRole('button', { name: 'Edit depot' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('north depot');
  await page.getByRole('textbox', { name: 'Quota' }).fill('2 GB');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(list.getByRole('listitem').filter({ hasText: 'north depot' })).toContainText('0 B of 2 GiB');

  await page.getByRole('button', { name: 'Delete north depot' }).click();
  const remove = page.getByRole('button', { name: 'Delete workspace' });
  await page.getByLabel('Type north depot to confirm').fill('depot');
  await expect(remove).toBeDisabled();
  await page.getByLabel('Type north depot to confirm').fill('north depot');
  await remove.click();
  await expect(list.getByRole('listitem')).toHaveText([/default/u]);
  await expect(page.getByRole('button', { name: 'Workspace: default' })).toBeVisible();
  const { stdout } = await hub.cli('audit', 'tail', '--type', 'workspace.deleted');
  expect(stdout).toContain('workspace.deleted');
});

test('[E19] a theme that was chosen stays', async ({ dashboard: page }) => {
  const html = page.locator('html');
  await openScreen(page, 'Settings');
  for (const [name, scheme] of [
    ['Light', 'light'],
    ['Dark', 'dark'],
  ] as const) {
    await page.getByRole('radiogroup', { name: 'Theme' }).getByText(name).click();
    await expect(html).toHaveAttribute('data-mantine-color-scheme', scheme);
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Appearance' })).toBeVisible();
    await expect(html).toHaveAttribute('data-mantine-color-scheme', scheme);
  }
});

test('[LM6] the settings show each limit, and who has most of it', async ({ hub, dashboard: page }) => {
  const agent = await hub.connect('weaver', 'sse');
  for (const path of ['one.md', 'two/']) await agent.call('lock_acquire', { path, ttl_s: 60 });
  await openScreen(page, 'Settings');
  const row = page.getByRole('region', { name: 'Limits' }).getByRole('row').filter({ hasText: 'locks-per-key' });
  await expect(row.getByRole('cell')).toHaveText([/held locks/u, /2.*weaver/u, '1,000']);
  await agent.call('lock_acquire', { path: 'three.md', ttl_s: 60 });
  await expect(row.getByRole('cell').nth(1)).toHaveText(/3.*weaver/u, { timeout: 15_000 });
});
