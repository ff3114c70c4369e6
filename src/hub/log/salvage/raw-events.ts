import type { StoredRow } from '../stored-events.ts';
import { PAGE_BYTES, type RawPages } from './raw-pages.ts';

/**
 * The events in a database's pages, found without its schema, its indexes or the pages above them: each leaf
 * page is read by itself (https://www.sqlite.org/fileformat2.html#b_tree_pages). In no order, and nothing is
 * said of whether they are sound; their hashes say that. Pages on the free list are left out.
 */
export function* rawEvents(pages: RawPages): Generator<StoredRow, void, undefined> {
  const free = freePages(pages);
  for (let number = 1; number <= pages.count; number++) {
    const page = free.has(number) ? undefined : pages.read(number);
    if (!page) continue;
    const start = number === 1 ? FILE_HEADER_BYTES : 0;
    if (page[start] !== TABLE_LEAF) continue;
    const cells = page.readUInt16BE(start + 3);
    for (let n = 0; n < cells; n++) {
      const pointer = start + LEAF_HEADER_BYTES + 2 * n;
      if (pointer + 2 > PAGE_BYTES) break;
      const row = eventAt(pages, page, page.readUInt16BE(pointer));
      if (row) yield row;
    }
  }
}

/** The cell of a page as an event; undefined if it is no row of the events, or cannot be read. */
function eventAt(pages: RawPages, page: Buffer, at: number): StoredRow | undefined {
  const size = varint(page, at);
  const seq = size && varint(page, size.next);
  if (!seq || size.value > MOST_EVENT_BYTES) return undefined;
  const record = payload(pages, page, seq.next, size.value);
  return record && eventIn(record, seq.value);
}

/** A row of the table `events`: nine columns, the first of them its number, which the row itself leaves out. */
function eventIn(record: Buffer, seq: number): StoredRow | undefined {
  const header = varint(record, 0);
  if (!header || header.value > record.length) return undefined;
  const types: number[] = [];
  for (let at = header.next; at < header.value;) {
    const type = varint(record, at);
    if (!type) return undefined;
    types.push(type.value);
    at = type.next;
  }
  const [first, body = 0, hash = 0] = [types[0], types[7], types[8]];
  if (types.length !== EVENT_COLUMNS || first !== 0 || !isText(body) || !isText(hash)) return undefined;
  const from = header.value + types.slice(0, 7).reduce((sum, type) => sum + bytesOf(type), 0);
  const middle = from + bytesOf(body);
  const end = middle + bytesOf(hash);
  if (end > record.length) return undefined;
  return { seq, json: record.toString('utf8', from, middle), hash: record.toString('utf8', middle, end) };
}

/** A cell's payload, of which the part that has no room in its page is in a chain of further pages. */
function payload(pages: RawPages, page: Buffer, at: number, size: number): Buffer | undefined {
  if (size <= MOST_LOCAL) return at + size <= PAGE_BYTES ? page.subarray(at, at + size) : undefined;
  const wanted = LEAST_LOCAL + ((size - LEAST_LOCAL) % (PAGE_BYTES - 4));
  const local = wanted <= MOST_LOCAL ? wanted : LEAST_LOCAL;
  if (at + local + 4 > PAGE_BYTES) return undefined;
  const parts = [page.subarray(at, at + local)];
  let next = page.readUInt32BE(at + local);
  for (let left = size - local; left > 0; left -= PAGE_BYTES - 4) {
    const more = pages.read(next);
    if (!more) return undefined;
    parts.push(more.subarray(4, Math.min(PAGE_BYTES, 4 + left)));
    next = more.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** The pages that the file's header names as free: what is left in them was deleted. */
function freePages(pages: RawPages): ReadonlySet<number> {
  const free = new Set<number>();
  const header = pages.read(1);
  if (header?.toString('latin1', 0, 15) !== 'SQLite format 3') return free;
  let trunk = header.readUInt32BE(32);
  while (trunk !== 0 && !free.has(trunk)) {
    const page = pages.read(trunk);
    if (!page) break;
    free.add(trunk);
    const leaves = Math.min(page.readUInt32BE(4), PAGE_BYTES / 4 - 2);
    for (let n = 0; n < leaves; n++) free.add(page.readUInt32BE(8 + 4 * n));
    trunk = page.readUInt32BE(0);
  }
  return free;
}

/** A number of SQLite's variable length, and where it ends; undefined beyond the end or 2^53. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let n = 0; n < 8; n++) {
    const byte = bytes[at + n];
    if (byte === undefined) return undefined;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? { value, next: at + n + 1 } : undefined;
  }
  return undefined; // nine bytes: a number that no event has
}

function isText(type: number): boolean {
  return type >= 13 && type % 2 === 1;
}

/** Bytes of a value of a serial type. */
function bytesOf(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : (FIXED_BYTES[type] ?? 0);
}

const FIXED_BYTES = [0, 1, 2, 3, 4, 6, 8, 8];
const FILE_HEADER_BYTES = 100;
const LEAF_HEADER_BYTES = 8;
const TABLE_LEAF = 0x0d;
const EVENT_COLUMNS = 9;
const MOST_LOCAL = PAGE_BYTES - 35;
const LEAST_LOCAL = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
/** More than any event has; a damaged length must not take all memory. */
const MOST_EVENT_BYTES = 256 * 1024 * 1024;
