import type { Page } from '@playwright/test';
import { HubError } from '../../src/protocol/errors.ts';
import { pdf, png } from '../support/sample-files.ts';
import { dropFile, expect, openScreen, row, type Agent, type HubUnderTest } from './fixtures.ts';

/** A screen, or what lies over one, as a person comes to see it. */
export interface Scene {
  /** Kebab-case. */
  readonly name: string;
  /** Opens it and waits until all of it is there. */
  show(page: Page): Promise<void>;
  /** Closes what lies over the screen. */
  hide?(page: Page): Promise<void>;
}

const note = `# Line 4, week 47

- Points 12A and 12B were exchanged on Tuesday night.
- The signal at kilometre 31.4 shows amber for too long; a part is on its way.
- Trains may pass at 80 km/h until the track is tamped.

Next inspection: 28 November, with the crew from the north depot.
`;

/** Three agents of a person's own, the sample agents, files of several kinds, a lock with a queue, a job that failed. */
export async function fillHub(hub: HubUnderTest, page: Page): Promise<void> {
  const planner = await hub.connect('planner', 'sse');
  const reviewer = await hub.connect('reviewer', 'streamable');
  await hub.connect('archivist', 'stateless');
  await openScreen(page, 'Overview');
  await startSampleAgents(page);
  await dropFile(page, 'line-4.md', note);
  await expect
    .poll(async () => await sectionsOf(reviewer.call('file_read', { path: 'reports/line-4.md.report.md' })))
    .toBe(3);
  await planner.call('file_write', { path: 'plans/november.md', text: '# November\n\nTamping of line 4.\n' });
  await planner.call('file_write', { path: 'plans/november.md', text: '# November\n\nTamping of line 4, 28th.\n' });
  await dropFile(page, 'points-12.png', await png(640, 400));
  await dropFile(page, 'timetable.pdf', pdf(3, 'Timetable', 'North depot'));
  await planner.notified((event) => event.type === 'file.written' && event.path === 'timetable.pdf');
  await planner.call('lock_acquire', { path: 'plans/november.md', ttl_s: 3_600, reason: 'moving the night shifts' });
  void waitInQueue(reviewer, 'plans/november.md');
  await planner.call('lock_acquire', { path: 'timetable.pdf', ttl_s: 900, reason: 'reading it in one go' });
  await expect(page.getByRole('grid', { name: 'Agents' }).getByText('planner').first()).toBeVisible();
}

/** Queues for a lock, again and again, until the hub ends: a slow machine takes longer for all screens than one call may wait. */
async function waitInQueue(agent: Agent, path: string): Promise<void> {
  const queue = { path, ttl_s: 600, wait_ms: 50_000, reason: 'checking the dates' };
  const isTimeout = (error: unknown): boolean => error instanceof HubError && error.code === 'lock_timeout';
  for (let waits = true; waits;) {
    waits = await agent.call('lock_acquire', queue).then(() => false, isTimeout);
  }
}

/** By the palette: the button is there while no agent is. */
async function startSampleAgents(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('start the sample');
  await page.getByRole('button', { name: 'Start the sample agents' }).last().click();
  const board = page.getByRole('grid', { name: 'Agents' });
  for (const wire of ['sse', 'streamable', 'stateless']) {
    await expect(board.getByRole('row').filter({ hasText: `sample-${wire}` })).toBeVisible();
  }
}

/** How many sections the report has; none while there is none. */
async function sectionsOf(read: Promise<Readonly<Record<string, unknown>>>): Promise<number> {
  const { text } = await read.catch(() => ({ text: '' }));
  return String(text).match(/^## /gmu)?.length ?? 0;
}

export async function closeInspector(page: Page): Promise<void> {
  const close = page.getByRole('button', { name: 'Close the inspector' });
  if (await close.isVisible()) await close.click();
}

export async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

const palette: Scene = {
  name: 'palette',
  show: async (page) => {
    await page.keyboard.press('Control+k');
    await expect(page.getByPlaceholder('Screens, agents, files')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Overview' }).last()).toBeVisible();
  },
  hide: closeDialog,
};

const help: Scene = {
  name: 'help',
  show: async (page) => {
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  },
  hide: closeDialog,
};

const createKey: Scene = {
  name: 'keys-create',
  show: async (page) => {
    await openScreen(page, 'Keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Name' })).toBeFocused();
  },
  hide: closeDialog,
};

const connect: Scene = {
  name: 'connect',
  show: async (page) => {
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'Connect an agent' });
    await expect(dialog.getByRole('button', { name: 'Another client' })).toBeVisible();
  },
  hide: closeDialog,
};

const screen = (name: string, ready: (page: Page) => Promise<void>): Scene => ({
  name: name.toLowerCase(),
  show: async (page) => {
    await openScreen(page, name);
    await ready(page);
  },
  hide: closeInspector,
});

/** The hub of a first launch. */
export const emptyScenes: readonly Scene[] = [
  screen('Overview', async (page) => await expect(page.getByText('No agent is connected')).toBeVisible()),
  screen('Sessions', async (page) => await expect(page.getByText('No session is open')).toBeVisible()),
  screen('Wire', async (page) => await expect(page.getByRole('grid', { name: 'Frames' })).toBeVisible()),
  screen('Files', async (page) => await expect(page.getByText('No files yet')).toBeVisible()),
  screen('Locks', async (page) => await expect(page.getByText('Nothing is locked')).toBeVisible()),
  screen('Jobs', async (page) => await expect(page.getByText('No jobs yet')).toBeVisible()),
  screen(
    'Knowledge',
    async (page) => await expect(page.getByRole('button', { name: 'Index this workspace' })).toBeVisible(),
  ),
  screen('Audit', async (page) => await expect(row(page, 'Events', 'hub.started')).toBeVisible()),
  screen('Keys', async (page) => await expect(row(page, 'Keys', 'active')).toBeVisible()),
  screen('Settings', async (page) => await expect(page.getByRole('heading', { name: 'Hub' })).toBeVisible()),
];

