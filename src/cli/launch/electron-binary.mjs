import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './child.mjs';
import { requireNode } from './node-runtime.mjs';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Long enough for 100 MB on a slow line; on a closed network it fails at once. */
const FETCH_LIMIT_MS = 180_000;

/** @param {string} root @returns {string | undefined} Electron's executable, if its binary is here */
export function findElectron(root) {
  const home = path.join(root, 'node_modules/electron');
  const pathFile = path.join(home, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(home, 'dist');
  const executable = path.join(dist, readFileSync(pathFile, 'utf8').trim());
  return existsSync(executable) ? executable : undefined;
}

/**
 * Fetches Electron's binary, once and for a bounded time. A try that failed is remembered for a day,
 * so that a machine without access to it does not pay for the attempt at every start.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 * @param {{ now?: () => number, fetch?: () => Promise<boolean> }} [options]
 * @returns {Promise<string | undefined>} the executable
 */
export async function fetchElectron(root, say, { now = Date.now, fetch = () => download(root) } = {}) {
  const failed = path.join(root, 'node_modules/.cache/signalbox/electron-not-fetched');
  const triedAt = statSync(failed, { throwIfNoEntry: false })?.mtimeMs;
  if (triedAt !== undefined && now() - triedAt < DAY_MS) return undefined;
  say(`Fetching Electron for the desktop window (once, at most ${FETCH_LIMIT_MS / 60_000} minutes) …`);
  const isFetched = await fetch();
  const executable = isFetched ? findElectron(root) : undefined;
  if (executable) {
    rmSync(failed, { force: true });
  } else {
    mkdirSync(path.dirname(failed), { recursive: true });
    writeFileSync(failed, 'Electron could not be fetched at the time of this file; delete it to try again now.\n');
  }
  return executable;
}

/** @param {string} root */
function download(root) {
  const home = path.join(root, 'node_modules/electron');
  return runTool(requireNode(root), [path.join(home, 'install.js')], { cwd: home, timeoutMs: FETCH_LIMIT_MS });
}
