import type { Stats } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { HubError, toWire } from '../../protocol/errors.ts';
import type { LocalFile } from '../../protocol/local-file.ts';

/** Entries that are looked at for one drop; each is a row of the answer. */
const MOST_ENTRIES = 20_000;

/** What was found, and how much was looked at for it, folders included. */
interface Listing {
  readonly files: LocalFile[];
  looked: number;
}

/**
 * The files at paths of this machine, and in folders there. A dropped link is followed. Links inside a folder
 * are refused, so that a folder cannot lead outside or in a circle, and so is everything that is neither file
 * nor folder. The answer lists each refusal by name.
 *
 * @throws HubError `too_large` past 20,000 files and folders
 */
export async function localFiles(paths: readonly string[]): Promise<readonly LocalFile[]> {
  const found: Listing = { files: [], looked: 0 };
  for (const given of paths) {
    count(found);
    const name = path.basename(given);
    try {
      const { file, stats } = await followed(given);
      if (stats.isDirectory()) await listBelow(file, name, found);
      else found.files.push(entryOf(file, name, stats));
    } catch (error) {
      if (isTooMany(error)) throw error;
      found.files.push({ file: given, path: name, sizeBytes: 0, refused: toWire(error) });
    }
  }
  return found.files;
}

function count(found: Listing): void {
  found.looked += 1;
  if (found.looked <= MOST_ENTRIES) return;
  throw new HubError(
    'too_large',
    `There are more than ${MOST_ENTRIES.toLocaleString('en')} files and folders in what was dropped; drop its folders one by one, or pack it into an archive first.`,
  );
}

function isTooMany(error: unknown): boolean {
  return error instanceof HubError && error.code === 'too_large';
}

/**
 * A file of this machine, with its present size.
 *
 * @throws HubError `not_found` where none is or may be looked at, `invalid_path` for a relative path and for
 * what is no file
 */
export async function localFile(given: string): Promise<{ readonly file: string; readonly sizeBytes: number }> {
  const { file, stats } = await followed(given);
  if (!stats.isFile()) throw notAFile(given, stats);
  return { file, sizeBytes: stats.size };
}

async function followed(given: string): Promise<{ file: string; stats: Stats }> {
  if (!path.isAbsolute(given)) {
    throw new HubError('invalid_path', `${given} is not an absolute path; name files from the root of this machine.`);
  }
  try {
    const file = await realpath(given);
    return { file, stats: await stat(file) };
  } catch (error) {
    throw cannotRead(given, error);
  }
}

async function listBelow(folder: string, name: string, found: Listing): Promise<void> {
  try {
    for await (const entry of await opendir(folder)) {
      count(found);
      const file = path.join(folder, entry.name);
      const below = `${name}/${entry.name}`;
      if (entry.isDirectory()) await listBelow(file, below, found);
      else found.files.push(await looked(file, below));
    }
  } catch (error) {
    if (isTooMany(error)) throw error;
    found.files.push({ file: folder, path: name, sizeBytes: 0, refused: toWire(cannotRead(folder, error)) });
  }
}

async function looked(file: string, name: string): Promise<LocalFile> {
  try {
    return entryOf(file, name, await lstat(file));
  } catch (error) {
    return { file, path: name, sizeBytes: 0, refused: toWire(cannotRead(file, error)) };
  }
}

function entryOf(file: string, name: string, stats: Stats): LocalFile {
  if (stats.isFile()) return { file, path: name, sizeBytes: stats.size };
  return { file, path: name, sizeBytes: 0, refused: toWire(notAFile(file, stats)) };
}

function notAFile(file: string, stats: Stats): HubError {
  const why = stats.isSymbolicLink()
    ? 'is a link; drop what it leads to instead'
    : stats.isDirectory()
      ? 'is a folder; drop it to have its files taken in'
      : 'is neither a file nor a folder, but a pipe, a socket or a device';
  return new HubError('invalid_path', `${file} ${why}.`);
}

/** What to say of a file that cannot be looked at or read. */
export function cannotRead(file: string, cause: unknown): HubError {
  return new HubError('not_found', `${file} could not be read; check that it is there and may be read.`, { cause });
}
