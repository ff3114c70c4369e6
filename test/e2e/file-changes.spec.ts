import { expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[DF4] [UX97] what changed in a version is shown beside its content, against the one before or another', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'streamable');
  const lines = Array.from({ length: 40 }, (_, n) => `- step ${n + 1}: nothing special`);
  await planner.call('file_write', { path: 'plan.md', text: `# Plan\n${lines.join('\n')}\n` });
  lines[4] = '- step 5: nothing very special';
  lines.splice(20, 2);
  await planner.call('file_write', { path: 'plan.md', text: `# Plan\n${lines.join('\n')}\n` });
  await planner.call('file_write', { path: 'plan.md', text: `# Plan\n${lines.join('\n')}\nthe end` });

  await page.setViewportSize({ width: 1280, height: 800 });
  await openScreen(page, 'Files');
  await row(page, 'Files', 'plan.md').click();
  await inspector(page).getByText('Changes', { exact: true }).click();
  const changes = page.getByRole('table', { name: 'Changed lines' });
  await expect(changes).toContainText('the end');
  await expect(changes).toContainText('no line break at the end');
  await page.screenshot({ path: test.info().outputPath('inspector.png'), animations: 'disabled' });
  await inspector(page).getByText('Open', { exact: true }).click();
  await expect(inspector(page)).toHaveCount(0);
  await page.getByText('Changes', { exact: true }).click();
  await page.getByRole('button', { name: 'Show version 2' }).click();
  await expect(changes.locator('mark')).toHaveText('very ');
  await expect(changes).toContainText('@@ -3,7 +3,7 @@');
  await page.screenshot({ path: test.info().outputPath('page.png'), animations: 'disabled' });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: test.info().outputPath('page-dark.png'), animations: 'disabled' });
  await page.getByRole('textbox', { name: 'Compared with version' }).fill('3');
  await expect(changes).toContainText('the end');
  await page.getByText('Source', { exact: true }).click();
  await expect(changes).toHaveCount(0);
  const text = page.getByRole('region', { name: 'Text of plan.md' });
  await expect(text).toContainText('# Plan');
  await page.getByText('Page', { exact: true }).click();
  await expect(text.getByRole('heading', { name: 'Plan', exact: true })).toBeVisible();
  await expect(text.getByRole('listitem').first()).toHaveText('step 1: nothing special');
});
