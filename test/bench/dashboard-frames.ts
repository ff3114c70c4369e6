import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../support/find-chromium.mjs';
import { Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { percentile, type Row } from './support/report.ts';

const SESSIONS = 500;
const SECONDS = 10;

/** Frame times of the dashboard with 500 sessions while 2,000 events a second arrive, beside the same screen at rest. */
export async function dashboardFrames(): Promise<Row[]> {
  const dashboardDir = fileURLToPath(new URL('../../out/dashboard/', import.meta.url));
  const hub = await Child.start('hub-server.ts', { BENCH_DASHBOARD: dashboardDir });
  const url = new URL(String(hub.ready['url']));
  const sessions: RawSse[] = [];
  for (let n = 0; n < SESSIONS; n++) {
    const { key } = await hub.ask('key');
    sessions.push(await RawSse.open(url, String(key)));
  }
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(String(hub.ready['dashboard']));
    await page.getByRole('navigation').first().waitFor();
    const rows: Row[] = [];
    for (const screen of ['overview', 'sessions', 'audit']) {
      await page
        .getByRole('link', { name: new RegExp(screen, 'i') })
        .first()
        .click();
      const rest = await frameTimes(page, async () => await page.waitForTimeout(3_000));
      const busy = await frameTimes(page, async () => await hub.ask('flood', SECONDS));
      rows.push({
        what: `${screen}, ${SESSIONS} sessions, 2,000 events/s`,
        ours: `frame p50 ${percentile(busy, 0.5).toFixed(1)} ms, p95 ${percentile(busy, 0.95).toFixed(1)} ms`,
        reference: `at rest p95 ${percentile(rest, 0.95).toFixed(1)} ms`,
        ratio: percentile(busy, 0.95) / percentile(rest, 0.95),
        target: 'p95 ≤ 20 ms',
        holds: percentile(busy, 0.95) <= 20,
      });
    }
    return rows;
  } finally {
    await browser.close();
    for (const session of sessions) session.close();
    await hub.stop();
  }
}

/** Ms between animation frames while `during` runs. */
async function frameTimes(page: Page, during: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as { benchFrames: number[]; benchStop: boolean };
    scope.benchFrames = [];
    scope.benchStop = false;
    let last = performance.now();
    const tick = (now: number): void => {
      scope.benchFrames.push(now - last);
      last = now;
      if (!scope.benchStop) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await during();
  return await page.evaluate(() => {
    const scope = globalThis as unknown as { benchFrames: number[]; benchStop: boolean };
    scope.benchStop = true;
    return scope.benchFrames.slice(1);
  });
}
