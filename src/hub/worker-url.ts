/**
 * Every file of the hub that runs on its own thread, by its path under `src/hub`. The build makes an entry of
 * each: a new thread needs a line here and nothing else.
 */
export const WORKER_ENTRIES = [
  'log/writer-thread',
  'log/checkpoint-thread',
  'log/verify-thread',
  'log/base-thread',
  'log/past/past-thread',
  'disk/content-thread',
  'disk/write-out-thread',
  'files/diff/diff-thread',
  'knowledge/index-thread',
  'jobs/worker',
  'jobs/watch-thread',
] as const;

export type WorkerEntry = (typeof WORKER_ENTRIES)[number];

/**
 * URL of a thread's code, for `new Worker(url)` or a pool's `filename`.
 *
 * In a source tree Node runs the `.ts` file itself. In a build this module is part of some chunk; all chunks
 * lie beside the program's entry, and the threads' entries in `workers` next to them.
 */
export function workerUrl(entry: WorkerEntry): URL {
  const builtInto = import.meta.url;
  return builtInto.endsWith('/worker-url.ts')
    ? new URL(`./${entry}.ts`, builtInto)
    : new URL(`./workers/${entry}.js`, builtInto);
}
