import { connectSse } from '../../src/sandbox/sse-link.ts';
import { auditOf, expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[E12] a key is made, its secret shown once; an agent comes in with it', async ({ hub, dashboard: page }) => {
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
  await agent.close();
});

test('[E13] revoking a key ends the streams of its agents within a second, on each wire', async ({
  hub,
  dashboard: page,
}) => {
  for (const wire of ['sse', 'streamable', 'modern'] as const) {
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
