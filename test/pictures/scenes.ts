import type { Page } from '@playwright/test';
import { expect, inspector, openScreen, row } from '../e2e/fixtures.ts';
import { closeDialog, closeInspector, type Scene } from '../e2e/scenes.ts';

/** A scene, and the least count of agents that it needs. */
export interface PictureScene extends Scene {
  readonly from: number;
}

type Step = (page: Page) => Promise<void>;

function scene(name: string, from: number, show: Step, hide: Step = closeInspector): PictureScene {
  return { name, from, show, hide };
}

/** A screen as it is opened from the rail; then what is done there. */
function screen(name: string, title: string, from = 0, then?: Step, hide?: Step): PictureScene {
  const show: Step = async (page) => {
    await openScreen(page, title);
    await then?.(page);
  };
  return scene(name, from, show, hide);
}

const pressed =
  (name: string): Step =>
  async (page) => {
    await inspector(page).getByRole('button', { name, exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  };

const which =
  (text: RegExp): Step =>
  async (page) => {
    await page.getByRole('radiogroup', { name: 'Which sessions' }).getByText(text).click();
  };

async function openSession(page: Page): Promise<void> {
  await openScreen(page, 'Sessions');
  await which(/^Open/u)(page);
  await page.getByRole('main').getByRole('searchbox').fill('planner');
  await row(page, 'Open sessions', 'planner').dblclick();
  await page.getByRole('list', { name: 'Handshake' }).waitFor();
}

async function leaveSession(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Back to all sessions' }).click();
  await page.getByRole('main').getByRole('searchbox').fill('');
}

async function openFile(page: Page, name: string): Promise<void> {
  await openScreen(page, 'Files');
  await row(page, 'Files', name).dblclick();
  await page.getByRole('list', { name: 'Receipts', exact: true }).waitFor();
}

const dialogAfter =
  (lead: Step, after: Step): Step =>
  async (page) => {
    await lead(page);
    await after(page);
  };

const shut: Step = async (page) => {
  await closeDialog(page);
  await closeInspector(page);
};

const ofLock: Step = async (page) => await row(page, 'Locks', 'plans/november.md').click();
/** Opens an address of the dashboard, as a bookmark does. */
async function go(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, route);
}

const ofKey: Step = async (page) => {
  await page.getByRole('main').getByRole('searchbox').fill('planner');
  await row(page, 'Keys', 'planner').click();
};
const closeKey: Step = async (page) => {
  await closeInspector(page);
  await page.getByRole('main').getByRole('searchbox').fill('');
};

/** All that is taken, in the order of the rail. */
export const pictureScenes: readonly PictureScene[] = [
  screen('overview', 'Overview'),
  screen('overview-event', 'Overview', 3, async (page) => {
    await page.getByRole('grid', { name: 'What just happened' }).getByRole('row').nth(1).click();
  }),
  screen('sessions', 'Sessions'),
  screen('sessions-past', 'Sessions', 0, which(/^Past/u), which(/^Open/u)),
  screen(
    'sessions-refused',
    'Sessions',
    3,
    async (page) => {
      await which(/^Refused/u)(page);
      await row(page, 'Refused connections', '/mcp').click();
    },
    async (page) => {
      await closeInspector(page);
      await which(/^Open/u)(page);
    },
  ),
  scene(
    'session',
    3,
    async (page) => {
      await openSession(page);
      await page.getByRole('main').getByRole('searchbox').fill('lock_acquire');
      await row(page, 'Messages', 'lock_acquire').click();
    },
    leaveSession,
  ),
  scene(
    'session-handshake',
    3,
    async (page) => {
      await openSession(page);
      await page.getByRole('radiogroup', { name: 'How the session is shown' }).getByText('Handshake').click();
    },
    leaveSession,
  ),
  screen('wire', 'Wire'),
  screen('wire-frame', 'Wire', 3, async (page) => await row(page, 'Frames', 'lock_acquire').click()),
  screen('files', 'Files'),
  scene('file-text', 3, async (page) => await openFile(page, 'plan.md')),
  scene('file-changes', 3, async (page) => {
    await openFile(page, 'plan.md');
    await page.getByText('Changes', { exact: true }).click();
  }),
  scene('file-table', 3, async (page) => await openFile(page, 'delays.csv')),
  screen('file-picture', 'Files', 3, async (page) => {
    await row(page, 'Files', 'points-12.png').click();
    await expect(page.getByRole('img', { name: 'points-12.png' })).toBeVisible();
  }),
  screen('locks', 'Locks', 0, async (page) => {
    if (await row(page, 'Locks', 'plans/november.md').isVisible()) await ofLock(page);
  }),
  screen('locks-force', 'Locks', 3, dialogAfter(ofLock, pressed('Force release…')), shut),
  screen('jobs', 'Jobs'),
  screen(
    'jobs-failed',
    'Jobs',
    3,
    async (page) => {
      await go(page, '#/jobs?status=failed');
      await row(page, 'Jobs', 'failed').click();
    },
    async (page) => {
      await closeInspector(page);
      await go(page, '#/jobs');
    },
  ),
  screen('knowledge', 'Knowledge'),
  screen('knowledge-asked', 'Knowledge', 3, async (page) => {
    const toIndex = page.getByRole('button', { name: 'Index this workspace' });
    if (await toIndex.isVisible()) await toIndex.click();
    await expect(page.getByText(/^ready:/u)).toBeVisible({ timeout: 60_000 });
    await page.getByRole('textbox', { name: 'Question' }).fill('When does the crew of the north depot come?');
    await page.getByRole('button', { name: 'Ask' }).click();
    await expect(page.getByRole('list', { name: 'Citations' }).getByRole('listitem').first()).toBeVisible();
  }),
  screen('audit', 'Audit'),
  screen(
    'audit-event',
    'Audit',
    3,
    async (page) => {
      await go(page, '#/audit?types=lock.acquired');
      await row(page, 'Events', 'lock.acquired').click();
    },
    async (page) => {
      await closeInspector(page);
      await go(page, '#/audit');
    },
  ),
  screen('keys', 'Keys'),
  screen('keys-key', 'Keys', 3, ofKey, closeKey),
  screen('keys-revoke', 'Keys', 3, dialogAfter(ofKey, pressed('Revoke…')), dialogAfter(closeDialog, closeKey)),
  screen(
    'keys-new',
    'Keys',
    0,
    async (page) => {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).waitFor();
    },
    closeDialog,
  ),
  screen('settings', 'Settings'),
  screen('settings-end', 'Settings', 0, async (page) => {
    await page.getByRole('main').evaluate((main) => {
      for (const part of [main, ...main.querySelectorAll('*')]) part.scrollTop = part.scrollHeight;
    });
  }),
  scene(
    'connect',
    0,
    async (page) => {
      await openScreen(page, 'Overview');
      await page.keyboard.press('c');
      await page.getByRole('dialog').getByRole('button', { name: 'Another client' }).waitFor();
    },
    closeDialog,
  ),
  scene(
    'past',
    3,
    async (page) => {
      await openScreen(page, 'Overview');
      await page.getByRole('button', { name: 'Past', exact: true }).click();
      const back = page.getByRole('button', { name: 'One event back' });
      await back.click();
      await page.getByRole('grid', { name: 'Agents' }).waitFor();
    },
    async (page) => page.getByRole('button', { name: 'Back to now' }).click(),
  ),
  scene(
    'alerts',
    0,
    async (page) => {
      await openScreen(page, 'Overview');
      await page.getByRole('contentinfo').getByRole('button', { name: /alert/u }).click();
      await page.getByRole('dialog').getByRole('heading', { name: 'Alerts' }).waitFor();
    },
    async (page) => page.keyboard.press('Escape'),
  ),
  scene(
    'palette',
    0,
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('plan');
      await page.getByRole('dialog').getByRole('button').first().waitFor();
    },
    closeDialog,
  ),
  scene(
    'help',
    0,
    async (page) => {
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await page.getByRole('dialog').waitFor();
    },
    closeDialog,
  ),
];
