import { HubError } from '../../protocol/errors.ts';

/**
 * One page of a list that lies in memory, in the order of its keys. The cursor holds the last key
 * given, so a page is right even when items came or went since the page before.
 * @throws HubError `invalid_argument` for a cursor that is not of this list
 */
export function pageOf<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  request: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly items: readonly T[]; readonly next_cursor?: string } {
  const after = request.cursor === undefined ? undefined : cursorIn(request.cursor);
  const sorted = [...items]
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = sorted.slice(0, request.limit);
  const last = page.at(-1);
  return {
    items: page,
    ...(last === undefined || sorted.length === page.length ? {} : { next_cursor: cursorOf(keyOf(last)) }),
  };
}

/** A hub page's cursor under its name on the wire. */
export function nextCursor(page: { readonly nextCursor?: string | undefined }): { readonly next_cursor?: string } {
  return page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor };
}

/** A cursor that holds a key of its list. */
export function cursorOf(key: string): string {
  return Buffer.from(`k${key}`).toString('base64url');
}

/**
 * The key in a cursor.
 * @throws HubError `invalid_argument`
 */
export function cursorIn(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith('k')) {
    throw new HubError(
      'invalid_argument',
      'This cursor is not of this list. Leave it out to begin at the first page.',
      {
        details: { problems: [{ argument: 'cursor', given: cursor }] },
      },
    );
  }
  return text.slice(1);
}
