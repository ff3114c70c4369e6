import { expect, openScreen, row, test } from './fixtures.ts';

test('[E16] a lock shows its queue; forced from its holder it goes to the next in the same moment', async ({
  hub,
  dashboard: page,
}) => {
  const first = await hub.connect('first', 'sse');
  const second = await hub.connect('second', 'streamable');
  const third = await hub.connect('third', 'stateless');
  await first.call('lock_acquire', { path: 'plan.md', ttl_s: 600, reason: 'drafting' });
  await openScreen(page, 'Locks');
  await expect(row(page, 'Locks', 'plan.md')).toContainText(/first.*(9:5\d|10:00).*drafting/u);
  const granted = second.call('lock_acquire', { path: 'plan.md', ttl_s: 60, wait_ms: 25_000 });
  await expect(row(page, 'Locks', 'next')).toContainText('second');
  const given = third.call('lock_acquire', { path: 'plan.md', ttl_s: 60, wait_ms: 25_000 });
  await expect(row(page, 'Locks', '2. in line')).toContainText('third');
  await expect(page.getByText('1 held, 2 waiting')).toBeVisible();

  await page.getByRole('button', { name: 'Force release plan.md' }).click();
  const dialog = page.getByRole('dialog', { name: 'Force release' });
  await expect(dialog).toContainText('second is next and gets it in the same moment; one more waits');
  await dialog.getByRole('button', { name: 'Force release' }).click();
  const lock = await granted;
  await expect(row(page, 'Locks', 'plan.md')).toContainText('second');
  await expect(row(page, 'Locks', 'next')).toContainText('third');
  await second.call('lock_release', { path: 'plan.md', lock_token: lock['lock_token'] });
  await given;
  await expect(row(page, 'Locks', 'plan.md')).toContainText('third');
  await expect(page.getByText('1 held', { exact: true })).toBeVisible();
});

test("[UX26] a folder's lock is shown on its row, on the folder and on the files below it", async ({
  hub,
  dashboard: page,
}) => {
  const agent = await hub.connect('weaver', 'sse');
  await agent.call('file_write', { path: 'src/deep/a.md', text: 'a' });
  await agent.call('lock_acquire', { path: 'src/', ttl_s: 600, reason: 'moving all of it' });
  await openScreen(page, 'Locks');
  const row = page.getByRole('row').filter({ hasText: 'src/' });
  await expect(row.getByRole('img', { name: 'Folder, with all below it' })).toBeVisible();
  await row.click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('all files below it');
  await inspector.getByRole('button', { name: 'Show', exact: true }).first().click();
  await expect(page.getByRole('row').filter({ hasText: 'deep' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'Locked by weaver, with all of src/' })).toBeVisible();
  await page.getByRole('row').filter({ hasText: 'deep' }).click();
  await page.getByRole('row').filter({ hasText: 'a.md' }).click();
  await inspector.getByRole('button', { name: 'Show, with all of src/' }).click();
  await expect(inspector).toContainText('moving all of it');
});
