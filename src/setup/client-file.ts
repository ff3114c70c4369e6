import { createHash, randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, lstat, mkdir, open, readFile, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HubError, messageOf } from '../protocol/errors.ts';

/** Largest file that is read and changed, in bytes; that of Claude Code grows to some MiB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A client's file as it was looked at. */
export interface FileSeen {
  /** As the client names it. */
  readonly file: string;
  /** Where the text is: the file itself, or what it is a link to. */
  readonly target: string;
  /** Undefined where there is no file. */
  readonly text: string | undefined;
  /** Of the text; `none` where there is no file. */
  readonly digest: string;
  /** Permissions of the file. */
  readonly mode: number;
}

/**
 * Reads a client's file; a link is followed to what it leads to.
 *
 * @throws HubError `client_file_unreadable` where it is no file, a link to nothing, too large, or not UTF-8
 */
export async function readClientFile(file: string): Promise<FileSeen> {
  const target = await targetOf(file);
  let stats: Stats;
  try {
    stats = await stat(target);
  } catch (error) {
    if (isMissing(error)) return { file, target, text: undefined, digest: 'none', mode: 0o600 };
    throw cannotChange(file, messageOf(error));
  }
  if (!stats.isFile()) throw cannotChange(file, 'it is no file');
  if (stats.size > MOST_BYTES)
    throw cannotChange(file, `it has ${Math.round(stats.size / 1024 / 1024)} MiB, and 16 is the most`);
  let bytes: Buffer;
  try {
    bytes = await readFile(target);
  } catch (error) {
    throw cannotChange(file, messageOf(error));
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { file, target, text, digest: digestOf(text), mode: stats.mode & 0o777 };
  } catch {
    throw cannotChange(file, 'it is not UTF-8 text');
  }
}

/** What tells one text from another. */
export function digestOf(text: string | undefined): string {
  return text === undefined ? 'none' : createHash('sha256').update(text).digest('hex');
}

/**
 * Checks that a file can be written, before anything is.
 *
 * @throws HubError `client_file_unwritable`
 */
export async function checkWritable({ file, target, text, mode }: FileSeen): Promise<void> {
  if (text !== undefined && (mode & 0o222) === 0) throw unwritable(file, 'it may only be read');
  const place = text === undefined ? await firstThere(path.dirname(target)) : path.dirname(target);
  try {
    await access(place, constants.W_OK);
    if (text !== undefined) await access(target, constants.W_OK);
  } catch (error) {
    throw unwritable(file, messageOf(error));
  }
  if (text === undefined || process.getuid === undefined) return;
  const { uid } = await stat(target);
  if (uid !== process.getuid()) throw unwritable(file, 'it belongs to another account');
}

export interface WrittenClientFile {
  /** The copy of what was there. */
  readonly copy: string | undefined;
  /** The first folder that was made for the file. */
  readonly folder: string | undefined;
}

/**
 * Writes a file whole or not at all, with its permissions, after a copy of what was there was put beside it.
 *
 * @param at when, for the name of the copy, in ms since the epoch
 * @throws HubError `client_file_changed` where it is not what was looked at any more, `client_file_unwritable`
 */
export async function writeClientFile(seen: FileSeen, text: string, at: number): Promise<WrittenClientFile> {
  const { file, target, mode } = seen;
  await checkWritable(seen);
  try {
    const folder = await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const copy = seen.text === undefined ? undefined : await copyBeside(target, seen.text, at);
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}`);
    try {
      await writeSynced(temporary, text, mode);
      if ((await readClientFile(file)).digest !== seen.digest) throw changed(file);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return { copy, folder };
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw unwritable(file, messageOf(error));
  }
}

/** Removes a file that was made, and the folders that were made for it, as far as they are empty. */
export async function removeClientFile({ file, target }: FileSeen, folder: string | undefined): Promise<void> {
  try {
    await rm(target);
    for (let here = path.dirname(target); folder !== undefined && here.startsWith(folder); here = path.dirname(here)) {
      await rmdir(here).catch(() => undefined);
      if (here === folder) break;
    }
  } catch (error) {
    throw unwritable(file, messageOf(error));
  }
}

/** The file is not what it was. */
export function changed(file: string): HubError {
  return new HubError(
    'client_file_changed',
    `"${file}" was changed since it was looked at. Look at the change once more.`,
    {
      details: { file },
    },
  );
}

export function cannotChange(file: string, why: string): HubError {
  return new HubError(
    'client_file_unreadable',
    `"${file}" cannot be changed: ${why}. Put it right first, or copy the entry into it by hand.`,
    {
      details: { file },
    },
  );
}

function unwritable(file: string, why: string): HubError {
  return new HubError(
    'client_file_unwritable',
    `"${file}" cannot be written: ${why}. Give your account the right to write it, or copy the entry into it by hand.`,
    { details: { file } },
  );
}

/** The file itself, or what a link leads to: people keep such files elsewhere, and link to them. */
async function targetOf(file: string): Promise<string> {
  try {
    if (!(await lstat(file)).isSymbolicLink()) return file;
  } catch (error) {
    if (isMissing(error)) return file;
    throw cannotChange(file, messageOf(error));
  }
  try {
    return await realpath(file);
  } catch {
    throw cannotChange(file, 'it is a link that leads nowhere');
  }
}

async function copyBeside(target: string, text: string, at: number): Promise<string> {
  const time = new Date(at).toISOString().replaceAll(/[:.]/gu, '-').slice(0, 19);
  for (let count = 1; ; count += 1) {
    const copy = `${target}.before-signalbox-${time}${count === 1 ? '' : `-${count}`}`;
    try {
      await writeSynced(copy, text, 0o600);
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count === 100) throw error;
    }
  }
}

async function writeSynced(file: string, text: string, mode: number): Promise<void> {
  await writeFile(file, text, { mode, flag: 'wx' });
  const handle = await open(file, 'r+');
  try {
    await handle.chmod(mode); // the mask of the process must not take anything away
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function firstThere(folder: string): Promise<string> {
  for (let here = folder; ; here = path.dirname(here)) {
    try {
      await stat(here);
      return here;
    } catch {
      if (here === path.dirname(here)) return here;
    }
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
