import { connectSse } from '../../src/sandbox/sse-link.ts';
import { auditOf, expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E12] [UX96] a key is made, its secret shown once; an agent comes in with it', async ({
  hub,
  dashboard: page,
}) => {
  await openScreen(page, 'Keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('courier');
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Key of courier' });
  await expect(dialog).toContainText('Copy it now');
  const secret = /sbx_[\w-]{43}/u.exec((await dialog.textContent()) ?? '')?.[0] ?? '';
  await page.keyboard.press('Escape'); // a stray key does not lose it
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await row(page, 'Keys', 'courier').click();
  await expect(inspector(page)).toContainText('never');
  expect(await page.content()).not.toContain(secret);

  const agent = await connectSse({
    url: hub.process.announced.url,
    key: secret,
    name: 'courier',
    subscribeTo: 'signalbox://guide',
    onEvent: () => undefined,
    onLost: () => undefined,
  });
  await expect(row(page, 'Keys', 'courier')).toContainText('now');
  await expect(inspector(page)).toContainText(/courier 1\.0\.0 from 127\.0\.0\.1:\d+/u);
  await agent.close();
});

test('[E13] revoking a key ends the streams of its agents within a second, on each wire', async ({
  hub,
  dashboard: page,
}) => {
  for (const wire of ['sse', 'streamable', 'stateless'] as const) {
    const agent = await hub.connect(`gone-${wire}`, wire);
    await openScreen(page, 'Keys');
    await row(page, 'Keys', agent.name).click();
    await inspector(page).getByRole('button', { name: 'Revoke…' }).click();
    const dialog = page.getByRole('dialog', { name: `Revoke ${agent.name}` });
    await expect(dialog).toContainText('session');
    await dialog.getByRole('button', { name: 'Revoke key' }).click();
    const lostAt = await agent.lost;
    const [revoked] = (await auditOf(hub, '--type', 'key.revoked')).toReversed();
    expect(revoked).toMatchObject({ keyId: agent.keyId, actor: { kind: 'human' } });
    // This wire's client gives up only after it has asked again, a second later.
    const retryMs = wire === 'streamable' ? 1_000 : 0;
    expect(lostAt - Number(revoked?.at) - retryMs).toBeLessThan(1_000);
    await expect(row(page, 'Keys', agent.name)).toContainText('revoked');
    await expect(inspector(page).getByText('Revoked', { exact: true })).toBeVisible();
    await expect(inspector(page).getByText('Expires', { exact: true })).toHaveCount(0); // it has ended already
    await expect(agent.call('whoami', {})).rejects.toThrow();
  }
});

test('[E100] a key is given other tools, seen through, rotated, suspended and resumed', async ({
  hub,
  dashboard: page,
}) => {
  const agent = await hub.connect('turner', 'streamable');
  await openScreen(page, 'Keys');
  await row(page, 'Keys', 'turner').click();
  const side = inspector(page);
  await expect(side).toContainText('It has the usual tools.');
  await side.getByRole('button', { name: 'Choose tools…' }).click();
  const tools = page.getByRole('dialog', { name: 'Tools of turner' });
  await expect(tools).toContainText(/\d+ tools in its list/u);
  await tools.getByRole('checkbox', { name: 'file_write' }).uncheck();
  await tools.getByRole('button', { name: 'Give these tools' }).click();
  await expect(side).toContainText('the usual tools, without 1');
  await expect(agent.call('file_write', { path: 'a.md', text: 'x' })).rejects.toMatchObject({ code: 'forbidden' });

  await side.getByRole('button', { name: 'See as this key…' }).click();
  const seen = page.getByRole('dialog', { name: 'What turner sees' });
  await expect(seen).toContainText('default');
  await expect(seen.getByText('Not given to it')).toBeVisible();
  await page.keyboard.press('Escape');

  await side.getByRole('button', { name: 'Rotate…' }).click();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  const made = page.getByRole('dialog', { name: 'New secret of turner' });
  await expect(made).toContainText(/sbx_[\w-]{43}/u);
  await made.getByRole('button', { name: 'I have copied it' }).click();
  await expect(side).toContainText('good in');
  await agent.call('whoami', {}); // the old secret is good for another day

  await side.getByRole('button', { name: 'Suspend…' }).click();
  await page.getByRole('button', { name: 'Suspend key' }).click();
  await agent.lost;
  await expect(row(page, 'Keys', 'turner')).toContainText('suspended');
  await side.getByRole('button', { name: 'Resume' }).click();
  await expect(row(page, 'Keys', 'turner')).not.toContainText('suspended');
});
