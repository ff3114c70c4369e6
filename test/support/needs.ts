import { spawnSync } from 'node:child_process';
import type { TestOptions } from 'vitest';
import { mountSmallDisk } from './small-disk.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was skipped; the run prints it. */
    skipped?: { readonly needs: string; readonly isImpossible: boolean };
  }
}

/**
 * Options of a test that not every machine can run.
 *
 * @param isPossible whether a machine of this kind could have it: then CI counts the skipped test as failed
 */
function need(isMet: boolean, needs: string, isPossible: boolean): TestOptions {
  return isMet ? {} : { skip: true, meta: { skipped: { needs, isImpossible: !isPossible } } };
}

const isLinux = process.platform === 'linux';
const isPosix = process.platform !== 'win32';

/** A disk of its own that can be filled. */
export async function needsSmallDisk(): Promise<TestOptions> {
  const disk = mountSmallDisk(1);
  await disk?.[Symbol.asyncDispose]();
  return need(disk !== undefined, 'root on Linux, who may mount a tmpfs', isLinux);
}

/** A Go compiler; in CI `npm test` has installed it where that can be done. */
export const needsGo = (): TestOptions => need(spawnSync('go', ['version']).status === 0, 'Go on the PATH', false);

/** nginx; in CI `npm test` has installed it where that can be done. */
export const needsNginx = (): TestOptions => need(spawnSync('nginx', ['-v']).status === 0, 'nginx on the PATH', false);

/** Modes of files, sockets and signals as POSIX has them. */
export const needsPosix = need(isPosix, 'a POSIX system', isPosix);

/** Linux's own tools and /proc. */
export const needsLinux = need(isLinux, 'Linux', isLinux);
