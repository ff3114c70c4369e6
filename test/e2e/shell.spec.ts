import type { Page } from '@playwright/test';
import { screens } from '../../src/protocol/screens.ts';
import { expect, inspector, openScreen, row, test, type HubUnderTest } from './fixtures.ts';

/** The code of every screen has been fetched ahead, with all that it is made of, its style sheets too. */
async function allFetched(page: Page): Promise<void> {
  await page.waitForFunction(
    (keys) => {
      const got = performance.getEntriesByType('resource').map(({ name }) => name);
      const links = document.querySelectorAll<HTMLLinkElement>('link[rel="modulepreload"], link[rel="stylesheet"]');
      const parts = [...links].map(({ href }) => href);
      return (
        keys.every((key) => got.some((name) => name.includes(`/${key}-screen`) && name.endsWith('.js'))) &&
        parts.every((part) => got.includes(part))
      );
    },
    screens.map(({ key }) => key),
  );
}

test('[E70] a screen that was never opened opens while the hub is away', async ({ hub, dashboard: page }) => {
  await allFetched(page);
  await hub.process.kill();
  await expect(page.getByText(/^Reconnecting/u).first()).toBeVisible();
  for (const { title } of screens) {
    await openScreen(page, title);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  }
});

test('[E70] a screen whose code could not be fetched says so, and is there once it can be', async ({ hub, page }) => {
  let isAway = true;
  await page.route(/locks-screen/u, async (route) => {
    if (isAway) await route.abort();
    else await route.continue();
  });
  await page.goto(hub.process.announced.dashboard);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  const loadedAgain = page.waitForEvent('load');
  await openScreen(page, 'Locks');
  await loadedAgain; // by itself, once: the browser may have kept the failure
  await expect(page.getByText('Locks could not be loaded')).toBeVisible();
  await openScreen(page, 'Audit'); // which the others do not feel
  await expect(row(page, 'Events', 'hub.started')).toBeVisible();
  isAway = false;
  await openScreen(page, 'Locks');
  // A browser that keeps failed modules gets it with the page.
  const again = page.getByRole('button', { name: 'Load the page again' });
  await expect(async () => {
    if (await again.isVisible()) await again.click({ timeout: 1_000 });
    await expect(page.getByText('Nothing is locked')).toBeVisible({ timeout: 3_000 });
  }).toPass();
});

test('[E71] a hub that was stopped is shown as silent within five seconds, and as connected when it goes on', async ({
  hub,
  dashboard: page,
}) => {
  const status = page.getByRole('contentinfo').getByRole('status');
  await expect(status).toHaveText('Connected');
  process.kill(hub.process.pid, 'SIGSTOP');
  try {
    await expect(page.getByText(/^The hub has not answered for \d+ s/u)).toBeVisible();
    await expect(status).toHaveText('No answer');
  } finally {
    process.kill(hub.process.pid, 'SIGCONT');
  }
  await expect(status).toHaveText('Connected');
  await expect(page.getByText('What you see is from')).toHaveCount(0);
});

/** A lock with a queue of none, a file, a job and a session. */
async function furnish(hub: HubUnderTest): Promise<void> {
  const planner = await hub.connect('planner', 'streamable');
  await planner.call('file_write', { path: 'plans/november.md', text: '# November\n' });
  await planner.call('lock_acquire', { path: 'plans/november.md', ttl_s: 3_600, reason: 'moving the night shifts' });
}

test('[E75] opening the inspector leaves the feed of the Overview where it is', async ({ hub, dashboard: page }) => {
  await furnish(hub);
  await expect(row(page, 'Agents', 'planner')).toBeVisible();
  const feed = page.getByRole('region', { name: 'Just now' });
  for (const width of [1280, 1440, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const before = await feed.boundingBox();
    await row(page, 'Agents', 'planner').click();
    await expect(inspector(page)).toBeVisible();
    const after = await feed.boundingBox();
    expect((after?.x ?? 0) > width / 2, String(width)).toBe(true);
    // The words above it may take a line more where the column is narrower.
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0)), String(width)).toBeLessThan(24);
    await page.keyboard.press('Escape');
  }
});

test('[E76] the shortcuts work on a Russian keyboard, and a skip link leads past the rail', async ({
  hub,
  dashboard: page,
}) => {
  const keyboard = await page.context().newCDPSession(page);
  const press = async (key: string, code: string, modifiers = 0): Promise<void> => {
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, modifiers });
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code, modifiers });
  };
  await press('п', 'KeyG');
  await press('ф', 'KeyA');
  await expect(row(page, 'Events', 'hub.started')).toBeVisible();
  await press('о', 'KeyJ');
  await expect(page.getByRole('grid', { name: 'Events' })).toBeFocused();
  await press('л', 'KeyK', 2);
  await expect(page.getByPlaceholder('Screens, agents, files')).toBeFocused();
  await page.keyboard.press('Escape');
  await hub.connect('planner', 'streamable');
  await openScreen(page, 'Sessions');
  await expect(row(page, 'Open sessions', 'planner')).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowUp');
  const head = page.getByRole('grid', { name: 'Open sessions' }).getByRole('columnheader').getByRole('button');
  await expect(head.first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(head.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  const list = page.getByRole('grid', { name: 'Open sessions' });
  await expect(list).toBeFocused();
  // Tab leads to them before it leads to the list, whatever their order in the page.
  const within = page.locator('[data-list]:focus, [data-list] :focus');
  await page.keyboard.press('Tab');
  await expect(within).toHaveCount(0);
  await page.keyboard.press('Shift+Tab');
  await expect(list).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(head.last()).toBeFocused();
  const stops = await head.count();
  for (let stop = 0; stop < stops; stop += 1) await page.keyboard.press('Shift+Tab');
  await expect(within).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(head.first()).toBeFocused();
  for (let stop = 0; stop < stops; stop += 1) await page.keyboard.press('Tab');
  await expect(list).toBeFocused();
  await page.reload();
  await expect(row(page, 'Open sessions', 'planner')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to the screen' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('[E77] what is refused while one looks elsewhere is counted in the title until one is back; the choices stay', async ({
  hub,
  dashboard: page,
}) => {
  const viewer = await hub.cli('keys', 'create', 'auditor', '--workspace', 'default', '--role', 'viewer');
  const { secret } = JSON.parse(viewer.stdout) as { secret: string };
  const look = async (isAway: boolean): Promise<void> =>
    await page.evaluate((away) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => away });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isAway);
  await look(true);
  const tries = await fetch(`${hub.process.announced.url}/mcp`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${secret}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2025-11-25',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'auditor', version: '1' } },
    }),
  });
  const session = tries.headers.get('mcp-session-id') ?? '';
  for (const id of [2, 3]) {
    await fetch(`${hub.process.announced.url}/mcp`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${secret}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'Mcp-Session-Id': session,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'file_write', arguments: { path: 'a.md', text: 'x' } },
      }),
    });
  }
  await expect(page).toHaveTitle('(1) Signalbox');
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute('href', /icon-refused/u);
  await look(false);
  await expect(page).toHaveTitle('Signalbox');
  await openScreen(page, 'Settings');
  await page.getByRole('radiogroup', { name: 'Lines in lists' }).getByText('Roomy').click();
  await page.getByRole('group', { name: 'What is counted' }).getByLabel('A job fails').check();
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Roomy' })).toBeChecked();
  await expect(page.getByLabel('A job fails')).toBeChecked();
  await openScreen(page, 'Keys');
  await expect(row(page, 'Keys', 'auditor')).toHaveCSS('height', '36px');
});
