import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of a page. Signalbox has never made a database with another size than SQLite's usual one. */
export const PAGE_BYTES = 4096;

/** The pages of a database as they are in its file, whatever SQLite can make of them. */
export interface RawPages {
  /** Page numbers run from 1 to this. */
  readonly count: number;
  /** A page; undefined if it is not there. A last page that was cut off ends with zeros. */
  read(page: number): Buffer | undefined;
  close(): void;
}

/** The pages of a database file, without what its write-ahead log has. A missing file has none. */
export function filePages(file: string): RawPages {
  if (!existsSync(file)) return { count: 0, read: () => undefined, close: () => undefined };
  const handle = openSync(file, 'r');
  const count = Math.ceil(fstatSync(handle).size / PAGE_BYTES);
  return {
    count,
    read: (page) => (page < 1 || page > count ? undefined : bytesAt(handle, (page - 1) * PAGE_BYTES)),
    close: () => closeSync(handle),
  };
}

/**
 * The pages of a database as its write-ahead log has them, and behind it the file. Only frames up to the last
 * commit count (https://www.sqlite.org/fileformat2.html#the_write_ahead_log): others never happened.
 * Undefined if there is no write-ahead log with a commit.
 */
export function walPages(file: string): RawPages | undefined {
  const wal = `${file}-wal`;
  if (!existsSync(wal)) return undefined;
  const handle = openSync(wal, 'r');
  const offsets = committed(handle, fstatSync(handle).size);
  if (offsets.size === 0) {
    closeSync(handle);
    return undefined;
  }
  const behind = filePages(file);
  return {
    count: Math.max(behind.count, ...offsets.keys()),
    read: (page) => {
      const offset = offsets.get(page);
      return offset === undefined ? behind.read(page) : bytesAt(handle, offset);
    },
    close: () => {
      closeSync(handle);
      behind.close();
    },
  };
}

/** Where each page stands in a write-ahead log as of its last commit. */
function committed(handle: number, sizeBytes: number): Map<number, number> {
  const offsets = new Map<number, number>();
  const header = bytesAt(handle, 0, WAL_HEADER_BYTES);
  const magic = header.readUInt32BE(0);
  if ((magic & ~1) !== WAL_MAGIC || header.readUInt32BE(8) !== PAGE_BYTES) return offsets;
  const isBigEndian = (magic & 1) === 1;
  const salts = header.subarray(16, 24);
  let sum = checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  if (!isSum(header, 24, sum)) return offsets;
  let open = new Map<number, number>();
  for (let at = WAL_HEADER_BYTES; at + FRAME_BYTES <= sizeBytes; at += FRAME_BYTES) {
    const frame = bytesAt(handle, at, FRAME_BYTES);
    if (!frame.subarray(8, 16).equals(salts)) break;
    sum = checksum(frame.subarray(FRAME_HEADER_BYTES), checksum(frame.subarray(0, 8), sum, isBigEndian), isBigEndian);
    if (!isSum(frame, 16, sum)) break;
    open.set(frame.readUInt32BE(0), at + FRAME_HEADER_BYTES);
    if (frame.readUInt32BE(4) === 0) continue; // its transaction goes on
    for (const [page, offset] of open) offsets.set(page, offset);
    open = new Map();
  }
  return offsets;
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, [first, second]: Sum, isBigEndian: boolean): Sum {
  let [a, b] = [first, second];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}

function isSum(bytes: Buffer, at: number, [a, b]: Sum): boolean {
  return bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b;
}

/** What cannot be read, because it is behind the end or the disk refuses, is zeros. */
function bytesAt(handle: number, offset: number, bytes = PAGE_BYTES): Buffer {
  const buffer = Buffer.alloc(bytes);
  try {
    readSync(handle, buffer, 0, bytes, offset);
  } catch {
    return Buffer.alloc(bytes); // a bad sector: as good as overwritten
  }
  return buffer;
}

const WAL_MAGIC = 0x377f0682;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;
