import { workspaceUri } from '../../src/protocol/uris.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import { expect, inspector, openScreen, row, test, type HubUnderTest } from './fixtures.ts';

/** A client of a key that others use too. */
async function clientOf(hub: HubUnderTest, key: string) {
  return connections.streamable({
    url: hub.process.announced.url,
    key,
    name: 'coder',
    subscribeTo: workspaceUri(hub.workspace, 'events'),
    onEvent: () => undefined,
    onLost: () => undefined,
  });
}

test('[AG15] [AG8] [AG24] [UI101] four clients of one key have a lane each, wait for each other’s locks, and can be renamed', async ({
  hub,
  dashboard: page,
}) => {
  const made = await hub.cli('keys', 'create', 'team', '--workspace', 'default', '--role', 'editor');
  const { secret } = JSON.parse(made.stdout) as { secret: string };
  const clients = [];
  for (let n = 0; n < 4; n += 1) clients.push(await clientOf(hub, secret));
  const [first, second] = clients;
  if (!first || !second) throw new Error('They should be connected');
  const { lock_token: token } = await first.call('lock_acquire', { path: 'plan.md', reason: 'the plan' });
  const waits = second.call('lock_acquire', { path: 'plan.md', wait_ms: 50_000 });

  await page.setViewportSize({ width: 1280, height: 800 });
  await openScreen(page, 'Overview');
  for (const name of ['team/coder', 'team/coder 2', 'team/coder 3', 'team/coder 4']) {
    await expect(page.getByRole('grid', { name: 'Agents' }).getByText(name, { exact: true }).first()).toBeVisible();
  }
  await expect(row(page, 'Agents', 'team/coder 2')).toContainText('waits');
  await page.screenshot({ path: test.info().outputPath('overview.png'), animations: 'disabled' });

  await openScreen(page, 'Keys');
  await row(page, 'Keys', 'team').click();
  await inspector(page).getByRole('button', { name: 'Rename coder 2' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Reviewer');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(inspector(page).getByTitle('Reviewer', { exact: true })).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('keys.png'), animations: 'disabled' });
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Find anything' });
  await palette.getByRole('textbox').fill('@team');
  await expect(palette.getByRole('button', { name: 'Reviewer' }).filter({ hasText: 'team, connected' })).toBeVisible();
  await expect(palette.getByRole('button', { name: /^coder/u })).toHaveCount(3);
  await page.screenshot({ path: test.info().outputPath('palette.png'), animations: 'disabled' });
  await page.keyboard.press('Escape');
  await openScreen(page, 'Locks');
  await expect(page.getByRole('grid', { name: 'Locks' })).toContainText('team/Reviewer');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: test.info().outputPath('locks.png'), animations: 'disabled' });
  await openScreen(page, 'Sessions');
  await page.screenshot({ path: test.info().outputPath('sessions.png'), animations: 'disabled' });
  await openScreen(page, 'Overview');
  await page.screenshot({ path: test.info().outputPath('overview-light.png'), animations: 'disabled' });

  await hub.connect('lodger', 'stateless');
  await openScreen(page, 'Keys');
  await row(page, 'Keys', 'lodger').click();
  await inspector(page).getByRole('button', { name: 'HTTP·26' }).click();
  await expect(inspector(page)).toContainText('they are one agent, unless each names itself (X-Signalbox-Agent)');

  expect(await second.call('whoami', {})).toMatchObject({ agent: 'Reviewer' });
  await first.call('lock_release', { lock_token: String(token) });
  expect(await waits).toMatchObject({ path: 'plan.md' });
  await Promise.all(clients.map((client) => client.close()));
});
