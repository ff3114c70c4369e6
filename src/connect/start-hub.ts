import { spawn } from 'node:child_process';

/** How long a hub may take until it listens, in ms; a first launch from sources builds before. */
const MOST_START_MS = 30_000;
const LOOK_MS = 100;

export interface StartHubOptions {
  readonly dataDir: string;
  /** The program and arguments that run `signalbox serve`; undefined where there is none beside this one. */
  readonly serve: readonly string[] | undefined;
  /** Whether a hub answers on the data directory. */
  readonly isThere: () => Promise<boolean>;
  readonly log: (line: string) => void;
}

/**
 * Starts a hub that outlives this process, unless one answers on the data directory. Resolves when it answers, or when
 * it ended instead: why, is in the log.
 */
export async function startHubProcess({ dataDir, serve, isThere, log }: StartHubOptions): Promise<void> {
  if (await isThere()) return;
  const [program, ...args] = serve ?? [];
  if (program === undefined) {
    log('--start: this program came without a hub; start Signalbox itself.');
    return;
  }
  log(`No hub runs on ${dataDir}: starting one.`);
  // Two bridges may do this at once: the hub that comes second finds the data directory held, and ends.
  for (const port of [[], ['--port', '0']]) {
    const code = await launched(program, [...args, '--data-dir', dataDir, ...port], isThere, log);
    if (code === 'there') return;
    if (await isThere()) return;
    log(`The hub ended at its start (${code}).`);
  }
}

/** Runs the program until it listens or ends: `there`, or how it ended. */
async function launched(
  program: string,
  args: readonly string[],
  isThere: () => Promise<boolean>,
  log: (line: string) => void,
): Promise<string> {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
  let ended: string | undefined;
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => log(text.trim().slice(0, 2_000)));
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ??= signal ?? `exit code ${code ?? 0}`));
  for (const endsAt = Date.now() + MOST_START_MS; Date.now() < endsAt;) {
    if (await isThere()) {
      child.stderr.destroy();
      child.unref();
      return 'there';
    }
    if (ended !== undefined) return ended;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  child.stderr.destroy();
  child.unref();
  return 'it does not listen yet';
}
