import { expect, inspector, openScreen, row, test } from './fixtures.ts';
import type { WireName } from '../../src/protocol/wire-names.ts';

const handshakes: Readonly<Record<WireName, readonly RegExp[]>> = {
  sse: [/Connect.*GET \/sse/u, /Endpoint/u, /Initialize/u, /Agreed.*protocol/u, /Initialized/u, /Watching.*events/u],
  streamable: [
    /Connect.*POST \/mcp/u,
    /Initialize/u,
    /Agreed.*protocol/u,
    /Initialized/u,
    /Stream/u,
    /Watching.*events/u,
  ],
  stateless: [/Connect.*POST \/mcp/u, /Discover/u, /Discovered.*2026-07-28/u, /First call/u, /Watching.*events/u],
};

test('[E10] a session opens on its handshake, on each wire; messages pass live; one leads to what it caused and back', async ({
  hub,
  dashboard: page,
}) => {
  for (const wire of ['sse', 'streamable', 'stateless'] as const) {
    const name = `${wire}-agent`;
    const agent = await hub.connect(name, wire);
    await openScreen(page, 'Sessions');
    await row(page, 'Open sessions', name).dblclick();
    await agent.call('file_write', { path: `of-${wire}.md`, text: 'by a tool' });
    await expect(page.getByRole('list', { name: 'Handshake' }).getByRole('listitem')).toHaveText([...handshakes[wire]]);
    const messages = page.getByRole('grid', { name: 'Messages' });
    const request = messages.getByRole('row').filter({ hasText: /request.*tools\/call.*file_write/u });
    await expect(request).toHaveCount(1);
    await expect(messages.getByRole('row').filter({ hasText: /response.*tools\/call.*file_write/u })).toHaveCount(1);

    await request.click();
    await expect(inspector(page).getByRole('heading', { name: 'Message', exact: true }).first()).toBeVisible();
    await expect(inspector(page)).toContainText('by a tool');
    await inspector(page)
      .getByRole('button', { name: new RegExp(`added of-${wire}.md`, 'u') })
      .click();
    await expect(inspector(page)).toContainText('file.written');
    await expect(inspector(page)).toContainText('Caused by');
    await inspector(page)
      .getByRole('button', { name: /tools\/call/u })
      .click();
    await expect(inspector(page)).toContainText('From the agent');
    await expect(inspector(page)).toContainText('by a tool');
    await page.getByRole('button', { name: 'Close the inspector' }).click();
  }
});

test('[E27] a notification leads to the event that it carries, and on to what caused that', async ({
  hub,
  dashboard: page,
}) => {
  const writer = await hub.connect('writer', 'streamable');
  for (const wire of ['sse', 'streamable', 'stateless'] as const) {
    const reader = await hub.connect(`${wire}-reader`, wire);
    const path = `for-${wire}.md`;
    await writer.call('file_write', { path, text: 'news' });
    await reader.notified((event) => event.type === 'file.written' && event.path === path);
    await openScreen(page, 'Sessions');
    await row(page, 'Open sessions', reader.name).dblclick();
    await row(page, 'Messages', /notification.*file\.written/u).click();
    const carries = inspector(page).getByRole('region', { name: 'Carries' });
    await carries.getByRole('button', { name: new RegExp(`added ${path}`, 'u') }).click();
    await expect(inspector(page).getByText('file.written').first()).toBeVisible();
    await expect(inspector(page).getByRole('region', { name: 'Caused by' })).toContainText('tools/call');
    await page.getByRole('button', { name: 'Close the inspector' }).click();
  }
});

test('[E23] what a message led to appears while one looks at it', async ({ hub, dashboard: page }) => {
  const holder = await hub.connect('holder', 'streamable');
  const waiter = await hub.connect('waiter', 'sse');
  const lock = await holder.call('lock_acquire', { path: 'plan.md', ttl_s: 600 });
  const granted = waiter.call('lock_acquire', { path: 'plan.md', ttl_s: 600, wait_ms: 50_000 });
  await openScreen(page, 'Sessions');
  await row(page, 'Open sessions', 'waiter').dblclick();
  await row(page, 'Messages', /request.*lock_acquire/u).click();
  const ledTo = inspector(page).getByRole('region', { name: 'Led to' });
  await expect(ledTo).toContainText('waits for the lock on plan.md');
  await expect(ledTo).not.toContainText('called lock_acquire');
  await holder.call('lock_release', { path: 'plan.md', lock_token: lock['lock_token'] });
  await granted;
  await expect(ledTo).toContainText('called lock_acquire');
});

test('[E11] [HS13] a closed session says why; past ones come by themselves, and hold still', async ({
  hub,
  dashboard: page,
}) => {
  const leaving = await hub.connect('leaving', 'streamable');
  const shutOut = await hub.connect('shut-out', 'sse');
  const ended = await hub.connect('ended', 'sse');
  await openScreen(page, 'Sessions');
  await row(page, 'Open sessions', 'leaving').dblclick();
  await leaving.close();
  await expect(page.getByText(/closed .* after .*: The agent ended it/u)).toBeVisible();
  await expect(
    page.getByRole('grid', { name: 'Messages' }).getByRole('row').filter({ hasText: 'initialize' }).first(),
  ).toBeVisible();

  await page.getByRole('button', { name: 'Back to all sessions' }).click();
  await row(page, 'Open sessions', 'ended').dblclick();
  await page.getByRole('button', { name: 'Close session' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close session' }).click();
  await expect(page.getByText(/closed .* after .*: \S+/u)).toBeVisible();
  await ended.lost;

  expect((await hub.cli('keys', 'revoke', shutOut.keyId)).code).toBe(0);
  await shutOut.lost;
  await page.getByRole('button', { name: 'Back to all sessions' }).click();
  await page.getByText('Past', { exact: true }).click();
  await expect(row(page, 'Past sessions', 'leaving')).toContainText('The agent ended it');
  await expect(row(page, 'Past sessions', 'shut-out')).toContainText(/revoked/u);

  // One that closes while the list is held is counted, and comes in when it goes on.
  const first = page.getByRole('grid', { name: 'Past sessions' }).getByRole('row').nth(1);
  await row(page, 'Past sessions', 'leaving').hover();
  const still = (await first.textContent()) ?? '';
  await (await hub.connect('late', 'streamable')).close();
  const control = page.getByRole('main').getByRole('button', { name: /^(?:Live|Held)/u });
  await expect(control).toHaveText('Held · 1 new');
  await expect(first).toHaveText(still);
  await page.mouse.move(5, 5);
  await expect(first).toContainText('late');
});
