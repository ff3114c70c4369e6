import { fileURLToPath } from 'node:url';
import { test as base, type Locator, type Page } from '@playwright/test';
import type { EventBody } from '../../src/protocol/events.ts';
import { formatCount } from '../../src/protocol/words/units.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { expect, inspector, openScreen, row } from './fixtures.ts';

const dashboardDir = fileURLToPath(new URL('../../out/dashboard', import.meta.url));
const AGENTS = 30;
const traffic = { framesIn: 1, framesOut: 1, bytesIn: 1, bytesOut: 1 };

const test = base.extend<{ hub: TestServer; busy: Page }>({
  hub: async ({}, use) => {
    const hub = await startTestHub({ dashboardDir });
    await use(hub);
    await hub.close();
  },
  /** The desk of a hub in which 150 events happen each second, on every screen. */
  busy: async ({ hub, page }, use) => {
    const stop = await stir(hub);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(hub.server.dashboardUrl);
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await use(page);
    stop();
  },
});

/** Ten times a second: two agents come and two go, two locks pass on, a job ends, a file is written. */
async function stir(hub: TestServer): Promise<() => void> {
  const { server, workspace } = hub;
  const keys: string[] = [];
  for (let n = 0; n < 2 * AGENTS; n += 1) keys.push((await hub.newKey(`agent-${100 + n}`, 'editor')).keyId);
  const keyOf = (n: number): string => keys[n % keys.length] ?? '';
  const come = (n: number): EventBody[] => [
    { type: 'session.opened', sessionId: `ses_${n}`, keyId: keyOf(n), wire: 'sse', remote: '127.0.0.1' },
    {
      type: 'session.initialized',
      sessionId: `ses_${n}`,
      clientName: 'stir',
      clientVersion: '1',
      protocolVersion: '2025-11-25',
      capabilities: [],
    },
    {
      type: 'lock.acquired',
      workspace,
      path: `lock-${n}.md`,
      lockId: `lck_${n}`,
      keyId: keyOf(n),
      ttlMs: 600_000,
      expiresAt: server.hub.now() + 600_000,
      waitedMs: 0,
    },
  ];
  const go = (n: number): EventBody[] => [
    {
      type: 'lock.released',
      workspace,
      path: `lock-${n}.md`,
      lockId: `lck_${n}`,
      keyId: keyOf(n),
      fence: n,
      heldMs: 1_000,
      how: 'released',
    },
    { type: 'session.closed', sessionId: `ses_${n}`, reason: 'The agent ended it', traffic },
  ];
  const work = (n: number): EventBody[] => [
    {
      type: 'job.queued',
      workspace,
      jobId: `job_${n}`,
      kind: 'file_extract',
      fileId: 'fil_1',
      path: `job-${n}.md`,
      version: 1,
      attempt: 1,
    },
    { type: 'job.started', workspace, jobId: `job_${n}` },
    { type: 'job.succeeded', workspace, jobId: `job_${n}`, result: { lines: 1 }, ms: 12, log: [] },
    {
      type: 'file.written',
      workspace,
      fileId: `fil_${n}`,
      path: `note-${n}.md`,
      version: 1,
      sha256: 'a'.repeat(64),
      sizeBytes: 10,
      mime: 'text/markdown',
      appears: true,
      source: 'tool',
    },
  ];
  const record = (by: number, events: readonly EventBody[]): void => {
    server.hub.record(events, { actor: { kind: 'agent', key: keyOf(by) } });
  };
  let n = 0;
  for (; n < AGENTS; n += 1) record(n, [...come(n), ...work(n)]);
  await server.hub.durable();
  const timer = setInterval(() => {
    record(n, [...come(n), ...go(n - AGENTS), ...work(n)]);
    n += 1;
    record(n, [...come(n), ...go(n - AGENTS)]);
    n += 1;
  }, 110);
  return () => clearInterval(timer);
}

const find =
  (...patterns: readonly RegExp[]) =>
  (text: string): string =>
    patterns.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined) ?? '';
const heading = (page: Page): Locator => page.getByRole('heading', { level: 1 });

const lists: readonly {
  readonly screen: string;
  readonly list: string;
  /** What names a row, of the texts of its cells; empty for a row without a name. */
  readonly name: (text: string) => string;
  /** Where the name of what was opened stands. */
  readonly shown: (page: Page) => Locator;
  /** Clicks; ten unless the list works like another. */
  readonly times?: number;
}[] = [
  {
    screen: 'Overview',
    list: 'What just happened',
    name: find(/(?:note|lock|job)-\d+\.md/u, /agent-\d{3}/u),
    shown: inspector,
  },
  { screen: 'Overview', list: 'Agents', name: find(/agent-\d{3}/u), shown: inspector, times: 2 },
  { screen: 'Sessions', list: 'Open sessions', name: find(/agent-\d{3}/u), shown: heading, times: 2 },
  { screen: 'Locks', list: 'Locks', name: find(/lock-\d+\.md/u), shown: inspector, times: 2 },
  { screen: 'Jobs', list: 'Jobs', name: find(/job-\d+\.md/u), shown: inspector },
  { screen: 'Audit', list: 'Events', name: find(/^\d+/u), shown: inspector },
];

