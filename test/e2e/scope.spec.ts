import { expect, openScreen, row, test } from './fixtures.ts';

test('[UX80] each screen says which workspaces it covers, and shows all of them on demand', async ({
  hub,
  dashboard: page,
}) => {
  const weaver = await hub.connect('weaver', 'sse');
  await weaver.call('lock_acquire', { path: 'here.md', ttl_s: 600 });
  await openScreen(page, 'Locks');
  const toAll = page.getByRole('button', { name: 'Only default: show all workspaces' });
  await expect(row(page, 'Locks', 'here.md')).toBeVisible();
  await expect(toAll).toHaveCount(0); // there is no other workspace
  await weaver.call('workspace_create', { name: 'elsewhere' });
  await weaver.call('lock_acquire', { workspace: 'elsewhere', path: 'there.md', ttl_s: 600 });
  await expect(toAll).toBeVisible();
  await expect(page.getByText('1 held', { exact: true })).toBeVisible();
  const inRail = page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Locks' });
  await expect(inRail).toContainText('1');
  await openScreen(page, 'Audit');
  await expect(row(page, 'Events', 'here.md').first()).toBeVisible();
  await expect(row(page, 'Events', 'key.created').first()).toBeVisible(); // of no workspace
  await expect(row(page, 'Events', 'there.md')).toHaveCount(0);
  await openScreen(page, 'Wire'); // of all, whichever is chosen
  await expect(page.getByRole('main').getByText('All workspaces')).toBeVisible();
  await openScreen(page, 'Locks');
  await toAll.click();
  await expect(row(page, 'Locks', 'there.md')).toContainText('elsewhere');
  await expect(inRail).toContainText('2');
  await openScreen(page, 'Audit');
  await expect(row(page, 'Events', 'there.md').first()).toBeVisible();
  await openScreen(page, 'Files');
  await row(page, 'Workspaces', 'elsewhere').click();
  await expect(page.getByRole('button', { name: 'Workspace: elsewhere' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Workspace: elsewhere' })).toBeVisible();
});
