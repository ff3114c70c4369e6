import { decodeCursor, encodeCursor } from '../../../../hub/paging.ts';

/**
 * One page of a list that lies in memory, in the order of its keys. The cursor holds the last key
 * given, so a page is right even when items came or went since the page before.
 * @throws HubError `invalid_argument` for a cursor that is not of such a list
 */
export function pageOf<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  request: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly items: readonly T[]; readonly next_cursor?: string } {
  const [after] = request.cursor === undefined ? [undefined] : decodeCursor(request.cursor, ['string']);
  const sorted = [...items]
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = sorted.slice(0, request.limit);
  const last = page.at(-1);
  return {
    items: page,
    ...(last === undefined || sorted.length === page.length ? {} : { next_cursor: encodeCursor([keyOf(last)]) }),
  };
}

/** A hub page's cursor under its name on the wire. */
export function nextCursor(page: { readonly nextCursor?: string | undefined }): { readonly next_cursor?: string } {
  return page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor };
}
