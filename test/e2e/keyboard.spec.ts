import { expect, inspector, row, test, type HubUnderTest } from './fixtures.ts';
import type { Page } from '@playwright/test';
import { screens } from '../../src/protocol/screens.ts';

const screenButton = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name });

test('[E6] [UI108] by keyboard alone: the palette leads to a screen, j, k, Enter and Esc walk a list, / finds the filter, ? says it all', async ({
  hub,
  dashboard: page,
}) => {
  await hub.connect('planner', 'sse');
  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder('Screens, agents, files')).toBeFocused();
  await page.keyboard.type('audit');
  await expect(page.locator('[data-selected]')).toContainText('Audit');
  await page.keyboard.press('Enter');
  await expect(screenButton(page, 'Audit')).toHaveAttribute('aria-current', 'page');

  const list = page.getByRole('grid', { name: 'Events' });
  await expect(row(page, 'Events', 'hub.started')).toBeVisible();
  await page.keyboard.press('j');
  await expect(list).toBeFocused();
  const activeRow = async (): Promise<string | null> => await list.getAttribute('aria-activedescendant');
  const first = await activeRow();
  await page.keyboard.press('j');
  await expect.poll(activeRow).not.toBe(first);
  await page.keyboard.press('k');
  await expect.poll(activeRow).toBe(first);
  await page.keyboard.press('Enter');
  await expect(inspector(page)).toBeVisible();
  const shown = await inspector(page).getByText('Number').locator('..').textContent();
  await page.keyboard.press('j'); // while it is open, moving shows the next
  await expect(inspector(page).getByText('Number').locator('..')).not.toHaveText(shown ?? '');
  await page.keyboard.press('Escape');
  await expect(inspector(page)).toHaveCount(0);

  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(screenButton(page, 'Sessions')).toHaveAttribute('aria-current', 'page');
  await expect(row(page, 'Open sessions', 'planner')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Filter sessions' })).toBeFocused();
  await page.keyboard.type('nobody');
  await expect(page.getByText('No session is like that')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row(page, 'Open sessions', 'planner')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('i');
  await expect(inspector(page).getByRole('button', { name: 'Open its messages' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Back to all sessions' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('Find anything');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

/** Audit last: the test goes there between all others. */
const inOrder = screens.toSorted((a, b) => Number(a.key === 'audit') - Number(b.key === 'audit'));

test('[E6] g and a letter leads to each screen, from a list and from a switch; Esc leads out of a session and a file', async ({
  hub,
  dashboard: page,
}) => {
  const { planner } = await holdLock(hub);
  await planner.call('file_write', { path: 'plans/night.md', text: 'Tamping of line 4' });
  const isAt = async (name: string) => await expect(screenButton(page, name)).toHaveAttribute('aria-current', 'page');
  for (const { shortcut, title } of inOrder) {
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await expect(row(page, 'Events', 'file.written')).toBeVisible();
    await page.keyboard.press('j');
    await expect(page.getByRole('grid', { name: 'Events' })).toBeFocused();
    await page.keyboard.press('g');
    await page.keyboard.press(shortcut);
    await isAt(title);
  }

  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByText('Revoked', { exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Revoked' })).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.getByText('Active', { exact: true }).click();
  await page.keyboard.press('j');
  await expect(page.getByRole('grid', { name: 'Keys' })).toBeFocused();
  await page.getByText('Revoked', { exact: true }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await isAt('Sessions');

  await row(page, 'Open sessions', 'planner').dblclick();
  await expect(page.getByRole('button', { name: 'Back to all sessions' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row(page, 'Open sessions', 'planner')).toBeVisible();

  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder('Screens, agents, files')).toBeFocused();
  await page.keyboard.type('night.m');
  await expect(page.locator('[data-selected]')).toContainText('night.md');
  // Files are found after the rest and stand above it: the first line is still the one that Enter takes.
  await expect(page.locator('[data-action]').filter({ hasText: 'plans/night.md' }).first()).toBeVisible();
  await expect(page.locator('[data-action]').first()).toHaveAttribute('data-selected');
  await page.keyboard.press('Enter');
  // The keys follow at once: a palette that goes keeps none of them.
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await isAt('Files');
  await row(page, 'Files', 'plans').click();
  await row(page, 'Files in plans', 'night.md').dblclick();
  await expect(page.getByRole('region', { name: 'Text of night.md' })).toContainText('Tamping');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Text of night.md' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row(page, 'Files in plans', 'night.md')).toBeVisible();
});

test('[E28] [UI111] [UI112] while a file is renamed, Backspace and Delete are keys of the field, and Esc closes the palette over it alone', async ({
  hub,
  dashboard: page,
}) => {
  const { planner } = await holdLock(hub);
  await planner.call('file_write', { path: 'plans/night.md', text: 'Tamping of line 4' });
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await row(page, 'Files', 'plans').click();
  await row(page, 'Files in plans', 'night.md').click();
  await page.keyboard.press('F2');
  const field = page.getByRole('textbox', { name: 'Path in the workspace' });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('plans/night.md');
  await page.keyboard.press('Backspace'); // the name without its extension, which is selected
  await page.keyboard.press('Delete');
  await expect(field).toHaveValue('plans/md');
  // All in one task: the palette's field cannot be there before the last of them.
  await page.evaluate(() => {
    const press = (init: KeyboardEventInit) =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
    press({ key: 'k', code: 'KeyK', ctrlKey: true });
    for (const key of ['c', 'l', 'Backspace', 'x', 'Enter']) press({ key });
  });
  await expect(page.getByRole('dialog', { name: 'Find anything' }).getByRole('textbox')).toBeFocused();
  await page.keyboard.type('tra');
  await expect(page.getByRole('dialog', { name: 'Find anything' }).getByRole('textbox')).toHaveValue('cxtra');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Find anything' })).toHaveCount(0);
  await expect(field).toHaveValue('plans/md');
  await field.focus();
  await expect(page.getByRole('dialog')).toHaveAccessibleName('Move or rename');
  await page.keyboard.press('Enter');
  await expect(row(page, 'Files in plans', 'md')).toBeVisible();
});

test('[E7] by keyboard alone: a lock is taken from its holder, after a question', async ({ hub, dashboard: page }) => {
  const { planner, lock } = await holdLock(hub);
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(row(page, 'Locks', 'plan.md')).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(inspector(page)).toContainText('plan.md');
  const release = inspector(page).getByRole('button', { name: 'Force release…' });
  for (let tab = 0; tab < 20 && !(await release.evaluate((node) => node === document.activeElement)); tab += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(release).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Force release' });
  await expect(dialog).toContainText('planner loses the lock');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(row(page, 'Locks', 'plan.md')).toBeVisible();
  await expect(release).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Force release' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing is locked')).toBeVisible();
  const { event } = await planner.notified(({ type }) => type === 'lock.released');
  expect(event).toMatchObject({ how: 'forced', actor: { kind: 'human' } });
  await expect(
    planner.call('file_write', { path: 'plan.md', text: 'late', lock_token: lock['lock_token'], fence: lock['fence'] }),
  ).rejects.toMatchObject({ code: 'fence_stale' });
});

async function holdLock(hub: HubUnderTest) {
  const planner = await hub.connect('planner', 'streamable');
  const lock = await planner.call('lock_acquire', { path: 'plan.md', ttl_s: 600, reason: 'drafting' });
  return { planner, lock };
}
