import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../support/find-chromium.mjs';
import { bareList } from './support/bare-list.ts';
import { Child } from './support/child.ts';
import { frameTimes, mainThreadWork, type FrameTimes } from './support/frame-times.ts';
import { RawSse } from './support/raw-sse.ts';
import { percentile, type Row } from './support/report.ts';

const SESSIONS = 500;
/** How long each list is scrolled, s: while events come, and while the hub is silent. */
const BUSY_SECONDS = 4;
const SILENT_SECONDS = 2;

/** Each screen with a list, and the list's name. */
const lists = [
  ['Overview', 'Agents'],
  ['Sessions', 'Open sessions'],
  ['Wire', 'Frames'],
  ['Files', 'Files'],
  ['Locks', 'Locks'],
  ['Jobs', 'Jobs'],
  ['Audit', 'Events'],
  ['Keys', 'Keys'],
] as const;

/**
 * Frame times of each list while it is scrolled, with 500 sessions and 150 events a second of every kind; beside the
 * same list with a silent hub, and a bare list under the same events, which is what the machine can do.
 */
export async function deskScroll(): Promise<Row[]> {
  const dashboardDir = fileURLToPath(new URL('../../out/dashboard/', import.meta.url));
  const hub = await Child.start('hub-server.ts', { BENCH_DASHBOARD: dashboardDir });
  const url = new URL(String(hub.ready['url']));
  const keys = await hub.keys(SESSIONS);
  const sessions = await RawSse.openMany(SESSIONS, () => RawSse.open(url, String(keys.pop())));
  for (const session of sessions) session.countFrames(() => undefined);
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    // Long lists of everything.
    for (const kind of ['flood-files', 'flood-jobs', 'flood-locks']) await hub.ask(kind, 1);
    const viewport = { width: 1280, height: 800 };
    const bare = await browser.newPage({ viewport });
    await bare.setContent(bareList);
    const bareBusy = await scrolled(bare, 'Bare', () => hub.ask('flood-mixed', BUSY_SECONDS));
    await bare.close();
    const page = await browser.newPage({ viewport });
    await page.goto(String(hub.ready['dashboard']));
    const rail = page.getByRole('navigation').first();
    await rail.waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const rows: Row[] = [];
    const only = process.env['BENCH_SCREEN'];
    for (const [screen, list] of lists) {
      if (only !== undefined && screen !== only) continue;
      await rail.getByRole('button', { name: screen }).click();
      await page.getByRole('grid', { name: list, exact: true }).getByRole('row').nth(5).waitFor();
      const silent = await scrolled(page, list, () => page.waitForTimeout(SILENT_SECONDS * 1_000));
      const before = await mainThreadWork(devtools);
      const busy = await scrolled(page, list, () => hub.ask('flood-mixed', BUSY_SECONDS));
      const after = await mainThreadWork(devtools);
      const perFrame = (name: string): string =>
        ((((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1_000) / busy.frames.length).toFixed(1);
      const p95 = percentile(busy.frames, 0.95);
      rows.push({
        what: `${screen} scrolled, ${SESSIONS} sessions, 150 events/s`,
        ours:
          `${words(busy)}; of each frame script ${perFrame('ScriptDuration')}, ` +
          `style ${perFrame('RecalcStyleDuration')}, layout ${perFrame('LayoutDuration')} ms`,
        reference: `silent hub: ${words(silent)}; bare list, same events: ${words(bareBusy)}`,
        ratio: p95 / percentile(bareBusy.frames, 0.95),
        target: 'p95 ≤ 33 ms, no task over 100 ms',
        holds: Math.round(p95) <= 33 && busy.longestTask <= 100,
      });
    }
    return rows;
  } finally {
    await browser.close();
    for (const session of sessions) session.close();
    await hub.stop();
  }
}

function words({ frames, longestTask }: FrameTimes): string {
  const task = longestTask === 0 ? 'under 50' : longestTask.toFixed(0);
  return `p50 ${percentile(frames, 0.5).toFixed(0)}, p95 ${percentile(frames, 0.95).toFixed(0)}, longest task ${task} ms`;
}

/** Frame times while a list is scrolled at 2,000 px/s, down and up again, for as long as `during` takes. */
async function scrolled(page: Page, list: string, during: () => Promise<unknown>): Promise<FrameTimes> {
  await page.evaluate((label) => {
    const box = document.querySelector(`[data-list][aria-label="${label}"]`);
    if (!box) throw new Error(`no list ${label}`);
    const scope = globalThis as unknown as { benchScrolls: boolean };
    scope.benchScrolls = true;
    let [last, way] = [performance.now(), 1];
    const step = (now: number): void => {
      const before = box.scrollTop;
      box.scrollTop += (way * (now - last) * 2_000) / 1_000;
      if (box.scrollTop === before && now > last) way = -way;
      last = now;
      if (scope.benchScrolls) requestAnimationFrame(step);
      else box.scrollTop = 0;
    };
    requestAnimationFrame(step);
  }, list);
  const times = await frameTimes(page, during);
  await page.evaluate(() => {
    (globalThis as unknown as { benchScrolls: boolean }).benchScrolls = false;
  });
  return times;
}
