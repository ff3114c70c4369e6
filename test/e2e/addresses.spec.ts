import { expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E103] [UI119] a reload and the browser’s Back keep what the inspector shows', async ({
  hub,
  dashboard: page,
}) => {
  const clerk = await hub.connect('clerk', 'sse');
  const { lock_token } = await clerk.call('lock_acquire', { path: 'plan.md', ttl_s: 600 });
  await clerk.call('lock_release', { path: 'plan.md', lock_token });
  await openScreen(page, 'Audit');
  const type = (name: string) => inspector(page).getByText(name, { exact: true });
  await row(page, 'Events', 'lock.acquired').click();
  await expect(type('lock.acquired')).toBeVisible();
  await page.reload();
  await expect(type('lock.acquired')).toBeVisible();
  await row(page, 'Events', 'lock.released').click();
  await expect(type('lock.released')).toBeVisible();
  await page.goBack();
  await expect(type('lock.acquired')).toBeVisible();
  await page.goForward();
  await expect(type('lock.released')).toBeVisible();
  await page.getByRole('button', { name: 'Close the inspector' }).click();
  await expect(page).toHaveURL(/#\/audit$/u);
  await page.goBack();
  await expect(type('lock.released')).toBeVisible();
});