test('[HS4] at 150 events a second a click 300 ms after a row was read opens it, every time and on each list', async ({
  busy: page,
}) => {
  test.setTimeout(240_000);
  for (const { screen, list, name, shown, times = 10 } of lists) {
    await openScreen(page, screen);
    const grid = page.getByRole('grid', { name: list, exact: true });
    await expect(grid.getByRole('row').nth(6)).toBeVisible();
    const box = await grid.boundingBox();
    if (!box) throw new Error(`${list} has no place`);
    const [x, y] = [box.x + 60, box.y + 190];
    const rowAt = async (): Promise<string> =>
      await page.evaluate(
        ([left, top]) => {
          const cells = document.elementFromPoint(left, top)?.closest('[role="row"]')?.children ?? [];
          return [...cells].map(({ textContent }) => textContent).join(' ');
        },
        [x, y] as const,
      );
    let opened = 0;
    let last = '';
    for (let time = 0; time < times; time += 1) {
      // It moves while nobody is there.
      await expect.poll(async () => name(await rowAt()) || last, { intervals: [50] }).not.toBe(last);
      await page.mouse.move(x + 30, y);
      await page.mouse.move(x, y);
      const read = name(await rowAt());
      await page.waitForTimeout(300);
      await page.mouse.down();
      await page.mouse.up();
      const isShown = await shown(page)
        .getByText(/^\d+$/u.test(read) ? formatCount(Number(read)) : read)
        .first()
        .waitFor({ timeout: 2_000 })
        .then(
          () => true,
          () => false,
        );
      if (read !== '' && isShown) opened += 1;
      last = read;
      await page.mouse.move(5, 890);
      await page.keyboard.press('Escape');
    }
    expect(opened, `clicks on ${list} that opened the row that was read`).toBe(times);
  }
});

test('[HS1] [HS2] [HS3] a list holds still under the pointer and while a row is selected, counts what is new, and goes on; Space toggles', async ({
  busy: page,
}) => {
  await openScreen(page, 'Audit');
  const grid = page.getByRole('grid', { name: 'Events' });
  const control = page.getByRole('main').getByRole('button', { name: /^(?:Live|Held)/u });
  const top = async (): Promise<string> => (await grid.getByRole('row').nth(1).textContent()) ?? '';
  await expect(row(page, 'Events', 'file.written')).toBeVisible();
  await expect(control).toHaveText('Live');
  // By their place: a pointer that looks for a row that moves away would scroll the list, which holds it too.
  const box = await grid.boundingBox();
  if (!box) throw new Error('The list has no place');
  await page.mouse.move(box.x + 90, box.y + 100);
  await page.mouse.move(box.x + 60, box.y + 100);
  const still = await top();
  await expect(control).toHaveText(/^Held · [\d,]+ new$/u);
  expect(await top()).toBe(still);
  await page.mouse.move(5, 890);
  await expect(control).toHaveText('Live');
  await expect.poll(top).not.toBe(still);

  await page.mouse.click(box.x + 60, box.y + 100);
  await expect(inspector(page)).toBeVisible();
  await page.mouse.move(5, 890);
  const held = await top();
  await expect(control).toHaveText(/^Held · (?:\d{3}|[\d,]{5,}) new$/u);
  expect(await top()).toBe(held);
  await page.keyboard.press('Escape');
  await expect(inspector(page)).toHaveCount(0);
  await expect(control).toHaveText('Live');
  await page.keyboard.press('Space');
  await expect(control).toHaveText(/^Held/u);
  await page.keyboard.press('Space');
  await expect(control).toHaveText('Live');

  await page.getByRole('button', { name: 'All types' }).click();
  await page.getByRole('checkbox', { name: 'key', exact: true }).click();
  await page.keyboard.press('Escape');
  await control.click();
  await page.waitForFunction(() => document.querySelector('[data-follow][data-held]') !== null);
  await expect(control).toHaveText('Held'); // what comes is none of these

  // A button in a row is a part of the list: the keyboard gets to it while it stands still.
  await openScreen(page, 'Locks');
  await expect(control).toHaveText('Live');
  await page.keyboard.press('j');
  await expect(control).toHaveText(/^Held/u);
  await page.keyboard.press('Tab');
  await expect(page.locator('[aria-selected] button:focus')).toBeVisible();
  await page.waitForTimeout(600); // longer than a list is held that was left
  await expect(control).toHaveText(/^Held/u);

  // On Overview, Space means both lists.
  await openScreen(page, 'Overview');
  await page.getByRole('main').click({ position: { x: 5, y: 5 } });
  await expect(control).toHaveText(['Live', 'Live']);
  await page.keyboard.press('Space');
  await expect(control).toHaveText([/^Held/u, /^Held/u]);
  await page.keyboard.press('Space');
  await expect(control).toHaveText(['Live', 'Live']);
});

test('[HS6] a double click on a session selects no text of its page', async ({ busy: page }) => {
  await openScreen(page, 'Sessions');
  await row(page, 'Open sessions', 'agent-1').dblclick();
  await expect(page.getByRole('button', { name: 'Back to all sessions' })).toBeVisible();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('');
});
