import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { ask, bearer, initialize } from '../support/wire-client.ts';
import { auditOf, expect, inspector, openScreen, row, test } from './fixtures.ts';

/** Opens the diagram of the session of an agent. */
async function openDiagram(page: Page, agent: string): Promise<void> {
  await openScreen(page, 'Sessions');
  await row(page, 'Open sessions', agent).dblclick();
  await page.getByText('Handshake', { exact: true }).click();
  await expect(page.getByRole('listbox', { name: 'Sequence diagram' })).toBeVisible();
}

test('[HD7] [HD13] the handshake of a session is drawn, goes on live, and leads to its frames by mouse and keyboard', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'sse');
  await openDiagram(page, 'planner');
  const diagram = page.getByRole('listbox', { name: 'Sequence diagram' });
  const rows = diagram.getByRole('option');
  await expect(rows.filter({ hasText: 'GET /sse' }).first()).toBeVisible();
  await expect(rows.filter({ hasText: /✓ Key planner/u }).first()).toBeVisible();
  await expect(rows.filter({ hasText: 'endpoint' })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'handshake complete in' })).toHaveCount(1);
  await expect(page.getByText('Nothing deviates.')).toBeVisible();
  const facts = page.getByRole('region', { name: 'What was agreed on' });
  await expect(facts).toContainText('agrees on 2025-11-25');
  await expect(facts).toContainText('HTTP+SSE');
  // It goes on by itself.
  await planner.call('file_write', { path: 'plan.md', text: 'x' });
  await expect(rows.filter({ hasText: 'file_write: result' })).toHaveCount(1);

  await rows.filter({ hasText: 'file_write: result' }).click();
  await expect(inspector(page).getByLabel('body', { exact: true })).toContainText('"result"');
  await diagram.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(inspector(page)).toContainText('GET /sse HTTP/1.1');
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(diagram).toHaveAttribute('aria-activedescendant', /\d$/u);
  // The address has it.
  await page.reload();
  await expect(rows.filter({ hasText: 'file_write: result' })).toHaveCount(1);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

test('[HD7] [HD13] the diagram is there for a session that is over, and says so where nothing is kept of it', async ({
  hub,
  dashboard: page,
}) => {
  const planner = await hub.connect('planner', 'streamable');
  await planner.call('file_list', {});
  await planner.close();
  await openScreen(page, 'Sessions');
  await page.getByText('Past', { exact: true }).click();
  await row(page, 'Past sessions', 'planner').dblclick();
  await page.getByText('Handshake', { exact: true }).click();
  const diagram = page.getByRole('listbox', { name: 'Sequence diagram' });
  await expect(diagram.getByRole('option').filter({ hasText: 'handshake complete' })).toHaveCount(1);
  // What a revoked key sent is taken away.
  await hub.cli('keys', 'revoke', 'planner');
  await expect(async () => {
    await page.reload();
    const gone = page.getByText('The frames of this connection are no longer kept');
    await expect(gone).toBeVisible({ timeout: 5_000 });
  }).toPass();
});

test('[HD8] who is refused is listed, drawn with what deviates and what to do, and is in the audit', async ({
  hub,
  dashboard: page,
}) => {
  const { mcp, url } = hub.process.announced;
  const headers = { 'User-Agent': 'lost-agent/1.0' };
  await ask(mcp, { headers: { ...headers, ...bearer(`sbx_${'w'.repeat(41)}T5`) }, body: initialize() });
  await ask(`${url}/.well-known/oauth-protected-resource`, { method: 'GET', headers });
  await openScreen(page, 'Sessions');
  await page.getByText(/^Refused \(/u).click();
  await row(page, 'Refused connections', 'lost-agent/1.0').click();
  await inspector(page).getByRole('button', { name: 'Handshake' }).click();
  const findings = page.getByRole('list', { name: 'What deviates' });
  await expect(findings).toContainText('A key that this hub does not know');
  await expect(findings).toContainText('It looks for an OAuth server');
  await expect(findings).toContainText('MCP 2025-11-25, Authorization');
  const rows = page.getByRole('listbox', { name: 'Sequence diagram' }).getByRole('option');
  await expect(rows.filter({ hasText: '✗ Key sent: refused' })).toHaveCount(1);
  await rows.filter({ hasText: '401 Unauthorized' }).click();
  await expect(inspector(page)).toContainText('HTTP/1.1 401 Unauthorized');
  await expect.poll(async () => (await auditOf(hub, '--type', 'connection')).length).toBe(1);
  await openScreen(page, 'Audit');
  await expect(row(page, 'Events', 'lost-agent/1.0')).toContainText('it showed no key that the hub knows');
});

test('[HD9] the diagram is saved as a drawing, a picture and Mermaid’s text', async ({ hub, dashboard: page }) => {
  const planner = await hub.connect('planner', 'stateless');
  await planner.call('file_list', {});
  await openDiagram(page, 'planner');
  await expect(page.getByRole('option').filter({ hasText: 'file_list: result' })).toHaveCount(1);
  const saved = async (name: string): Promise<Buffer> => {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).click();
    return readFile(await (await download).path());
  };
  const svg = (await saved('Drawing (SVG)')).toString('utf8');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="960"/u);
  expect(svg).toContain('file_list: result');
  expect(svg).not.toMatch(/<script|href|var\(/u);
  const png = await saved('Picture (PNG)');
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(1_920);
  const text = (await saved('Text (Mermaid)')).toString('utf8');
  expect(text).toMatch(/^sequenceDiagram\n {2}participant agent as Agent\n/u);
  expect(text).toContain('server/discover');
});

for (const [width, height] of [
  [1280, 800],
  [1920, 1080],
] as const) {
  test(`[HD7] the diagram fits and can be read at ${width} × ${height}, in both themes`, async ({
    hub,
    dashboard: page,
  }) => {
    const planner = await hub.connect('planner', 'sse');
    const coder = await hub.connect('coder', 'streamable');
    const lock = await planner.call('lock_acquire', { path: 'plan.md', ttl_s: 60 });
    const waiting = coder.call('lock_acquire', { path: 'plan.md', ttl_s: 60, wait_ms: 20_000 });
    await planner.call('file_write', { path: 'plan.md', text: 'x', lock_token: lock['lock_token'] });
    await planner.call('file_read', { path: 'none.md' }).catch(() => undefined);
    await planner.call('lock_release', { lock_token: lock['lock_token'] });
    await waiting;
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const agent of ['planner', 'coder']) {
        await openDiagram(page, agent);
        const pane = page.getByRole('listbox', { name: 'Sequence diagram' });
        await expect(
          pane
            .getByRole('option')
            .filter({ hasText: /lock_\w+: result/u })
            .first(),
        ).toBeAttached();
        expect(
          await pane.evaluate((svg) => svg.clientWidth <= (svg.parentElement?.parentElement?.clientWidth ?? 0)),
        ).toBe(true);
        await page.screenshot({ path: test.info().outputPath(`${agent}-${colorScheme}.png`) });
      }
    }
  });
}
