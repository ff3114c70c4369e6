import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useEvents, useHub, useServer } from '../../dashboard-context.tsx';
import { AuditFeed, type AuditShown } from './audit-feed.ts';
import type { AuditFilter } from './audit-filter.ts';
import { paramsOf } from './filter-params.ts';

export interface Audit {
  readonly feed: AuditFeed;
  readonly shown: AuditShown;
}

/**
 * The audit's stretch of the log for a filter, live.
 *
 * @param startSeq an event to begin at instead of the newest
 */
export function useAudit(filter: AuditFilter, startSeq: number | undefined): Audit {
  const hub = useHub();
  const resets = useServer((server) => server.resets);
  const liveSince = useServer(({ connection }) => (connection.status === 'live' ? connection.since : undefined));
  const [feed] = useState(() => new AuditFeed((query) => hub.auditPage(query), filter));
  const shown = useSyncExternalStore(feed.subscribe, feed.current);
  useEvents((events) => feed.told(events));

  const filterId = JSON.stringify(paramsOf(filter));
  const latest = useRef(filter);
  useEffect(() => {
    latest.current = filter;
  });
  useEffect(() => {
    if (startSeq === undefined) {
      void feed.show(latest.current);
      return;
    }
    hub.event(startSeq).then(
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
