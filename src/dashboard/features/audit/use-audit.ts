import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { HubEvent } from '../../../protocol/events.ts';
import { useDashboard, useEvents, useHub, useServer } from '../../dashboard-context.tsx';
import { ownersOf } from '../../owner-of.ts';
import { AuditFeed, type AuditShown } from './audit-feed.ts';
import type { AuditFilter } from './audit-filter.ts';

export interface Audit {
  readonly feed: AuditFeed;
  readonly shown: AuditShown;
}

/**
 * The audit's part of the log for a filter, live.
 *
 * @param startSeq an event to begin at instead of the newest
 */
export function useAudit(filter: AuditFilter, startSeq: number | undefined): Audit {
  const hub = useHub();
  const { store } = useDashboard();
  const resets = useServer((server) => server.resets);
  const liveSince = useServer(({ connection }) => (connection.status === 'live' ? connection.since : undefined));
  const [feed] = useState(
    () =>
      new AuditFeed(
        (query) => hub.auditPage(query),
        filter,
        (id) => ownersOf(store.getState().server)(id),
      ),
  );
  const shown = useSyncExternalStore(feed.subscribe, feed.current);
  const collect = useCollected(feed);
  useEvents(collect);

  const filterId = JSON.stringify(filter);
  const latest = useRef(filter);
  useEffect(() => {
    latest.current = filter;
  });
  useEffect(() => {
    if (startSeq === undefined) {
      void feed.show(latest.current);
      return;
    }
    hub.event({ seq: startSeq }).then(
      (event) => feed.startAt(event, latest.current),
      () => feed.show(latest.current), // not in this log: its newest events instead
    );
  }, [feed, hub, filterId, startSeq]);

  const seenResets = useRef(resets);
  useEffect(() => {
    if (seenResets.current === resets) return;
    seenResets.current = resets;
    void feed.missed();
  }, [feed, resets]);
  useEffect(() => {
    if (liveSince !== undefined && feed.current().error !== undefined) void feed.missed();
  }, [feed, liveSince]);
  return { feed, shown };
}

/** A list that moves more often cannot be read, and rendering it costs time. */
const leastPauseMs = 200;

/** Passes pushed events on: at once when it is quiet, in batches in a flood. */
function useCollected(feed: AuditFeed): (events: readonly HubEvent[]) => void {
  const held = useRef<{ events: HubEvent[]; timer: ReturnType<typeof setTimeout> | undefined; last: number }>({
    events: [],
    timer: undefined,
    last: 0,
  });
  useEffect(() => {
    const { current } = held;
    return () => {
      clearTimeout(current.timer);
      current.timer = undefined;
    };
  }, []);
  return (events) => {
    const { current } = held;
    current.events.push(...events);
    if (current.timer !== undefined) return;
    const wait = Math.max(0, current.last + leastPauseMs - performance.now());
    const flush = (): void => {
      current.timer = undefined;
      current.last = performance.now();
      feed.onEvents(current.events.splice(0));
    };
    if (wait === 0) flush();
    else current.timer = setTimeout(flush, wait);
  };
}
