import { useEffect, useState } from 'react';
import { useDashboard } from '../dashboard-context.tsx';
import type { ServerSlice } from '../server-slice.ts';

/** A list whose rows all change more often cannot be read, and rendering it costs every frame. */
const LEAST_PAUSE_MS = 500;

/**
 * As useServer, for a map whose every entry may change with each frame: at once while it is quiet, and
 * twice a second in a flood. `select` must be stable.
 */
export function useServerCalmly<T>(select: (server: ServerSlice) => T): T {
  const { store } = useDashboard();
  const [value, setValue] = useState(() => select(store.getState().server));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = -Infinity;
    const show = (): void => setValue(() => select(store.getState().server));
    const take = (): void => {
      timer = undefined;
      last = performance.now();
      show();
    };
    show(); // what came since the first render
    const stop = store.subscribe(({ server }, before) => {
      if (timer !== undefined || select(server) === select(before.server)) return;
      const wait = last + LEAST_PAUSE_MS - performance.now();
      if (wait <= 0) take();
      else timer = setTimeout(take, wait);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [store, select]);
  return value;
}
