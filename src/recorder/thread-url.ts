/** The recorder's thread, as the build names its entry. */
export const RECORDER_THREAD = 'recorder/recorder-thread';

/**
 * URL of the thread's code. In a source tree Node runs the `.ts` file itself. In a build this module is part of some
 * chunk; all chunks lie beside the program's entry, and the threads' entries in `workers` next to them.
 */
export function threadUrl(): URL {
  const builtInto = import.meta.url;
  return builtInto.endsWith('/thread-url.ts')
    ? new URL('./recorder-thread.ts', builtInto)
    : new URL(`./workers/${RECORDER_THREAD}.js`, builtInto);
}
