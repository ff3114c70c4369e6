import type { Page } from '@playwright/test';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import { expect, inspector, openScreen, row, type HubUnderTest } from './fixtures.ts';
import { closeDialog, closeInspector, type Scene } from './scenes.ts';

/** An owner that is connected, holds a lock, gave away a file by a link, and offers its workspace. */
export async function fillForDialogs(hub: HubUnderTest): Promise<void> {
  const made = await hub.cli('keys', 'create', 'weaver', '--workspace', 'default', '--role', 'owner', '--tools', 'all');
  const { secret } = JSON.parse(made.stdout) as { secret: string };
  const weaver = await connections.streamable({
    url: hub.process.announced.url,
    key: secret,
    name: 'weaver',
    subscribeTo: 'signalbox://guide',
    onEvent: () => undefined,
    onLost: () => undefined,
  });
  await weaver.call('file_write', { path: 'november.md', text: '# November\n' });
  await weaver.call('lock_acquire', { path: 'november.md', ttl_s: 3_600 });
  await weaver.call('link_create', { path: 'november.md', max_uses: 3, password: 'of the evening' });
  await weaver.call('transfer_create', { workspace: hub.workspace, keep_role: 'viewer' });
}

/** A dialog; `within` is what is in it once all of it is there. It is closed unless the next scene goes on in it. */
function dialog(name: string, within: string | RegExp, open: (page: Page) => Promise<void>, stays = false): Scene {
  return {
    name,
    show: async (page) => {
      await open(page);
      await expect(page.getByRole('dialog').last()).toContainText(within);
    },
    ...(stays ? {} : { hide: closeDialog }),
  };
}

const press =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  };

/** Esc does not lose what is shown once. */
async function copied(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await press('I have copied it')(page);
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

/** Opens a dialog of the key, whose inspector stays. */
const ofKey =
  (button: string) =>
  async (page: Page): Promise<void> => {
    if (!(await inspector(page).isVisible())) {
      await openScreen(page, 'Keys');
      await row(page, 'Keys', 'weaver').click();
    }
    await inspector(page).getByRole('button', { name: button, exact: true }).click();
  };

async function members(page: Page): Promise<void> {
  await closeInspector(page);
  await openScreen(page, 'Settings');
  await page.getByRole('button', { name: 'Members of default' }).click();
}

async function links(page: Page): Promise<void> {
  await openScreen(page, 'Files');
  await row(page, 'Files', 'november.md').click();
  await inspector(page).getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Create a link…' }).click();
}

/** The dialogs of keys (the one that makes them is among the scenes of screens), members, offers and links, on a hub that {@link fillForDialogs} filled. */
export const dialogScenes: readonly Scene[] = [
  dialog('keys-edit', 'News on results', ofKey('Edit…')),
  dialog('keys-tools', /\d+ tools in its list/u, ofKey('Choose tools…')),
  dialog('keys-see-as', 'november.md', ofKey('See as this key…')),
  dialog('keys-rename-agent', 'Name', ofKey('Rename weaver')),
  dialog('keys-suspend', 'Reason', ofKey('Suspend…')),
  dialog('keys-revoke', 'november.md', ofKey('Revoke…')),
  dialog('keys-rotate', 'The old secret', ofKey('Rotate…'), true),
  {
    ...dialog('keys-new-secret', /sbx_[\w-]{43}/u, press('Make a new secret')),
    hide: copied,
  },
  dialog('members', 'Offers of ownership', members, true),
  {
    ...dialog('take-over', 'weaver becomes viewer', press('Take over…')),
    hide: async (page) => {
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(1);
      await closeDialog(page);
    },
  },
  dialog('links', '0 of 3 downloads', links, true),
  { ...dialog('link-made', /http.*\/links\//u, press('Create link')), hide: copied },
];
