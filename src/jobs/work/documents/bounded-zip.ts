import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { JobFailed, reasonOf, Unreadable } from '../job-work.ts';

/** What a document may unpack to in all, and one part of it. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_PART_BYTES = 128 * 1024 * 1024;
const MAX_ENTRIES = 20_000;

/** The parts of a document that is a ZIP archive. */
export interface BoundedZip {
  readonly names: readonly string[];
  /** A part as text; undefined where there is none. */
  text(name: string): Promise<string | undefined>;
  close(): void;
}

/** Opens a document whose parts together stay within bounds; an archive that is a trap is `too_large`. */
export async function boundedZip(location: string): Promise<BoundedZip> {
  const zip = await openPromise(location, { lazyEntries: true, autoClose: false, validateEntrySizes: true }).catch(
    notZip,
  );
  try {
    const entries = await entriesOf(zip);
    return {
      names: [...entries.keys()],
      close: () => zip.close(),
      text: async (name) => {
        const entry = entries.get(name);
        return entry && (await textOf(zip, entry));
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function entriesOf(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      bytes += entry.uncompressedSize;
      entries.set(entry.fileName, entry);
      if (bytes > MAX_BYTES || entries.size > MAX_ENTRIES)
        throw new JobFailed(
          'too_large',
          `The document would unpack to more than ${MAX_BYTES} bytes; it may be a trap.`,
        );
    }
  } catch (error) {
    if (error instanceof JobFailed) throw error;
    return notZip(error);
  }
  return entries;
}

async function textOf(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > MAX_PART_BYTES)
    throw new JobFailed('too_large', `A part of the document has more than ${MAX_PART_BYTES} bytes.`);
  try {
    const stream = await zip.openReadStreamPromise(entry);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer); // yauzl ends it past the size that it claims
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    return notZip(error);
  }
}

function notZip(error: unknown): never {
  throw new Unreadable(`The document is no sound ZIP archive: ${reasonOf(error)}`);
}
