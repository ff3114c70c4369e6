import { AxeBuilder } from '@axe-core/playwright';
import { expect, openScreen, row, test } from './fixtures.ts';

test('[E105] the board is shown as it was at any moment, stepped and played, and one comes back to now', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'sse');
  const { lock_token } = await planner.call('lock_acquire', { path: 'plan.md' });
  await expect(row(page, 'Agents', 'planner')).toContainText('plan.md');
  await planner.call('lock_release', { path: 'plan.md', lock_token });
  await expect(row(page, 'Agents', 'planner')).not.toContainText('holds');

  // From the row of the audit to the board at its moment.
  await openScreen(page, 'Audit');
  await row(page, 'Events', /locked plan\.md/u).click();
  await page.getByRole('button', { name: 'Show the board at this moment' }).click();
  const bar = page.getByRole('region', { name: 'The past' });
  await expect(bar).toContainText(/after event \d+ of \d+/u);
  const lane = row(page, 'Agents', 'planner');
  await expect(lane).toContainText('holds');
  await expect(page.getByText('In all workspaces: 1 lock held')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('main').analyze();
  expect(violations).toEqual([]);

  // What happens now does not change it.
  await planner.call('file_write', { path: 'later.md', text: 'x' });
  await expect(page.getByRole('main')).not.toContainText('later.md');

  // On, event by event, until the lock is released; and back.
  const at = async (): Promise<number> =>
    Number(/after event (\d+)/u.exec((await bar.getByRole('status').textContent()) ?? '')?.[1]);
  const held = await at();
  const on = bar.getByRole('button', { name: 'One event on' });
  await expect(async () => {
    if ((await lane.textContent())?.includes('holds')) await on.click();
    await expect(lane).not.toContainText('holds', { timeout: 1 });
  }).toPass();
  expect(await at()).toBeGreaterThan(held);
  await page.reload();
  await expect(bar).toContainText(`after event ${held} of`);
  await expect(lane).toContainText('holds');
  await bar.getByRole('button', { name: 'One event back' }).click();
  await expect(bar).toContainText(`after event ${held - 1} of`);
  await expect(lane).not.toContainText('holds');

  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Overview' }).click();
  await page.keyboard.press('ArrowRight');
  await expect(bar).toContainText(`after event ${held} of`);

  // Played, it comes to the end of the log and stands.
  await bar.getByText('100×').click();
  await bar.getByRole('button', { name: 'Play' }).click();
  await expect(page.getByRole('main')).toContainText('later.md');
  await expect(bar.getByRole('button', { name: 'Play' })).toBeDisabled();

  const slider = bar.getByRole('slider', { name: 'Moment of the log' });
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(bar).toContainText('after event 1 of');
  await expect(page.getByText('No agent was connected')).toBeVisible();

  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect(bar).toHaveCount(0);
  await expect(row(page, 'Agents', 'planner')).toContainText('later.md');
  await page.getByRole('button', { name: 'Past' }).click();
  await expect(bar).toBeVisible();
});
