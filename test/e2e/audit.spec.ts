import { expect, openScreen, row, test } from './fixtures.ts';

test('[E17] the audit pages through thousands of events and filters them by type, actor and both', async ({
  hub,
  dashboard: page,
}) => {
  const clerk = await hub.connect('clerk', 'sse');
  const lock = await clerk.call('lock_acquire', { path: 'needle.md', ttl_s: 600 });
  await clerk.call('lock_release', { path: 'needle.md', lock_token: lock['lock_token'] });
  await clerk.close();
  const scribe = await hub.connect('scribe', 'streamable', 'signalbox://guide'); // it need not hear of all that
  for (let batch = 0; batch < 10; batch += 1) {
    await Promise.all(
      Array.from(
        { length: 100 },
        async (_, at) => await scribe.call('file_write', { path: `n/${at}.txt`, text: `${batch}` }),
      ),
    );
  }
  await openScreen(page, 'Audit');
  const list = page.getByRole('grid', { name: 'Events' });
  await expect(row(page, 'Events', 'tool.called')).toBeVisible();
  const total = Number((await page.getByText(/^[\d,]+ events$/u).textContent())?.replaceAll(/\D/gu, ''));
  expect(total).toBeGreaterThan(2_000);
  await list.focus();
  // Each press goes to the end of what was read, which reads on.
  await expect(async () => {
    await list.press('End');
    await expect(row(page, 'Events', /^1\d{2}:.*hub\.started/u)).toBeVisible({ timeout: 100 });
  }).toPass();
  await list.press('Home');

  await page.getByRole('button', { name: 'All types' }).click();
  await page.getByRole('checkbox', { name: 'lock', exact: true }).click();
  await page.keyboard.press('Escape');
  const kinds = list.getByRole('row').filter({ hasNotText: 'What happened' });
  await expect(kinds).toHaveText([/lock\.released/u, /lock\.acquired/u]);
  await expect(page.getByText('2 match', { exact: true })).toBeVisible();
  await page.getByRole('combobox', { name: 'Involving', exact: true }).click();
  await page.getByRole('option', { name: 'scribe' }).click();
  await expect(page.getByText('No event passes the filter')).toBeVisible();
  // What passes the filter comes by itself.
  await scribe.call('lock_acquire', { path: 'fresh.md', ttl_s: 60 });
  await expect(kinds).toHaveText([/lock\.acquired.*fresh\.md/u]);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(row(page, 'Events', 'tool.called')).toBeVisible();
});
