import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'smol-toml';
import { startConnect } from '../support/connect-process.ts';
import { dropFile, expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E50] a first agent is connected from any screen: by the first key, by one made after a reload, beside sample agents; and the desk says what to tell it', async ({
  hub,
  dashboard: page,
}) => {
  await expect(page.getByText('Only programs on this computer can reach it.')).toBeVisible();
  await page.getByText('With a key', { exact: true }).click();
  await page.getByRole('button', { name: 'Show the key' }).click();
  await expect(page.getByLabel('Key for Claude Code', { exact: true }).first()).toContainText('sbx_');
  // A page that is loaded again does not have the key any more, and leads to another one.
  await page.reload();
  await page.getByText('With a key', { exact: true }).click();
  const name = page.getByRole('textbox', { name: 'Name of the agent' });
  await name.fill('first-agent');
  await name.press('Enter');
  await expect(name).toHaveAccessibleDescription(/already/u); // at the field, which stays as it was
  await name.fill('my-agent');
  await name.press('Enter');
  const secret = (await page.getByLabel('Key of my-agent', { exact: true }).textContent()) ?? '';
  await expect(page.getByLabel('Key for Claude Code', { exact: true }).first()).toContainText(secret);
  await expect(page.getByLabel('Claude Code', { exact: true }).first()).not.toContainText('sbx_');
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

test('[E102] a client of this computer is set up by its sheet, without a key, is seen to connect, and is taken back', async ({
  hub,
  dashboard: page,
}) => {
  const file = path.join(hub.home, '.codex', 'config.toml');
  const before = '# mine\nmodel = "gpt"\n';
  await mkdir(path.dirname(file));
  await writeFile(file, before);
  await page.reload();
  const here = page.getByRole('region', { name: 'On this computer' });
  await here.getByRole('button', { name: 'Codex' }).click();
  const sheet = page.getByRole('region', { name: 'Codex' });
  await sheet.getByRole('button', { name: 'Set up' }).click();
  await expect(sheet.getByLabel('Change to the file')).toContainText('+[mcp_servers.signalbox]');
  expect(await readFile(file, 'utf8')).toBe(before);
  await sheet.getByRole('textbox', { name: 'Name of the agent' }).fill('my codex');
  await expect(sheet.getByLabel('Change to the file')).toContainText('my codex');
  await sheet.getByRole('button', { name: 'Write it' }).click();
  await expect(sheet.getByRole('status')).toContainText('Codex is set up. Start it anew.');
  await expect(sheet).toContainText('It appears here by itself');
  const written = await readFile(file, 'utf8');
  expect(written.startsWith(before)).toBe(true);
  expect(written).not.toContain('sbx_');

  const { mcp_servers: servers } = parse(written) as unknown as { mcp_servers: Record<string, { args: string[] }> };
  const [program = '', ...args] = servers['signalbox']?.args ?? [];
  await using client = startConnect({ dataDir: hub.dataDir, program, args });
  await client.handshake({ name: 'codex-mcp-client' });
  await openScreen(page, 'Sessions');
  await page.getByRole('button', { name: 'Connect an agent' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect an agent' });
  await dialog.getByRole('button', { name: /^Codex/u }).click();
  await expect(dialog.getByRole('region', { name: 'Codex' })).toContainText('has connected as');
  await dialog.getByRole('button', { name: 'Take back' }).click();
  await expect(dialog.getByLabel('Change to the file')).toContainText('-[mcp_servers.signalbox]');
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await expect(dialog.getByText('Codex is as it was before.')).toBeVisible();
  expect(await readFile(file, 'utf8')).toBe(before);
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
  await inspector(page).getByRole('button', { name: 'Ignore' }).click();
  await inspector(page).getByRole('button', { name: 'Give it a key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect an agent' });
  await expect(dialog.getByRole('button', { name: 'Show the key' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Ignore' }).click();
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
