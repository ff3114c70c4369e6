import { expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E104] [UX98] the name of an agent leads to what it is doing, holds and did, as it goes on', async ({
  hub,
  dashboard: page,
}) => {
  const holder = await hub.connect('holder', 'sse');
  const waiter = await hub.connect('waiter', 'streamable');
  const held = await holder.call('lock_acquire', { path: 'plan.md', ttl_s: 600 });
  await waiter.call('file_write', { path: 'notes.md', text: 'before' });
  const granted = waiter.call('lock_acquire', { path: 'plan.md', ttl_s: 600, wait_ms: 50_000 });
  await openScreen(page, 'Overview');
  await row(page, 'Agents', /^waiter/u)
    .getByRole('button', { name: 'waiter' })
    .first()
    .click();
  const part = (name: string) => inspector(page).getByRole('region', { name, exact: true });
  await expect(part('Now')).toContainText(/lock_acquire\s+for/u);
  await expect(part('Locks')).toContainText(/plan\.md\s*waits/u);
  await expect(part('Latest')).toContainText('added notes.md');

  await holder.call('lock_release', { path: 'plan.md', lock_token: held['lock_token'] });
  await granted;
  await expect(part('Now')).toContainText(/Idle\. Last: .*plan\.md/u);
  await expect(part('Locks')).toContainText(/plan\.md\s*holds/u);
  await expect(part('Latest').getByRole('listitem').filter({ hasText: 'locked plan.md' }).first()).toBeVisible();
});
