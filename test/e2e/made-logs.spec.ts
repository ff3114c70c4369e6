import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { expect, inspector, openScreen, row } from './fixtures.ts';

const dashboardDir = fileURLToPath(new URL('../../out/dashboard', import.meta.url));
const COUNT = 3_000;

/** What the clock of the hub is off by, in ms. */
let off = 0;

const test = base.extend<{ hub: TestServer }>({
  hub: async ({}, use) => {
    off = 0;
    const hub = await startTestHub({ dashboardDir, now: () => Date.now() + off });
    await use(hub);
    await hub.close();
  },
});

/** Sessions and locks as thousands of agents have them, put into the log as facts. */
function crowd({ server: { hub }, workspace }: TestServer): void {
  const [keyId = ''] = hub.state.keys.keys();
  for (let n = 0; n < COUNT; n += 1) {
    hub.record(
      [
        {
          type: 'session.opened',
          sessionId: `ses_${n}`,
          keyId,
          wire: 'sse',
          remote: '127.0.0.1',
          userAgent: 'u'.repeat(256),
        },
        {
          type: 'lock.acquired',
          workspace,
          path: `${'folder/'.repeat(20)}${n}.md`,
          lockId: `lck_${n}`,
          keyId,
          ttlMs: 3_600_000,
          expiresAt: hub.now() + 3_600_000,
          reason: 'r'.repeat(300),
          waitedMs: 0,
        },
      ],
      { actor: { kind: 'agent', key: keyId } },
    );
  }
}

test('[E40] a browser opens a hub with 3,000 sessions and 3,000 locks, and is kept up to date', async ({
  hub,
  page,
}) => {
  crowd(hub);
  await hub.server.hub.durable();
  const sizes: number[] = [];
  const closed: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => sizes.push(payload.length));
    socket.on('close', () => closed.push(socket.url()));
  });
  await page.goto(hub.server.dashboardUrl);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  await openScreen(page, 'Locks');
  await expect(row(page, 'Locks', '0.md')).toBeVisible();
  expect(Math.max(...sizes)).toBeLessThan(600 * 1024);
  expect(sizes.length).toBeGreaterThan(5);
  await expect(page.getByRole('grid', { name: 'Locks', exact: true })).toHaveAttribute('aria-rowcount', /^300[01]$/u);
  await hub.newKey('latecomer');
  await openScreen(page, 'Keys');
  await expect(row(page, 'Keys', 'latecomer')).toBeVisible();
  expect(closed).toEqual([]);
});

test('[E43] a row of the audit has the time of the clock, and says where the log has a later one', async ({
  hub,
  page,
}) => {
  off = 400 * 86_400_000;
  await hub.newKey('early-bird');
  off = 0;
  await hub.newKey('latecomer');
  await page.goto(hub.server.dashboardUrl);
  await openScreen(page, 'Audit');
  const today = new Date().toTimeString().slice(0, 5);
  const late = page.getByRole('grid').getByRole('row').filter({ hasText: 'latecomer' });
  await expect(late.getByRole('img', { name: /^.* by the clock of then\. The log has it as 20\d\d-/u })).toBeVisible();
  await expect(late.locator('time')).toHaveText(new RegExp(`^${today.slice(0, 2)}:`, 'u'));
  const early = page.getByRole('grid').getByRole('row').filter({ hasText: 'early-bird' });
  await expect(early.getByRole('img')).toHaveCount(0);
  await late.click();
  await expect(inspector(page).getByText('by the clock of then')).toBeVisible();
});
