const LOOK_EVERY_MS = 250;

/**
 * Ends this process, as by SIGTERM, once its parent is gone, if npm started it: when npm is killed, or
 * a shell between dies of a signal that it does not pass on, what was asked to end would go on unseen,
 * with its port and its data directory.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function endWithParent(env = process.env) {
  // Windows never tells that a parent is gone.
  if (!env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  look.unref();
}
