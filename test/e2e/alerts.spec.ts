import { AxeBuilder } from '@axe-core/playwright';
import { expect, openScreen, test } from './fixtures.ts';

test('[UI122] an agent that repeats a failing call is in the list of alerts, whose row opens it', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'streamable');
  const badge = page.getByRole('contentinfo', { name: 'Status' }).getByRole('button', { name: /alert/u });
  await expect(badge).toHaveText('No alerts');
  await badge.click();
  await expect(page.getByText('Nothing is stuck, and nothing fails again and again.')).toBeVisible();
  await page.keyboard.press('Escape');
  await planner.call('file_write', { path: 'plan.md', text: 'one' });
  const fails = async (): Promise<void> => {
    const call = planner.call('file_write', { path: 'plan.md', text: 'two', if_version: 7 });
    await expect(call).rejects.toMatchObject({ code: 'conflict' });
  };
  for (let n = 0; n < 3; n++) await fails();
  await expect(badge).toHaveText('1 alert');
  await badge.click();
  const list = page.getByRole('list', { name: 'Alerts' });
  await expect(list.getByRole('listitem')).toHaveText([/planner made the same call of file_write 3 times in vain: /u]);
  const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
  expect(violations).toEqual([]);

  await list.getByRole('button', { name: /made the same call/u }).click();
  await expect(page).toHaveURL(/#\/audit/u);
  await expect(page.getByRole('complementary', { name: /./u }).getByText('file_write').first()).toBeVisible();

  await badge.click();
  await list.getByRole('button', { name: 'Dismiss' }).click();
  await expect(badge).toHaveText('No alerts');
  await page.keyboard.press('Escape');

  await openScreen(page, 'Settings');
  const rules = page.getByRole('group', { name: 'What counts as stuck or broken' });
  await rules.getByRole('textbox', { name: 'An agent repeats a call that fails, times' }).fill('4');
  await page.reload();
  await expect(badge).toHaveText('No alerts'); // of the last events three failed
  await fails();
  await expect(badge).toHaveText('1 alert');
  await rules.getByRole('checkbox', { name: 'An agent repeats a call that fails' }).uncheck();
  await expect(badge).toHaveText('No alerts');
});
