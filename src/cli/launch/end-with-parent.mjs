const LOOK_EVERY_MS = 250;

/**
 * If npm started this process: ends it, as by SIGTERM, when its parent is gone. If npm is killed, or a shell
 * between dies of a signal without passing it on, the hub would otherwise run on unseen and keep its port and
 * data directory.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function endWithParent(env = process.env) {
  // Windows does not report that a parent is gone.
  if (!env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  look.unref();
}
