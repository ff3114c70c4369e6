import { useEffect, useMemo, useState } from 'react';
import type { LivePages } from '../../paging/use-live-pages.ts';
import type { TableSort } from '../../ui/column.ts';
import type { FileRow } from './file-row.ts';
import type { ListedFiles } from './listed-files.ts';
import { MOST_SORTED, sortRows } from './sort-rows.ts';

export interface Sorted {
  readonly rows: readonly FileRow[];
  readonly sort: TableSort;
  readonly setSort: (sort: TableSort) => void;
  /** Rows are missing: there are more than are read for sorting, or a page could not be read. */
  readonly isPart: boolean;
  /** Names the list in this order; another name while rows are read for it that belong between those that are there. */
  readonly order: string;
}

/**
 * The rows in the selected order. Any order but the hub's own needs all rows.
 *
 * @param what names the list
 */
export function useSorted(what: string, pages: LivePages<FileRow>, kind: ListedFiles['kind']): Sorted {
  const hubsOwn = kind === 'deleted' ? 'deleted' : 'name';
  const [asked, setSort] = useState<TableSort>();
  const isKnown = asked && asked.key !== (kind === 'deleted' ? 'written' : 'deleted');
  const sort = isKnown ? asked : { key: hubsOwn, descending: kind === 'deleted' };
  const isHubsOwn = sort.key === hubsOwn && sort.descending === (kind === 'deleted');
  const { items, hasMore, isLoadingMore, status, loadMore } = pages;
  const wantsMore = !isHubsOwn && hasMore && items.length < MOST_SORTED;
  useEffect(() => {
    if (wantsMore && !isLoadingMore && status === 'ready') loadMore();
  }, [wantsMore, isLoadingMore, status, loadMore, items]);
  const { key, descending } = sort;
  const rows = useMemo(
    () => (isHubsOwn ? items : sortRows(items, { key, descending })),
    [items, isHubsOwn, key, descending],
  );
  const isPart = !isHubsOwn && hasMore && (!wantsMore || status === 'failed');
  // A list that was whole once is the same list when more files come than it had: a held one stays as it is.
  const ordered = `${what} ${key} ${descending}`;
  const [whole, setWhole] = useState<string>();
  if (whole !== ordered && status === 'ready' && !wantsMore) setWhole(ordered);
  const order = whole === ordered || !wantsMore ? ordered : `${ordered} ${items.length}`;
  return { rows, sort, setSort, isPart, order };
}
