import { createReadStream } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { PERSON, type CallDeps } from './deps.ts';

interface Found {
  /** On this machine. */
  readonly file: string;
  /** Below the folder that it is imported into, with `/`. */
  readonly name: string;
}

/**
 * Takes files and whole folders in by their paths on this machine, streaming, in constant memory.
 * A dropped link is followed; links inside a folder are left out, so that a folder cannot lead out
 * of itself or round in a circle. What is neither file nor folder is left out too.
 *
 * @throws HubError `conflict` where the host does not hand over paths, `not_found` for a path that is
 *   not there, `invalid_path` for a relative one, and whatever writing a file throws
 */
export async function importPaths(
  { files, importPaths: allowed }: Pick<CallDeps, 'files' | 'importPaths'>,
  workspace: string,
  folder: string,
  paths: readonly string[],
): Promise<{ imported: number }> {
  if (!allowed) {
    throw new HubError('conflict', 'Only the desktop app takes files by path: drop them into the page to upload them.');
  }
  let imported = 0;
  for (const given of paths) {
    for await (const { file, name } of filesAt(given)) {
      await files.write(PERSON, {
        workspace,
        path: folder === '' ? name : `${folder}/${name}`,
        content: bytesOf(file),
        source: 'import',
      });
      imported += 1;
    }
  }
  return { imported };
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new HubError('not_found', `${file} could not be read; check that it is there and may be read.`, {
      cause: error,
    });
  }
}

async function* filesAt(given: string): AsyncGenerator<Found> {
  if (!path.isAbsolute(given)) {
    throw new HubError('invalid_path', `${given} is not an absolute path; name files from the root of this machine.`);
  }
  const real = await realpath(given).catch(() => undefined);
  const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
  if (real === undefined || found === undefined) {
    throw new HubError('not_found', `There is no file or folder ${given} on this machine, or it may not be read.`);
  }
  const name = path.basename(given);
  if (found.isFile()) yield { file: real, name };
  else if (found.isDirectory()) yield* filesBelow(real, name);
}

async function* filesBelow(folder: string, name: string): AsyncGenerator<Found> {
  for await (const entry of await opendir(folder)) {
    const found = { file: path.join(folder, entry.name), name: `${name}/${entry.name}` };
    if (entry.isFile()) yield found;
    else if (entry.isDirectory()) yield* filesBelow(found.file, found.name);
  }
}
