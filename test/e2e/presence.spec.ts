import { auditOf, expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E57] an agent whose connection is lost is nowhere called connected, and looks different from those that are', async ({
  hub,
  dashboard: page,
}) => {
  await hub.connect('stays', 'streamable');
  for (const name of ['left-sse', 'left-too']) await (await hub.connect(name, 'sse')).close();
  await (await hub.connect('gone', 'stateless')).close(); // nothing of it can come back: its session ends
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('1 agent, 2 lost');
  await expect(page.getByText(/^1 agent, 2 lost, 0 files/u)).toBeVisible();
  const lanes = page.getByRole('grid', { name: 'Agents' }).getByRole('row').filter({ hasNotText: 'Doing' });
  await expect(lanes).toHaveText([/stays/u, /left-/u, /left-/u]);
  for (const name of ['left-sse', 'left-too']) {
    await expect(row(page, 'Agents', name)).toContainText(/lost .*: the agent closed the connection/u);
    await expect(row(page, 'Agents', name)).not.toContainText('is connected');
  }
  await page.getByRole('main').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('/');
  await page.keyboard.type('left-sse');
  await expect(lanes).toHaveText([/left-sse/u]);

  await openScreen(page, 'Sessions');
  await expect(page.getByText('1 open, 2 dropped')).toBeVisible();
  await expect(row(page, 'Open sessions', 'left-sse')).toContainText(/dropped.*: the agent closed the connection/u);
  await openScreen(page, 'Keys');
  await expect(row(page, 'Keys', 'left-sse')).toContainText('lost');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('left-sse');
  await expect(page.getByRole('button', { name: /left-sse.*connection lost/u })).toBeVisible();
});

test('[E58] the audit finds a lock by who got it, not by who released it, and leads from a refusal to what was answered', async ({
  hub,
  dashboard: page,
}) => {
  const holder = await hub.connect('holder', 'sse');
  const waiter = await hub.connect('waiter', 'streamable');
  const lock = await holder.call('lock_acquire', { path: 'plan.md', ttl_s: 60 });
  const granted = waiter.call('lock_acquire', { path: 'plan.md', ttl_s: 60, wait_ms: 30_000 });
  await expect.poll(async () => (await auditOf(hub, '--type', 'lock.queued')).length).toBe(1);
  await holder.call('lock_release', { path: 'plan.md', lock_token: lock['lock_token'] });
  await granted;
  await holder.call('file_purge', { path: 'plan.md' }).catch(() => undefined);

  await openScreen(page, 'Audit');
  await page.getByRole('combobox', { name: 'How they take part' }).click();
  await page.getByRole('option', { name: 'by', exact: true }).click();
  await page.getByRole('combobox', { name: 'Done by' }).click();
  await page.getByRole('option', { name: 'holder' }).click();
  const rows = page.getByRole('grid', { name: 'Events' }).getByRole('row');
  await expect(row(page, 'Events', 'released plan.md')).toBeVisible();
  await expect(rows.filter({ hasText: 'after waiting' })).toHaveCount(0);
  await page.getByRole('combobox', { name: 'How they take part' }).click();
  await page.getByRole('option', { name: 'involving', exact: true }).click();
  await expect(row(page, 'Events', 'after waiting')).toContainText('waiter');

  await row(page, 'Events', 'access.denied').click();
  await expect(inspector(page).getByRole('region', { name: 'Why' })).toContainText(/The answer was: .*file_purge/u);
  await inspector(page).getByRole('region', { name: 'Caused by' }).getByRole('button').last().click();
  await inspector(page).getByRole('button', { name: 'Its reply' }).click();
  await expect(inspector(page)).toContainText('To the agent');
});
