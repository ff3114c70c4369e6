import type { CDPSession, Page } from 'playwright-core';

export interface FrameTimes {
  /** Ms between animation frames. */
  readonly frames: number[];
  /** Ms; 0 if none took 50 or more. */
  readonly longestTask: number;
}

interface Scope {
  benchFrames: number[];
  benchLongest: number;
  benchStop: boolean;
}

/** What the page's frames took while `during` ran. */
export async function frameTimes(page: Page, during: () => Promise<unknown>): Promise<FrameTimes> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as Scope;
    scope.benchFrames = [];
    scope.benchLongest = 0;
    scope.benchStop = false;
    const observer = new PerformanceObserver((list) => {
      if (scope.benchStop) observer.disconnect();
      for (const { duration } of list.getEntries()) scope.benchLongest = Math.max(scope.benchLongest, duration);
    });
    observer.observe({ type: 'longtask' });
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
    const scope = globalThis as unknown as Scope;
    scope.benchStop = true;
    return { frames: scope.benchFrames.slice(1), longestTask: scope.benchLongest };
  });
}

/** Seconds that the page's main thread has spent so far, by kind. */
export async function mainThreadWork(devtools: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}
