import { HubError } from '../protocol/errors.ts';
import type { Page } from '../protocol/records.ts';

/** An opaque cursor: the next page begins after `place`. */
export function encodeCursor(after: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(after)).toString('base64url');
}

/** The inverse of {@link encodeCursor}; throws `invalid_argument` for a cursor of another list. */
export function decodeCursor<const T extends readonly ('string' | 'number')[]>(cursor: string, shape: T): CursorOf<T> {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === shape.length && parts.every((part, at) => typeof part === shape[at])) {
      return parts as CursorOf<T>; // checked just now
    }
  } catch {
    // not JSON: the same refusal
  }
  throw foreignCursor();
}

/** For a cursor of another list, or of none. */
export function foreignCursor(): HubError {
  return new HubError(
    'invalid_argument',
    'That cursor is not from this list; pass the next_cursor of its last page, or none.',
  );
}

type CursorOf<T extends readonly ('string' | 'number')[]> = {
  -readonly [K in keyof T]: T[K] extends 'string' ? string : number;
};

/** Size of a page: 1 to 1,000, or `byDefault`. Throws `invalid_argument`. */
export function pageLimit(limit: number | undefined, byDefault: number): number {
  if (limit === undefined) return byDefault;
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new HubError('invalid_argument', 'limit is a whole number from 1 to 1000.');
}

/**
 * Asked of each item of a page in turn, the first included, whether the page has room for it; the page ends before the
 * first that it has none for. The first item is always taken: a page without any would never go on.
 */
export type Fits<T> = (item: T) => boolean;

/**
 * The first `limit` of `found`, and of these as many as fit, with a cursor if there are more: a query asks for one more
 * than it gives. Takes no more of `found` than that.
 * @param placeOf what the next page begins after, given the last item of this one
 */
export function pageOf<T>(
  found: Iterable<T>,
  limit: number,
  placeOf: (item: T) => readonly (string | number)[],
  fits: Fits<T> = () => true,
): Page<T> {
  const items: T[] = [];
  for (const item of found) {
    const last = items.at(-1);
    if (last !== undefined && (items.length >= limit || !fits(item))) {
      return { items, nextCursor: encodeCursor(placeOf(last)) };
    }
    if (last === undefined) fits(item);
    items.push(item);
  }
  return { items };
}
