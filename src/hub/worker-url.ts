/**
 * Every file of the hub that runs on a thread of its own, named by its path under `src/hub`.
 * The build makes one entry of each, so a new thread is a new line here and nothing else.
 */
export const WORKER_ENTRIES = [
  'log/writer-thread',
  'log/checkpoint-thread',
  'log/verify-thread',
  'jobs/worker',
] as const;

export type WorkerEntry = (typeof WORKER_ENTRIES)[number];

/**
 * Where a thread's code is, as `new Worker(url)` or a thread pool's `filename` takes it.
 *
 * Node runs the sources as they are, so from a source tree this is the `.ts` beside this file. In a
 * build this module has been folded into some chunk: chunks lie flat beside the program's entry, and
 * the threads' entries in a `workers` folder next to them, whatever the program is.
 */
export function workerUrl(entry: WorkerEntry): URL {
  const builtInto = import.meta.url;
  return builtInto.endsWith('/worker-url.ts')
    ? new URL(`./${entry}.ts`, builtInto)
    : new URL(`./workers/${entry}.js`, builtInto);
}
