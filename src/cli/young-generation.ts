import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of both halves together. Beyond it a hub's calls are no quicker. */
const ENOUGH_BYTES = 8 * 1024 * 1024;

/**
 * Keeps the memory small that V8 allots for what is about to be thrown away. Whatever comes and stays, such as a
 * thousand sessions, makes it double that again and again, up to 128 MB, which it then holds for as long as the process
 * lives. There is no setting for a process that runs already, but for the factor by which it grows: that is set to 1
 * once it has grown enough. Does nothing in Electron, where V8's settings may be sealed.
 */
export function boundYoungGeneration(): void {
  if (process.versions['electron'] !== undefined) return;
  const observer = new PerformanceObserver(() => {
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (!space || space.space_size < ENOUGH_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}
