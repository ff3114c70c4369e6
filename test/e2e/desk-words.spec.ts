import { expect, inspector, openScreen, row, test } from './fixtures.ts';

test('[UI83] [DB29] [UX82] [UI85] what is wrong with a name is said at its field, the reason for closing a session is kept, a missing file says so, and times are in UTC', async ({
  hub,
  dashboard: page,
}) => {
  const weaver = await hub.connect('weaver', 'streamable');
  await openScreen(page, 'Keys');
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog', { name: 'New key' });
  const name = dialog.getByRole('textbox', { name: 'Name' });
  await name.fill('weaver');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(name).toHaveAccessibleDescription(/There is a key weaver already\./u);
  await name.fill('weaver-2');
  await expect(dialog.getByText('There is a key weaver already')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await openScreen(page, 'Sessions');
  await row(page, 'Open sessions', 'weaver').dblclick();
  await page.getByRole('button', { name: 'Close session' }).click();
  const ask = page.getByRole('dialog', { name: 'Close this session?' });
  await ask.getByRole('textbox', { name: 'Reason' }).fill('wrong room');
  await ask.getByRole('button', { name: 'Close session' }).click();
  await weaver.lost;
  await openScreen(page, 'Audit');
  await row(page, 'Events', /session\.closed.*closed a session of weaver: wrong room/u).click();
  await expect(inspector(page).getByRole('heading', { name: 'Proof' })).toBeVisible();

  await page.evaluate(() => (location.hash = '#/files?file=nope.md'));
  await page.getByRole('main').getByRole('button', { name: 'Deleted files' }).last().click();
  await expect(page.getByText('Deleted files of default')).toBeVisible();

  await openScreen(page, 'Settings');
  await page.getByRole('radiogroup', { name: 'Times' }).getByText('UTC', { exact: true }).click();
  await openScreen(page, 'Audit');
  await row(page, 'Events', /session\.closed.*wrong room/u).click();
  await expect(inspector(page).getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/u)).toBeVisible();
});
