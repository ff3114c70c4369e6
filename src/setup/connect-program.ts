import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { HubError, messageOf } from '../protocol/errors.ts';
import type { ConnectCommand } from './client.ts';
import { thisMachine, type Machine } from './machine.ts';
import { programOnPath } from './on-machine.ts';

export interface ConnectProgramOptions {
  readonly dataDir: string;
  readonly machine?: Machine;
  /** What runs this process, and whether it is Node; default: this process. */
  readonly runtime?: { readonly execPath: string; readonly isNode: boolean };
}

/**
 * What starts `signalbox connect` on this machine for as long as it has the data directory: Node by its path, and a copy
 * of `connect.mjs` in there, as the place that Signalbox runs from may be gone tomorrow (an `npx` cache, the mount of an
 * AppImage, a tree that is being built). The copy is made anew where it differs.
 *
 * Where there is no Node, it is the installed app itself.
 *
 * @throws HubError `unsupported` where neither can be, `data_dir_unwritable`
 */
export async function connectProgram({ dataDir, machine, runtime }: ConnectProgramOptions): Promise<ConnectCommand> {
  const { execPath, isNode } = runtime ?? {
    execPath: process.execPath,
    isNode: process.versions['electron'] === undefined,
  };
  const its = machine ?? thisMachine(process.env);
  const node = isNode ? execPath : programOnPath('node', its);
  // The app serves itself, but on Windows, where a program with windows has no stdin. An AppImage is where that says.
  if (node === undefined && its.platform !== 'win32')
    return { command: its.env['APPIMAGE'] || execPath, args: ['connect'] };
  if (node === undefined) {
    throw new HubError(
      'unsupported',
      'signalbox connect runs on Node 20 or newer, which is not found on the PATH. Install it from https://nodejs.org, or connect with a key.',
    );
  }
  return { command: node, args: [await keepConnectFile(dataDir)] };
}

/**
 * Copies `connect.mjs` into the data directory, unless it is there as it was built.
 *
 * @returns its path
 * @throws HubError `unsupported`, `data_dir_unwritable`
 */
export async function keepConnectFile(dataDir: string): Promise<string> {
  const file = path.join(path.resolve(dataDir), 'connect', 'connect.mjs');
  try {
    const built = await readFile(builtFile());
    const there = await readFile(file).catch(() => undefined);
    if (there !== undefined && sha256(there) === sha256(built)) return file;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      await writeFile(temporary, built, { mode: 0o600, flag: 'wx' });
      await chmod(temporary, 0o600);
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return file;
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw new HubError('data_dir_unwritable', `${file} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}

/** `connect.mjs` as it was built: beside this program, or beside the command line's. */
function builtFile(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = ['connect.mjs', '../cli/connect.mjs', '../../out/cli/connect.mjs'];
  const found = places.map((place) => path.resolve(here, place)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new HubError(
    'unsupported',
    'This Signalbox was built without connect.mjs: build it once more (npm run build).',
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
