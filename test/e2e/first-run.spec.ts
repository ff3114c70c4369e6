import { dropFile, expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E50] a first agent is connected from any screen: by the first key, by one made after a reload, beside sample agents; and the desk says what to tell it', async ({
  hub,
  dashboard: page,
}) => {
  await expect(page.getByText('Only programs on this computer can reach it.')).toBeVisible();
  await page.getByRole('button', { name: 'Show the key' }).click();
  await expect(page.getByLabel('Claude Code', { exact: true }).last()).toContainText('Bearer sbx_');
  // A page that is loaded again does not have the key any more, and leads to another one.
  await page.reload();
  const name = page.getByRole('textbox', { name: 'Name of the agent' });
  await name.fill('first-agent');
  await name.press('Enter');
  await expect(name).toHaveAccessibleDescription(/already/u); // at the field, which stays as it was
  await name.fill('my-agent');
  await name.press('Enter');
  const secret = (await page.getByLabel('Key of my-agent', { exact: true }).textContent()) ?? '';
  await expect(page.getByLabel('Claude Code', { exact: true }).last()).toContainText(secret);
  // Sample agents take the place of the guide; the key is still there.
  await page.getByRole('button', { name: 'Start the sample agents' }).click();
  await expect(row(page, 'Agents', 'sample-sse')).toBeVisible();
  await openScreen(page, 'Sessions');
  await page.getByRole('button', { name: 'Connect an agent' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect an agent' });
  await expect(dialog.getByLabel('Key of my-agent', { exact: true })).toHaveText(secret);
  await using _agent = await hub.connectWith('my-agent', secret);
  await expect(dialog).toContainText('has connected as');
  await expect(dialog.getByLabel('What to tell the agent', { exact: true })).toContainText('event_wait');
  await page.keyboard.press('Escape');
  await openScreen(page, 'Overview');
  await expect(page.getByRole('region', { name: 'What to tell the agent' })).toContainText('my-agent');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.reload();
  await expect(row(page, 'Agents', 'my-agent')).toBeVisible();
  await expect(page.getByRole('region', { name: 'What to tell the agent' })).toHaveCount(0);
});

test('[E51] a wrong key that a client tries is on the screen at once, with what to do', async ({
  hub,
  dashboard: page,
}) => {
  const { url } = hub.process.announced;
  const attempt = (key: string): Promise<Response> =>
    fetch(`${url}/mcp`, { method: 'POST', headers: { Authorization: `Bearer ${key}`, 'User-Agent': 'my-client/1' } });
  await expect(page.getByText('No agent is connected')).toBeVisible();
  await attempt(`sbx_${'w'.repeat(41)}T5`);
  const said = page.getByText('it sent a key that this hub does not know, ending in …T5');
  await expect(said).toBeVisible({ timeout: 3_000 });
  await expect(page.getByRole('list', { name: 'Refused just now' })).toContainText('my-client/1 was refused');
  // Over a board of agents it is a line, which leads to all of them.
  await hub.connect('planner', 'sse');
  await expect(row(page, 'Agents', 'planner')).toBeVisible();
  await expect(said).toBeVisible();
  await attempt('$SIGNALBOX_KEY');
  await page.getByRole('button', { name: 'What to do' }).click();
  await expect(row(page, 'Refused connections', 'a placeholder instead of a key')).toContainText('my-client/1');
  await row(page, 'Refused connections', 'a placeholder instead of a key').click();
  await expect(inspector(page)).toContainText('401 unauthorized');
  await expect(inspector(page).getByLabel('What to send instead', { exact: true }).last()).toHaveText(
    'Authorization: Bearer sbx_…',
  );
  await openScreen(page, 'Overview');
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await expect(page.getByText('was refused:')).toHaveCount(0);
});

test('[E52] a dropped file tells what became of it, and leads to its receipts; its path is copied in one piece', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'sse');
  await expect(row(page, 'Agents', 'planner')).toBeVisible();
  await dropFile(page, 'plan.md', 'Line 4\n');
  const uploads = page.getByRole('list', { name: 'Uploads' });
  await expect(uploads).toContainText('notified 1 · reacted 0');
  await planner.notified((event) => event.type === 'file.written' && event.path === 'plan.md');
  await planner.call('file_write', { path: 'reports/plan.md.report.md', text: 'as it should be' });
  await expect(uploads).toContainText('notified 1 · reacted 1 · 1 file written');
  await expect(uploads).toContainText('done in');
  await uploads.getByTitle('Show its receipts').click();
  await expect(inspector(page).getByRole('list', { name: 'Receipts', exact: true })).toContainText('planner');

  await planner.call('lock_acquire', { path: 'reports/plan.md.report.md', ttl_s: 600 });
  await openScreen(page, 'Locks');
  const path = row(page, 'Locks', 'plan.md').getByTitle('reports/plan.md.report.md').first();
  const copied = await path.evaluate((part) => {
    getSelection()?.selectAllChildren(part);
    return String(getSelection());
  });
  expect(copied).toBe('reports/plan.md.report.md');
});
