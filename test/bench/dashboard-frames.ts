import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../support/find-chromium.mjs';
import { Child } from './support/child.ts';
import { frameTimes, mainThreadWork } from './support/frame-times.ts';
import { RawSse } from './support/raw-sse.ts';
import { percentile, type Row } from './support/report.ts';

const SESSIONS = 500;
const SECONDS = 6;
const REST_MS = 2_000;

/** Each screen under what it has most to do with; Overview and Audit hear of everything. */
const scenes = [
  ['Overview', 'flood-calls'],
  ['Sessions', 'flood-calls'],
  ['Audit', 'flood-calls'],
  ['Locks', 'flood-locks'],
  ['Overview', 'flood-locks'],
  ['Files', 'flood-files'],
  ['Jobs', 'flood-jobs'],
] as const;

/** Frame times of the dashboard with 500 sessions while 2,000 events a second arrive, beside the same screen at rest. */
export async function dashboardFrames(): Promise<Row[]> {
  const dashboardDir = fileURLToPath(new URL('../../out/dashboard/', import.meta.url));
  const hub = await Child.start('hub-server.ts', { BENCH_DASHBOARD: dashboardDir });
  const url = new URL(String(hub.ready['url']));
  const keys = await hub.keys(SESSIONS);
  const sessions = await RawSse.openMany(SESSIONS, () => RawSse.open(url, String(keys.pop())));
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(String(hub.ready['dashboard']));
    await page.getByRole('navigation').first().waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const rows: Row[] = [];
    for (const [screen, flood] of scenes) {
      await page.getByRole('navigation').getByRole('button', { name: screen }).click();
      const { frames: rest } = await frameTimes(page, async () => await page.waitForTimeout(REST_MS));
      const before = await mainThreadWork(devtools);
      const { frames: busy, longestTask } = await frameTimes(page, async () => await hub.ask(flood, SECONDS));
      const after = await mainThreadWork(devtools);
      const perFrame = (name: string): string =>
        ((((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1_000) / busy.length).toFixed(1);
      rows.push({
        what: `${screen}, ${SESSIONS} sessions, ${flood} of 2,000 events/s`,
        // Script and layout are ours; the rest of a frame is painting, which here is done in software.
        ours:
          `frame p50 ${percentile(busy, 0.5).toFixed(1)} ms, p95 ${percentile(busy, 0.95).toFixed(1)} ms, longest task ` +
          `${longestTask === 0 ? 'under 50' : longestTask.toFixed(0)} ms; of each frame ` +
          `script ${perFrame('ScriptDuration')}, style ${perFrame('RecalcStyleDuration')}, layout ${perFrame('LayoutDuration')} ms`,
        reference: `at rest p95 ${percentile(rest, 0.95).toFixed(1)} ms`,
        ratio: percentile(busy, 0.95) / percentile(rest, 0.95),
        target: 'p95 ≤ 20 ms, no task over 100 ms',
        holds: percentile(busy, 0.95) <= 20 && longestTask <= 100,
      });
    }
    return rows;
  } finally {
    await browser.close();
    for (const session of sessions) session.close();
    await hub.stop();
  }
}
