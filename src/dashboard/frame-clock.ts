/**
 * Runs `pass` in the next animation frame, once however often it is asked. A hidden page gets no
 * frames: there a timer keeps the replica from falling behind.
 */
export function frameScheduler(pass: () => void): { request(): void; close(): void } {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const clear = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    timer = undefined;
  };
  const run = (): void => {
    clear();
    pass();
  };
  return {
    request() {
      if (frame !== undefined) return;
      frame = requestAnimationFrame(run);
      timer = setTimeout(run, 500);
    },
    close: clear,
  };
}

/** Makes something like {@link frameScheduler}; tests pass their own. */
export type FrameScheduler = typeof frameScheduler;
