import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { TailPush } from '../../../protocol/calls/frames.ts';
import { useDashboard, useHub } from '../../dashboard-context.tsx';
import { WireFeed, type WireShown } from './wire-feed.ts';

/** A list that moves more often cannot be read, and rendering it costs time, in ms. */
const LEAST_PAUSE_MS = 200;

/**
 * The recording for a filter, live.
 *
 * @param filter one that can be understood; '' for all
 */
export function useWire(filter: string): { readonly feed: WireFeed; readonly shown: WireShown } {
  const hub = useHub();
  const { client } = useDashboard();
  const [feed] = useState(() => new WireFeed((query) => hub.framesPage(query)));
  const shown = useSyncExternalStore(feed.subscribe, feed.current);
  const collect = useCollected(feed);
  useEffect(() => {
    // The page is read once the tail has begun, so that nothing is missing between them; after a lost connection again.
    const stop = client.watchTail(filter === '' ? {} : { filter }, collect, () => void feed.show(filter));
    void feed.show(filter);
    return stop;
  }, [client, feed, filter, collect]);
  return { feed, shown };
}

/** Passes pushes on: at once when it is quiet, together in a flood. */
function useCollected(feed: WireFeed): (push: TailPush) => void {
  const [collect] = useState(() => {
    let waiting: TailPush[] = [];
    let last = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      last = performance.now();
      const pushes = waiting;
      waiting = [];
      feed.onPush({
        frames: pushes.flatMap(({ frames }) => frames),
        skipped: pushes.reduce((sum, { skipped }) => sum + skipped, 0),
      });
    };
    return {
      push: (push: TailPush): void => {
        waiting.push(push);
        timer ??= setTimeout(flush, Math.max(0, last + LEAST_PAUSE_MS - performance.now()));
      },
      stop: (): void => {
        clearTimeout(timer);
        timer = undefined;
        waiting = [];
      },
    };
  });
  const { current } = useRef(collect);
  useEffect(() => () => current.stop(), [current]);
  return current.push;
}
