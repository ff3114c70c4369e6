import { z } from 'zod';
import { decodeCursor, pageOf, type Fits } from '../../../../hub/paging.ts';
import type { Page } from '../../../../protocol/records.ts';
import { count } from '../views/common.ts';
import { LEAST_ANSWER_BYTES, MOST_ANSWER_BYTES, USUAL_ANSWER_BYTES } from '../views/page-room.ts';

/** How large an answer may be, of every tool whose answer can be large. */
export const maxBytesArgument = z
  .number()
  .int()
  .min(LEAST_ANSWER_BYTES)
  .max(MOST_ANSWER_BYTES)
  .default(USUAL_ANSWER_BYTES)
  .describe(`At most about this many bytes of answer; ${USUAL_ANSWER_BYTES} fit into a model.`);

/** The arguments of every tool that lists. */
export const pageArguments = {
  limit: z.number().int().min(1).max(1000).default(100).describe('Most items.'),
  max_bytes: maxBytesArgument,
  cursor: z.string().min(1).max(2000).optional().describe('next_cursor of the page before.'),
};

/** The field that every tool that lists answers beside its items. */
export const pageOutput = {
  next_cursor: z.string().optional().describe('There is more: call again with this as cursor.'),
};

/** {@link pageArguments} as the hub's lists take them. */
export function pageRequest(args: { readonly limit: number; readonly cursor?: string | undefined }): {
  readonly limit: number;
  readonly cursor?: string;
} {
  return { limit: args.limit, ...(args.cursor === undefined ? {} : { cursor: args.cursor }) };
}

/** A page's cursor as {@link pageOutput}. */
export function nextCursor({ nextCursor: next }: Pick<Page<unknown>, 'nextCursor'>): { readonly next_cursor?: string } {
  return next === undefined ? {} : { next_cursor: next };
}

/** `3 files of default`, and whether there are more than this page has. */
export function pageWords({ items, nextCursor: next }: Page<unknown>, one: string, where: string): string {
  return `${count(items.length, one)} ${where}${next === undefined ? '' : ' on this page; there are more'}.`;
}

/**
 * One page of a list that lies in memory, in the order of its keys. The cursor holds the last key
 * given, so a page is right even when items came or went since the page before.
 * @throws HubError `invalid_argument` for a cursor that is not of such a list
 */
export function pageByKey<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  request: { readonly limit: number; readonly cursor?: string | undefined },
  fits?: Fits<T>,
): Page<T> {
  const [after] = request.cursor === undefined ? [undefined] : decodeCursor(request.cursor, ['string']);
  const sorted = [...items]
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return pageOf(sorted, request.limit, (item) => [keyOf(item)], fits);
}
