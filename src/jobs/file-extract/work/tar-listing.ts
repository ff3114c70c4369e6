import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { ArchiveListing, type ArchiveEntry } from './archive-listing.ts';
import { reasonOf, Unreadable } from '../../work/job-work.ts';
import type { ExtractContext } from './context.ts';

const CHUNK_BYTES = 1024 * 1024;
/** A compressed archive is followed so far into what it unpacks to; nothing of it is kept. */
const MAX_UNPACKED_BYTES = 8 * 1024 ** 3;
/** Size of a tar header, in which the magic word stands at 257 (POSIX ustar). */
const HEADER_BYTES = 512;
const MAGIC_AT = 257;

/** What a tar archive holds, read from its beginning to its end. */
export async function tarFacts(context: ExtractContext): Promise<Record<string, unknown>> {
  return list(context, 'tar', createReadStream(context.file, { highWaterMark: CHUNK_BYTES }));
}

/** The same for a tar file packed by gzip; of any other gzip file, that it holds one file. */
export async function gzipFacts(context: ExtractContext): Promise<Record<string, unknown>> {
  const unpacked = bounded(unpack(context), context);
  const first = await unpacked.next().catch((error: unknown) => {
    throw new Unreadable(`The gzip file cannot be unpacked: ${reasonOf(error)}`);
  });
  const start = first.done === true ? Buffer.alloc(0) : first.value;
  if (start.subarray(MAGIC_AT, MAGIC_AT + 5).toString('latin1') === 'ustar') {
    return list(context, 'tar.gz', Readable.from(startingWith(start, unpacked)));
  }
  await unpacked.return(undefined);
  context.log('gzip file of something that is no tar archive');
  return { format: 'gzip', entries: [{ path: context.name.replace(/\.gz$/iu, ''), kind: 'file' }] };
}

async function list(context: ExtractContext, format: string, bytes: Readable): Promise<Record<string, unknown>> {
  const listing = new ArchiveListing(format);
  const extract = tar.extract();
  bytes.on('error', (error) => extract.destroy(error));
  bytes.pipe(extract);
  try {
    for await (const entry of extract) {
      const { name, size, type } = entry.header;
      entry.resume();
      if (!listing.add({ path: name, kind: kindOf(type), sizeBytes: size ?? 0 })) break;
    }
  } catch (error) {
    if (listing.count === 0) throw new Unreadable(`The ${format} archive cannot be read: ${reasonOf(error)}`);
    listing.cutShort();
    context.warn(`The ${format} archive is damaged or cut off after ${listing.count} entries: ${reasonOf(error)}`);
  } finally {
    bytes.destroy();
  }
  return listing.facts(context);
}

/** Pieces of at least a header's size, as far as there is so much. */
async function* unpack(context: ExtractContext): AsyncGenerator<Buffer, void, undefined> {
  const source = createReadStream(context.file, { highWaterMark: CHUNK_BYTES });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let small: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      small = small.byteLength === 0 ? chunk : Buffer.concat([small, chunk]);
      if (small.byteLength < HEADER_BYTES) continue;
      yield small;
      small = Buffer.alloc(0);
    }
    if (small.byteLength > 0) yield small;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* bounded(
  source: AsyncGenerator<Buffer>,
  context: ExtractContext,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > MAX_UNPACKED_BYTES) throw new Error(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
    context.report(0.8, `Unpacked ${Math.floor(bytes / 1024 / 1024)} MiB`);
    yield chunk;
  }
}

async function* startingWith(start: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield start;
  yield* rest;
}

function kindOf(type: string | null | undefined): ArchiveEntry['kind'] {
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return 'file';
    case 'directory':
      return 'folder';
    case 'link':
    case 'symlink':
      return 'link';
    default:
      return 'other';
  }
}
