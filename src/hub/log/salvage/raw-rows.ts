import { isSoundContent } from '../content-table.ts';
import type { StoredRow } from '../stored-events.ts';
import { PAGE_BYTES, type RawPages } from './raw-pages.ts';

/**
 * The events in a database's pages, found without its schema, its indexes or the pages above them: each leaf
 * page is read by itself (https://www.sqlite.org/fileformat2.html#b_tree_pages). In no order, and nothing is
 * said of whether they are sound; their hashes say that. Pages on the free list are left out.
 */
export function rawEvents(pages: RawPages): Generator<StoredRow, void, undefined> {
  return rawRows(pages, eventIn);
}

/**
 * The contents in a database's pages, found in the same way. Their hash alone shows that they are contents: there is no other sign by
 * which a row of that table could be recognised.
 */
export function rawContents(pages: RawPages): Generator<RawContent, void, undefined> {
  return rawRows(pages, contentIn);
}

/** A content that was found in a page. */
export interface RawContent {
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Rows of the leaf pages of tables, as far as `read` can make something of them. */
function* rawRows<T>(
  pages: RawPages,
  read: (record: Buffer, rowid: number) => T | undefined,
): Generator<T, void, undefined> {
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
      const row = rowAt(pages, page, page.readUInt16BE(pointer));
      const found = row && read(row.record, row.rowid);
      if (found) yield found;
    }
  }
}

/** The cell of a page as a row; undefined if it cannot be read. */
function rowAt(
  pages: RawPages,
  page: Buffer,
  at: number,
): { readonly record: Buffer; readonly rowid: number } | undefined {
  const size = varint(page, at);
  const rowid = size && varint(page, size.next);
  if (!rowid || size.value > MOST_ROW_BYTES) return undefined;
  const record = payload(pages, page, rowid.next, size.value);
  return record && { record, rowid: rowid.value };
}

/** The serial types of a row's columns, and where the columns begin. */
function headerOf(record: Buffer): { readonly types: readonly number[]; readonly from: number } | undefined {
  const header = varint(record, 0);
  if (!header || header.value > record.length) return undefined;
  const types: number[] = [];
  for (let at = header.next; at < header.value;) {
    const type = varint(record, at);
    if (!type) return undefined;
    types.push(type.value);
    at = type.next;
  }
  return { types, from: header.value };
}

/** A row of the table `events`: nine columns, the first of them its number, which the row itself leaves out. */
function eventIn(record: Buffer, seq: number): StoredRow | undefined {
  const columns = headerOf(record);
  if (!columns) return undefined;
  const { types } = columns;
  const [first, body = 0, hash = 0] = [types[0], types[7], types[8]];
  if (types.length !== EVENT_COLUMNS || first !== 0 || !isText(body) || !isText(hash)) return undefined;
  const from = columns.from + types.slice(0, 7).reduce((sum, type) => sum + bytesOf(type), 0);
  const middle = from + bytesOf(body);
  const end = middle + bytesOf(hash);
  if (end > record.length) return undefined;
  return { seq, json: record.toString('utf8', from, middle), hash: record.toString('utf8', middle, end) };
}

/** A row of the table `contents`: its number, which the row leaves out, a hash, and the bytes that have it. */
function contentIn(record: Buffer): RawContent | undefined {
  const columns = headerOf(record);
  if (!columns) return undefined;
  const [first, name = 0, blob = 0] = columns.types;
  if (columns.types.length !== CONTENT_COLUMNS || first !== 0 || !isText(name) || !isBlob(blob)) return undefined;
  const middle = columns.from + bytesOf(name);
  const content = {
    sha256: record.toString('latin1', columns.from, middle),
    bytes: new Uint8Array(record.subarray(middle, middle + bytesOf(blob))),
  };
  return isSoundContent(content) ? content : undefined;
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

function isBlob(type: number): boolean {
  return type >= 12 && type % 2 === 0;
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
const CONTENT_COLUMNS = 3;
const MOST_LOCAL = PAGE_BYTES - 35;
const LEAST_LOCAL = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
/** More than any row has; a damaged length must not take all memory. */
const MOST_ROW_BYTES = 256 * 1024 * 1024;
