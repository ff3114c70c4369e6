import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { auditOf, expect, inspector, openScreen, row, test } from './fixtures.ts';
import { listenForAnswer, newLogin } from '../support/agent-logins.ts';

// Axe is slow on a busy machine.
test.slow();

/** A client's program: where it registered its answer to go, and what the browser brought it. */
async function startLogin(url: string, client_name: string) {
  const program = await listenForAnswer();
  const login = await newLogin(url, { client_name, redirect_uris: [program.callback] });
  return { ...program, login, authorizeUrl: login.authorizeUrl({ redirect_uri: program.callback }) };
}

test('[E114] a client that wants to log in is raised on every screen within a second, with the code of its page; the person lets it in as they choose', async ({
  hub,
  dashboard: page,
  browser,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 800 });
  const { url } = hub.process.announced;
  const { authorizeUrl, answer, callback, login, close } = await startLogin(url, 'Codex');
  const elsewhere = await (await browser.newContext()).newPage(); // where nobody is logged in
  await elsewhere.goto(authorizeUrl);
  await expect(elsewhere.getByRole('heading')).toHaveText('“Codex” wants to log in to Signalbox');
  const code = (await elsewhere.getByLabel('Code').textContent()) ?? '';
  expect(code).toMatch(/^[A-Z2-9]{3}-[A-Z2-9]{3}$/u);
  const banner = page.getByRole('alert').filter({ hasText: '“Codex” wants to log in.' });
  await expect(banner).toContainText(code, { timeout: 1_000 });
  for (const screen of ['Sessions', 'Files', 'Keys']) {
    await openScreen(page, screen);
    await expect(banner).toBeVisible();
  }
  await openScreen(page, 'Sessions');
  await page.getByRole('radiogroup', { name: 'Which sessions' }).getByText('Refused (1)').click();
  await expect(page.getByRole('list', { name: 'Waiting to log in' })).toContainText(callback);
  await expectAccessible(page, 'login-refused');
  await expectAccessible(elsewhere, 'login-page-waits');

  await page.getByRole('list', { name: 'Waiting to log in' }).getByRole('button', { name: 'Let it in' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Let a client in' });
  await expect(dialog.getByLabel('Code')).toHaveText(code);
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await expect(dialog.getByLabel('Name')).toHaveValue('Codex');
  await expect(dialog.getByRole('combobox', { name: 'Role' })).toHaveValue(/^editor/u);
  await expectAccessible(page, 'login-dialog');
  await dialog.getByLabel('Name').fill('first-agent');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('There is a key first-agent already');
  await dialog.getByLabel('Name').fill('my codex');
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: /^viewer/u }).click();
  await dialog.getByRole('button', { name: 'Allow' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(banner).toHaveCount(0);

  const sent = await answer;
  expect([sent.get('state'), sent.get('iss')]).toEqual(['its state & more', `${url}/agent`]);
  await expect(elsewhere.getByText('The program has its answer.')).toBeVisible();
  const token = await login.exchange(sent.get('code') ?? '', { redirect_uri: callback });
  expect(token.status).toBe(200);
  await openScreen(page, 'Keys');
  await expect(row(page, 'Keys', 'my codex')).toContainText('viewer');
  await row(page, 'Keys', 'my codex').click();
  await expect(inspector(page)).toContainText('“Codex”, by its own word');
  await expectAccessible(page, 'login-key');
  expect((await auditOf(hub, '--type', 'key.created')).at(-1)).toMatchObject({ login: { client: 'Codex' } });
  await elsewhere.context().close();
  await close();
});

test('[E115] in a browser in which the person is logged in the page decides, goes on when the desk does, and is in no frame', async ({
  hub,
  dashboard: page,
}) => {
  const { url } = hub.process.announced;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 800 });
  const first = await startLogin(url, 'Claude Code (signalbox)');
  const tab = await page.context().newPage();
  await tab.emulateMedia({ reducedMotion: 'reduce' });
  await tab.goto(first.authorizeUrl);
  await expect(tab.getByLabel('Name of its key')).toHaveValue('Claude Code');
  await expectAccessible(tab, 'login-page-decides');
  await tab.getByLabel('Role').selectOption('viewer');
  await tab.getByRole('button', { name: 'Allow' }).click();
  expect((await first.answer).get('code')).toMatch(/^sbc_/u);
  await expect(tab.getByText('The program has its answer.')).toBeVisible();
  await first.close();

  const second = await startLogin(url, 'Gemini CLI');
  await tab.goto(second.authorizeUrl);
  await tab.getByLabel('Name of its key').fill('half a na');
  await page.getByRole('alert').filter({ hasText: 'Gemini CLI' }).getByRole('button', { name: 'Deny' }).click();
  expect((await second.answer).get('error')).toBe('access_denied');
  await expect(tab.getByText('The program has its answer.')).toBeVisible();
  await second.close();

  // A page of this very hub may not show it either.
  const third = await startLogin(url, 'Framed');
  await tab.goto(third.authorizeUrl);
  const pageOfLogin = tab.url();
  const framing = await listenForAnswer(`<iframe src="${pageOfLogin}"></iframe>`);
  await tab.goto(framing.callback);
  await expect.poll(() => tab.frames().length).toBe(2);
  await expect.poll(() => tab.frames()[1]?.url()).toMatch(/^chrome-error:/u);
  await expect(page.getByRole('alert').filter({ hasText: 'Framed' })).toBeVisible(); // and waits on
  await Promise.all([framing.close(), third.close()]);
});

test('[E116] the Connect sheet has the address for clients that log in, and who waits', async ({
  hub,
  dashboard: page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 800 });
  const { url } = hub.process.announced;
  await openScreen(page, 'Sessions');
  await page.getByRole('button', { name: 'Connect an agent' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'Connect an agent' });
  await sheet.getByText('It logs in').click();
  await expect(sheet.getByLabel('Address for clients that log in', { exact: true })).toHaveText(`${url}/agent/mcp`);
  await expect(sheet.getByLabel('How Claude Code is given the address', { exact: true })).toContainText(
    `claude mcp add --scope user --transport http signalbox ${url}/agent/mcp`,
  );
  const { authorizeUrl, answer, close } = await startLogin(url, 'OpenCode');
  await fetch(authorizeUrl);
  await expect(sheet.getByRole('list', { name: 'Waiting to log in' })).toContainText('OpenCode');
  await expectAccessible(page, 'login-connect');
  await sheet.getByRole('list', { name: 'Waiting to log in' }).getByRole('button', { name: 'Let it in' }).click();
  await page.getByRole('dialog', { name: 'Let a client in' }).getByRole('button', { name: 'Allow' }).click();
  await expect(sheet.getByRole('list', { name: 'Waiting to log in' })).toHaveCount(0);
  await expect(sheet).toBeVisible();
  void answer;
  await close();
});

/** Axe finds nothing serious, in both themes; a picture of each is kept where the run asks for it. */
async function expectAccessible(page: Page, picture: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(async () => await Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
    const pictures = process.env['SIGNALBOX_PICTURES'];
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${picture}-${colorScheme}.png` });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}
