import { fileURLToPath } from 'node:url';
import { test as base, type Locator, type Page } from '@playwright/test';
import type { EventBody } from '../../src/protocol/events.ts';
import { workspaceUri } from '../../src/protocol/uris.ts';
import { formatCount } from '../../src/protocol/words/units.ts';
import { sseAgent } from '../support/agent.ts';
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
  /** The desk of a hub in which 160 events happen each second, on every screen. */
  busy: async ({ hub, page }, use) => {
    const { secret } = await hub.newKey('listener', 'editor');
    const listener = await sseAgent(hub.url, secret);
    await listener.call(1, 'resources/subscribe', { uri: workspaceUri(hub.workspace, 'events') });
    const stop = await stir(hub);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(hub.server.dashboardUrl);
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await use(page);
    stop();
    listener.stream.drop();
  },
});

/** The newest is the first by name. */
const nameOf = (n: number): string => `note-${99_999 - n}.md`;

const written = (workspace: string, n: number): EventBody => ({
  type: 'file.written',
  workspace,
  fileId: `fil_${n}`,
  path: nameOf(n),
  version: 1,
  sha256: 'a'.repeat(64),
  sizeBytes: 10,
  mime: 'text/markdown',
  appears: true,
  source: 'tool',
});

/** Ten times a second: two agents come and two go, two locks pass on, a job ends, a file is written, a key is made. */
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
    written(workspace, n),
    { type: 'key.created', keyId: `key_${n}`, name: `new-${n}`, secretSha256: 'a'.repeat(64) },
    { type: 'member.set', workspace, keyId: `key_${n}`, role: 'viewer' },
  ];
  const record = (by: number, events: readonly EventBody[]): void => {
    server.hub.record(events, { actor: { kind: 'agent', key: keyOf(by) } });
  };
  let n = 0;
  for (; n < AGENTS; n += 1) record(n, [...come(n), ...work(n)]);
  await server.hub.durable();
  // What a slow machine is late with comes later, so that there are never fewer than that.
  let due = performance.now();
  const timer = setInterval(() => {
    for (; due <= performance.now(); due += 100) {
      record(n, [...come(n), ...go(n - AGENTS), ...work(n)]);
      n += 1;
      record(n, [...come(n), ...go(n - AGENTS)]);
      n += 1;
    }
  }, 50);
  return () => clearInterval(timer);
}

const find =
  (...patterns: readonly RegExp[]) =>
  (text: string): readonly string[] =>
    patterns.flatMap((pattern) => pattern.exec(text)?.[0] ?? []).slice(0, 1);
/** A message has its time, which it may share, and what it is about. */
const findMessage = (text: string): readonly string[] =>
  [/^[\d:.]{12}/u, /(?:lock|job|file|member)\.\w+/u].flatMap((pattern) => pattern.exec(text)?.[0] ?? []);

const lists: readonly {
  readonly list: string;
  /** Opens the screen with the list. */
  readonly open: (page: Page) => Promise<void>;
  /** What names a row, of the texts of its cells; nothing for a row without a name. */
  readonly name: (text: string) => readonly string[];
  /** Where the name of what was opened stands. */
  readonly shown: (page: Page) => Locator;
}[] = [
  {
    list: 'What just happened',
    open: (page) => openScreen(page, 'Overview'),
    name: find(/(?:note|lock|job)-\d+\.md/u, /agent-\d{3}/u),
    shown: inspector,
  },
  { list: 'Agents', open: (page) => openScreen(page, 'Overview'), name: find(/agent-\d{3}/u), shown: inspector },
  { list: 'Open sessions', open: (page) => openScreen(page, 'Sessions'), name: find(/agent-\d{3}/u), shown: inspector },
  { list: 'Messages', open: openMessages, name: findMessage, shown: inspector },
  { list: 'Files', open: (page) => openScreen(page, 'Files'), name: find(/note-\d+\.md/u), shown: inspector },
  { list: 'Locks', open: (page) => openScreen(page, 'Locks'), name: find(/lock-\d+\.md/u), shown: inspector },
  { list: 'Jobs', open: (page) => openScreen(page, 'Jobs'), name: find(/job-\d+\.md/u), shown: inspector },
  { list: 'Events', open: (page) => openScreen(page, 'Audit'), name: find(/^\d+/u), shown: inspector },
  { list: 'Keys', open: (page) => openScreen(page, 'Keys'), name: find(/new-\d+/u), shown: inspector },
];

/** The page of the one session that stays. */
async function openMessages(page: Page): Promise<void> {
  await openScreen(page, 'Sessions');
  await page.getByRole('searchbox', { name: 'Filter sessions' }).fill('listener');
  await row(page, 'Open sessions', 'listener').dblclick();
  await expect(page.getByRole('button', { name: 'Back to all sessions' })).toBeVisible();
}

test('[HS4] at 150 events a second a click 300 ms after a row was read opens it, ten times of ten', async ({
  busy: page,
}) => {
  test.slow(); // ten clicks on each of nine lists
  for (const { list, open, name, shown } of lists) {
    await open(page);
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
    const opened: string[] = [];
    let last: readonly string[] = [];
    for (let time = 0; time < 10; time += 1) {
      // It moves while nobody is there.
      await expect
        .poll(
          async () => {
            const now = name(await rowAt());
            return now.length > 0 && String(now) !== String(last);
          },
          { intervals: [50] },
        )
        .toBe(true);
      await page.mouse.move(x + 30, y);
      await page.mouse.move(x, y);
      const read = name(await rowAt());
      await page.waitForTimeout(300);
      await page.mouse.down();
      await page.mouse.up();
      const isShown = await read
        .map((part) => (/^\d+$/u.test(part) ? formatCount(Number(part)) : part))
        .reduce((found, hasText) => found.filter({ hasText }), shown(page))
        .waitFor({ timeout: 10_000 })
        .then(
          () => true,
          () => false,
        );
      opened.push(read.length > 0 && isShown ? 'it' : `not ${read.join(' ')}`);
      last = read;
      await page.mouse.move(5, 890);
      await page.keyboard.press('Escape');
    }
    expect.soft(opened, `clicks on ${list} that opened the row that was read`).toEqual(Array(10).fill('it'));
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
  await page.getByRole('checkbox', { name: 'transfer', exact: true }).click();
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