/** A hub that {@link fillHub} filled. */
export const fullScenes: readonly Scene[] = [
  screen('Overview', async (page) => await expect(row(page, 'Agents', 'planner')).toContainText('holds')),
  screen('Sessions', async (page) => await expect(row(page, 'Open sessions', 'planner')).toBeVisible()),
  {
    name: 'refused',
    show: async (page) => {
      await openScreen(page, 'Sessions');
      await page.request.get(new URL('/sse', page.url()).href); // without a key
      await page
        .getByRole('radiogroup', { name: 'Which sessions' })
        .getByText(/^Refused/u)
        .click();
      await expect(row(page, 'Refused connections', 'sent no key')).toBeVisible();
    },
    hide: async (page) => await page.getByRole('radiogroup', { name: 'Which sessions' }).getByText('Open').click(),
  },
  {
    name: 'session',
    show: async (page) => {
      await openScreen(page, 'Sessions');
      await row(page, 'Open sessions', 'planner').dblclick();
      // The list follows the newest message; this one may be far above it by now.
      await page.getByRole('main').getByRole('searchbox').fill('lock_acquire');
      const message = row(page, 'Messages', 'lock_acquire');
      await message.click();
      await expect(page.getByRole('complementary', { name: 'Inspector' }).getByText('Led to')).toBeVisible();
    },
    hide: closeInspector,
  },
  {
    name: 'wire',
    show: async (page) => {
      await openScreen(page, 'Wire');
      await page.getByRole('combobox', { name: /^Filter:/u }).fill('tool:lock_acquire agnet:x dir:');
      await expect(page.getByRole('option', { name: 'in', exact: true })).toBeVisible();
      await page.getByRole('combobox', { name: /^Filter:/u }).fill('tool:lock_acquire');
      await row(page, 'Frames', 'lock_acquire').click();
      await expect(page.getByRole('complementary', { name: 'Inspector' }).getByText('Led to')).toBeVisible();
    },
    hide: closeInspector,
  },
  screen('Files', async (page) => await expect(row(page, 'Files', 'timetable.pdf')).toBeVisible()),
  {
    name: 'file',
    show: async (page) => {
      await openScreen(page, 'Files');
      await row(page, 'Files', 'line-4.md').dblclick();
      await expect(page.getByRole('region', { name: 'Text of line-4.md' })).toContainText('Points 12A');
      await expect(page.getByRole('list', { name: 'Receipts', exact: true })).toBeVisible();
    },
  },
  {
    name: 'file-inspector',
    show: async (page) => {
      await openScreen(page, 'Files');
      await row(page, 'Files', 'points-12.png').click();
      await expect(page.getByRole('img', { name: 'points-12.png' })).toBeVisible();
      await expect(page.getByRole('list', { name: 'Versions' })).toBeVisible();
    },
    hide: closeInspector,
  },
  screen('Locks', async (page) => {
    await expect(row(page, 'Locks', 'next')).toBeVisible();
    await row(page, 'Locks', 'plans/november.md').click();
    await expect(page.getByText('Queue of 1')).toBeVisible();
  }),
  screen('Jobs', async (page) => {
    await row(page, 'Jobs', 'succeeded').click();
    await expect(page.getByRole('complementary', { name: 'Inspector' }).getByText('Took')).toBeVisible();
  }),
  screen('Knowledge', async (page) => {
    const toIndex = page.getByRole('button', { name: 'Index this workspace' });
    if (await toIndex.isVisible()) await toIndex.click();
    await expect(row(page, 'Files in the index', 'plans/november.md')).toContainText('indexed');
    await expect(page.getByText(/^ready:/u)).toBeVisible(); // before, an answer may be none
    await page.getByRole('textbox', { name: 'Question' }).fill('When is line 4 tamped?');
    await page.getByRole('button', { name: 'Ask' }).click();
    await expect(page.getByRole('list', { name: 'Citations' }).getByRole('listitem').first()).toBeVisible();
  }),
  screen('Audit', async (page) => {
    await row(page, 'Events', 'lock.acquired').click();
    await expect(page.getByRole('heading', { name: 'Proof' })).toBeVisible();
  }),
  screen('Keys', async (page) => {
    await row(page, 'Keys', 'planner').click();
    await expect(page.getByRole('button', { name: 'Revoke…' })).toBeVisible();
  }),
  createKey,
  connect,
  screen('Settings', async (page) => await expect(page.getByRole('heading', { name: 'Hub' })).toBeVisible()),
  palette,
  help,
];

/** A menu, opened where a person finds it. */
const menu = (screenName: string, button: string | RegExp, lead?: (page: Page) => Promise<void>): Scene => ({
  name: `menu ${String(button)}`,
  show: async (page) => {
    await openScreen(page, screenName);
    await lead?.(page);
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page.getByRole('menu')).toBeVisible();
  },
  hide: async (page) => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
  },
});

/** The menus of a hub that {@link fillHub} filled. */
export const menuScenes: readonly Scene[] = [
  menu('Overview', /^Workspace:/u),
  menu('Files', 'Upload'),
  menu('Files', 'More actions', async (page) => await row(page, 'Files', 'line-4.md').dblclick()),
];
