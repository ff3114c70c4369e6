/** How often a pass runs while something is scrolled, ms. Scrolling is smooth while its frames draw nothing else. */
export const SCROLLING_PAUSE_MS = 500;

/** After the last event of scrolling it counts as going on for this long, ms. */
const SCROLL_END_MS = 150;

/** Whether something on the page is being scrolled. */
export interface ScrollWatch {
  isScrolling(): boolean;
}

/** Hears each scroll of the page and its lists, but for those of a list that follows its end by itself. */
export function watchScrolling(page: EventTarget, now: () => number): ScrollWatch {
  let last = -Infinity;
  const heard = ({ target }: Event): void => {
    if (!(target as Partial<Element> | null)?.hasAttribute?.('data-following')) last = now();
  };
  page.addEventListener('scroll', heard, { capture: true, passive: true });
  return { isScrolling: () => now() - last < SCROLL_END_MS };
}

/**
 * Runs `pass` in the next animation frame, once however often it is asked; while something is scrolled, twice a second.
 * A hidden page gets no frames: there a timer keeps the replica from falling behind.
 */
export function frameScheduler(
  pass: () => void,
  scrolling: ScrollWatch = watchScrolling(document, () => performance.now()),
): { request(): void; close(): void } {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWaiting = false;
  const clear = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    timer = undefined;
    isWaiting = false;
  };
  const run = (): void => {
    clear();
    pass();
  };
  return {
    request() {
      if (isWaiting) return;
      isWaiting = true;
      timer = setTimeout(run, SCROLLING_PAUSE_MS);
      if (!scrolling.isScrolling()) frame = requestAnimationFrame(run);
    },
    close: clear,
  };
}

/** Makes something like {@link frameScheduler}; tests pass their own. */
export type FrameScheduler = (pass: () => void) => { request(): void; close(): void };
