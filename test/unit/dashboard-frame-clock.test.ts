import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { frameScheduler, SCROLLING_PAUSE_MS, watchScrolling } from '../../src/dashboard/frame-clock.ts';

let frames: (() => void)[] = [];

beforeEach(() => {
  frames = [];
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  vi.stubGlobal('cancelAnimationFrame', () => (frames = []));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The next frame of the page. */
function paint(): void {
  for (const run of frames.splice(0)) run();
}

test('[HS12] passes come with frames, one for all that asked; in a hidden page by a timer', () => {
  const pass = vi.fn();
  const clock = frameScheduler(pass, { isScrolling: () => false });
  clock.request();
  clock.request();
  paint();
  expect(pass).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(SCROLLING_PAUSE_MS);
  expect(pass).toHaveBeenCalledTimes(1);
  clock.request();
  vi.advanceTimersByTime(SCROLLING_PAUSE_MS);
  expect(pass).toHaveBeenCalledTimes(2);
  clock.request();
  clock.close();
  paint();
  vi.advanceTimersByTime(SCROLLING_PAUSE_MS);
  expect(pass).toHaveBeenCalledTimes(2);
});

test('[HS12] while something is scrolled a pass comes twice a second, and with the next frame once that is over', () => {
  const page = new EventTarget();
  let now = 1_000;
  const scrolling = watchScrolling(page, () => now);
  const pass = vi.fn();
  const clock = frameScheduler(pass, scrolling);
  page.dispatchEvent(new Event('scroll'));
  clock.request();
  paint();
  expect(pass).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(SCROLLING_PAUSE_MS);
  expect(pass).toHaveBeenCalledTimes(1);
  now += 150;
  clock.request();
  paint();
  expect(pass).toHaveBeenCalledTimes(2);
});

test('[HS12] a list that follows its end is not being scrolled by anybody', () => {
  const follows = Object.assign(new EventTarget(), { hasAttribute: (name: string) => name === 'data-following' });
  const list = Object.assign(new EventTarget(), { hasAttribute: () => false });
  const scrolling = watchScrolling(follows, () => 1_000);
  follows.dispatchEvent(new Event('scroll'));
  expect(scrolling.isScrolling()).toBe(false);
  const other = watchScrolling(list, () => 1_000);
  list.dispatchEvent(new Event('scroll'));
  expect(other.isScrolling()).toBe(true);
});
