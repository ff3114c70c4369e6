import { readFile } from 'node:fs/promises';
import { expect, openScreen, row, test } from './fixtures.ts';

test('[WR1] the Wire screen follows what passes, joins answers to their requests, and filters by tokens', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'sse');
  const coder = await hub.connect('coder', 'streamable');
  await planner.call('file_write', { path: 'plan.md', text: 'the needle\n' });
  await openScreen(page, 'Wire');
  const list = page.getByRole('grid', { name: 'Frames' });
  await expect(row(page, 'Frames', /file_write.*ok/u)).toBeVisible();
  // It comes by itself.
  await coder.call('file_read', { path: 'plan.md' });
  await expect(row(page, 'Frames', /file_read.*ok/u)).toBeVisible();
  await expect(list.getByRole('row').filter({ hasText: 'answer to' })).toHaveCount(0);
  await page.getByText('Each frame', { exact: true }).click();
  await expect(list.getByRole('row').filter({ hasText: 'answer to file_read' })).toHaveCount(1);
  await page.getByText('Calls', { exact: true }).click();

  const box = page.getByRole('combobox', { name: /^Filter:/u });
  await box.pressSequentially('tool:file_w');
  await page.getByRole('option', { name: 'file_write' }).click();
  await expect(box).toHaveValue('tool:file_write ');
  await expect(list.getByRole('row').filter({ hasText: 'file_write' })).toHaveCount(1);
  await expect(row(page, 'Frames', 'file_read')).toHaveCount(0);
  await expect(page).toHaveURL(/#\/wire\?filter=tool%3Afile_write/u);
  // New frames of the filter come, others do not.
  await coder.call('file_list', {});
  await coder.call('file_write', { path: 'other.md', text: 'x' });
  await expect(list.getByRole('row').filter({ hasText: 'file_write' })).toHaveCount(2);
  await expect(row(page, 'Frames', 'file_list')).toHaveCount(0);
  await page.reload();
  await expect(box).toHaveValue('tool:file_write');
  await expect(list.getByRole('row').filter({ hasText: 'file_write' })).toHaveCount(2);

  await box.fill('"the NEEDLE" kind:request');
  await expect(list.getByRole('row', { name: /file_write/u })).toHaveCount(1);
  await box.fill('agnet:planner x');
  await expect(page.getByRole('alert')).toContainText('There is no agnet:. Did you mean agent:?');
  await expect(box).toHaveAttribute('aria-invalid', 'true');
  await box.fill('tool:none');
  await expect(page.getByText('No frame is like that')).toBeVisible();
});

test('[WR2] the inspector shows heads and bodies as they were sent, leads to the pair, and copies as curl', async ({
  hub,
  dashboard: page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const planner = await hub.connect('planner', 'streamable');
  await planner.call('file_write', { path: 'plan.md', text: 'one\n' });
  await openScreen(page, 'Wire');
  await row(page, 'Frames', 'file_write').click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector.getByLabel('body', { exact: true })).toContainText('"path": "plan.md"');
  await inspector.getByText('Raw', { exact: true }).click();
  await expect(inspector.getByLabel('Body, raw')).toContainText('"path":"plan.md"');
  await inspector.getByRole('button', { name: 'Copy as client call' }).click();
  await expect(inspector.getByRole('button', { name: 'Copied as client call' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    'client.callTool({\n  "name": "file_write"',
  );
  await inspector.getByRole('button', { name: 'Its answer' }).click();
  await expect(inspector.getByLabel('body', { exact: true })).toContainText('"result"');
  await inspector.getByRole('button', { name: 'Its request' }).click();
  await expect(inspector.getByText('Led to')).toBeVisible();
});

test('[WR3] columns are chosen, moved and resized, views and filters are kept, also after a reload', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'streamable');
  await planner.call('file_write', { path: 'plan.md', text: 'one\n' });
  await openScreen(page, 'Wire');
  const heads = page.getByRole('grid', { name: 'Frames' }).getByRole('columnheader');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Request id' }).click();
  await page.getByRole('checkbox', { name: 'Size' }).click();
  await page.getByRole('button', { name: 'Agent: to the front' }).click();
  const width = await heads.filter({ hasText: 'Outcome' }).evaluate((head) => head.clientWidth);
  await page.getByRole('button', { name: 'Outcome: wider' }).click();
  await page.keyboard.press('Escape');
  const names = ['Agent', 'Time', 'Direction', 'What', 'Outcome', 'Took', 'Request id'];
  await expect(heads).toHaveText(names);
  expect(await heads.filter({ hasText: 'Outcome' }).evaluate((head) => head.clientWidth)).toBe(width + 24);

  const box = page.getByRole('combobox', { name: /^Filter:/u });
  await box.fill('tool:file_write');
  await box.press('Enter');
  await expect(row(page, 'Frames', 'file_write')).toBeVisible();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Writes');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.keyboard.press('Escape');
  await box.fill('');
  await page.reload();
  await expect(heads).toHaveText(names);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: /^Writes/u }).click();
  await expect(box).toHaveValue('tool:file_write');
});

test('[WR9] [WR13] [WR14] the frames of a filter are saved as a bundle, an archive, spans and a page', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'streamable');
  await planner.call('file_write', { path: 'plan.md', text: 'the needle' });
  await openScreen(page, 'Wire');
  const box = page.getByRole('combobox', { name: /^Filter:/u });
  await box.fill('tool:file_write kind:request');
  await box.press('Enter');
  await expect(row(page, 'Frames', 'file_write')).toHaveCount(1);
  const saved = async (name: string): Promise<string> => {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name, exact: true }).click();
    return readFile(await (await download).path(), 'utf8');
  };
  const lines = (await saved('Bundle (JSON Lines)')).trim().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('the needle');
  await expect(page.getByText(/^1 frame saved, with \d+ B of content$/u)).toBeVisible();
  expect(await saved('Bundle (JSON Lines) without bodies')).not.toContain('the needle');
  expect(JSON.parse(await saved('HTTP archive (HAR)'))).toMatchObject({ log: { version: '1.2' } });
  expect(await saved('OpenTelemetry spans (OTLP/JSON)')).toContain('"name":"tools/call file_write"');
  const alone = await page.context().newPage();
  await alone.setContent(await saved('Page to read (HTML)'));
  await alone.getByText('tools/call file_write').click();
  await expect(alone.getByText('the needle')).toBeVisible();
  await expect(alone.getByText('planner', { exact: true })).toBeVisible();
  await alone.close();
});
