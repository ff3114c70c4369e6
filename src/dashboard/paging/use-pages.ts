import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Page } from '../../protocol/records.ts';
import { PagedList, type PagedItems } from './paged-list.ts';

export interface Pages<T> extends PagedItems<T> {
  readonly loadMore: () => void;
  readonly refresh: () => void;
}

/**
 * A list read by page for as long as the component is there.
 *
 * @param what names what is listed: another name is another list, begun anew
 * @param changed any value that differs when the list may have changed: it is read again then
 */
export function usePages<T>(
  fetch: (request: { readonly cursor?: string; readonly limit: number }) => Promise<Page<T>>,
  what: string,
  changed: unknown,
  pageSize = 200,
): Pages<T> {
  const [made, setMade] = useState(() => ({ what, list: makeList(fetch, pageSize) }));
  let { list } = made;
  if (made.what !== what) {
    list = makeList(fetch, pageSize);
    setMade({ what, list });
  }
  const shown = useSyncExternalStore(list.subscribe, list.current);
  useEffect(() => {
    list.refresh();
  }, [list, changed]);
  return { ...shown, loadMore: () => list.loadMore(), refresh: () => list.refresh() };
}

function makeList<T>(fetch: Parameters<typeof usePages<T>>[0], pageSize: number): PagedList<T> {
  return new PagedList({
    fetch,
    pageSize,
    now: () => performance.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as number),
  });
}
