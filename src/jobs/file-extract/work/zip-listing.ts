import { getFileNameLowLevel, openPromise, type Entry } from 'yauzl';
import { ArchiveListing } from './archive-listing.ts';
import { reasonOf, Unreadable } from '../../work/job-work.ts';
import type { ExtractContext } from './context.ts';

/** What a ZIP archive's directory says; nothing in it is unpacked. */
export async function zipFacts(context: ExtractContext): Promise<Record<string, unknown>> {
  // Names are decoded here, because yauzl refuses an archive at the first one that it finds unsafe.
  const zip = await openPromise(context.file, { lazyEntries: true, decodeStrings: false, autoClose: false }).catch(
    (error: unknown) => {
      throw new Unreadable(`The ZIP archive cannot be read: ${reasonOf(error)}`);
    },
  );
  const listing = new ArchiveListing('zip');
  try {
    for await (const entry of zip.eachEntry()) {
      if (!listing.add(describe(entry))) break;
      if (listing.count % 1000 === 0)
        context.report(0.8 + 0.2 * (listing.count / Math.max(zip.entryCount, 1)), 'Listing');
    }
  } catch (error) {
    if (listing.count === 0) throw new Unreadable(`The ZIP archive's directory cannot be read: ${reasonOf(error)}`);
    listing.cutShort();
    context.warn(`The ZIP archive's directory is damaged after ${listing.count} entries: ${reasonOf(error)}`);
  } finally {
    zip.close();
  }
  return listing.facts(context);
}

function describe(entry: Entry): {
  path: string;
  kind: 'file' | 'folder' | 'link';
  sizeBytes: number;
  encrypted: boolean;
} {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, uncompressedSize, externalFileAttributes } = entry;
  const path = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  // The upper half is the Unix mode, where the archiver wrote one.
  const isLink = externalFileAttributes >>> 28 === 0xa;
  const kind = path.endsWith('/') ? 'folder' : isLink ? 'link' : 'file';
  return { path, kind, sizeBytes: uncompressedSize, encrypted: (generalPurposeBitFlag & 1) === 1 };
}
