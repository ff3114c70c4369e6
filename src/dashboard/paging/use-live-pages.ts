import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { HubApi } from '../../protocol/api.ts';
import type { Page } from '../../protocol/records.ts';
import { useHub, useServer } from '../dashboard-context.tsx';
import { PagedList, type PagedItems } from './paged-list.ts';

export interface PageAsk {
  readonly cursor?: string;
  readonly limit: number;
}

export interface LivePages<T> extends PagedItems<T> {
  /** Reads the next page, if there is one and nothing is being read. */
  readonly loadMore: () => void;
  /** Reads all pages again. */
  readonly refresh: () => void;
}

/**
 * A list that is read by page and kept up to date: its pages are read again after each reconnection and when
 * `changed` differs. Meanwhile the old items stay.
 *
 * An event often carries the row that it changed, and the pages are asked for all the same: only the hub
 * knows where that row now stands in the order of the list, what it pushes to another page, and what a
 * filter leaves out.
 *
 * @param what names the list; another name starts a new list. `fetch` may close over what it names
 */
export function useLivePages<T>(
  what: string,
  fetch: (hub: HubApi, ask: PageAsk) => Promise<Page<T>>,
  changed?: unknown,
  pageSize = 200,
): LivePages<T> {
  const hub = useHub();
  const liveSince = useServer(({ connection }) => (connection.status === 'live' ? connection.since : undefined));
  const make = () => ({ what, list: pagedList((ask) => fetch(hub, ask), pageSize) });
  const [made, setMade] = useState(make);
  let { list } = made;
  if (made.what !== what) {
    const next = make();
    list = next.list;
    setMade(next);
  }
  const shown = useSyncExternalStore(list.subscribe, list.current);
  useEffect(() => {
    if (liveSince !== undefined) list.refresh();
  }, [list, changed, liveSince]);
  const latest = useRef(list);
  useEffect(() => {
    latest.current = list;
  });
  const loadMore = useCallback(() => latest.current.loadMore(), []);
  const refresh = useCallback(() => latest.current.refresh(), []);
  return { ...shown, loadMore, refresh };
}

function pagedList<T>(fetch: (ask: PageAsk) => Promise<Page<T>>, pageSize: number): PagedList<T> {
  return new PagedList({
    fetch,
    pageSize,
    now: () => performance.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as number),
  });
}
