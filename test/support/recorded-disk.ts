import fs, { type PathLike } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

/** One call that changes a disk or waits for it, and the files that it names, relative to the folder watched. */
export type DiskCall = readonly [
  call: 'create' | 'write' | 'sync' | 'link' | 'rename' | 'unlink',
  file: string,
  to?: string,
];

interface Recording extends Disposable {
  /** Calls so far on files of the folder, in the order in which they ended. */
  readonly calls: readonly DiskCall[];
}

/** What is wrapped: `node:fs` and its promises as a caller sees them, an untyped record of functions. */
type Api = Record<string, (...args: never[]) => unknown>;

const SYNC_CALLS = { linkSync: 'link', renameSync: 'rename', unlinkSync: 'unlink', rmSync: 'unlink' } as const;
const CALLS = { link: 'link', rename: 'rename', unlink: 'unlink', rm: 'unlink' } as const;

/**
 * Records what this thread does to the files of a folder, as a power loss would judge it: a kill cannot
 * show that a sync is missing. All calls go on to the real disk. Disposing puts `node:fs` back.
 */
export async function recordDisk(folder: string): Promise<Recording> {
  const calls: DiskCall[] = [];
  const undo: (() => void)[] = [];
  /** Where open descriptors lead to; a FileHandle is named by its own. */
  const opened = new Map<number, string>();
  const within = (file: string): string | undefined => {
    const relative = path.relative(folder, file);
    return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative || '.';
  };
  const note = (call: DiskCall[0], file: string | undefined, to?: string): void => {
    const [from, target] = [file === undefined ? undefined : within(file), to === undefined ? undefined : within(to)];
    if (from !== undefined) calls.push(target === undefined ? [call, from] : [call, from, target]);
  };
  const wrap = (
    on: object,
    name: string,
    around: (real: () => unknown, args: readonly unknown[], self: unknown) => unknown,
  ): void => {
    const api = on as Api;
    const real = api[name];
    if (!real) throw new Error(`There is no ${name} to record`);
    api[name] = function (this: unknown, ...args: never[]) {
      return around(() => real.apply(this, args), args, this);
    };
    undo.push(() => void (api[name] = real));
  };
  const isCreating = (flags: unknown): boolean =>
    typeof flags === 'string' ? /[wa]/u.test(flags) : typeof flags === 'number' && (flags & fs.constants.O_CREAT) !== 0;
  const fdOf = (handle: unknown): number => (handle as { fd: number }).fd;

  wrap(fs, 'openSync', (real, [file, flags]) => {
    const isNew = isCreating(flags) && !fs.existsSync(file as PathLike);
    const fd = real() as number;
    opened.set(fd, String(file));
    if (isNew) note('create', String(file));
    return fd;
  });
  wrap(fs, 'fsyncSync', (real, [fd]) => {
    real();
    note('sync', opened.get(fd as number));
  });
  wrap(fs, 'writeSync', (real, [fd]) => {
    const written = real();
    note('write', opened.get(fd as number));
    return written;
  });
  for (const [name, call] of Object.entries(SYNC_CALLS)) {
    wrap(fs, name, (real, [from, to]) => {
      real();
      note(call, String(from), typeof to === 'string' ? to : undefined);
    });
  }
  wrap(fs.promises, 'open', async (real, [file, flags]) => {
    const isNew = isCreating(flags) && !fs.existsSync(file as PathLike);
    const handle = await real();
    opened.set(fdOf(handle), String(file));
    if (isNew) note('create', String(file));
    return handle;
  });
  for (const [name, call] of Object.entries(CALLS)) {
    wrap(fs.promises, name, async (real, [from, to]) => {
      await real();
      note(call, String(from), typeof to === 'string' ? to : undefined);
    });
  }
  const probe = await fs.promises.open(folder, 'r');
  const handles = Object.getPrototypeOf(probe) as object;
  await probe.close();
  for (const [name, call] of Object.entries({ sync: 'sync', datasync: 'sync', write: 'write' } as const)) {
    wrap(handles, name, async (real, _args, self) => {
      const file = opened.get(fdOf(self));
      const answer = await real();
      note(call, file);
      return answer;
    });
  }
  syncBuiltinESMExports();
  return {
    calls,
    [Symbol.dispose]() {
      for (const put of undo.reverse()) put();
      syncBuiltinESMExports();
    },
  };
}
