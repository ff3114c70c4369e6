import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './child.mjs';
import { exclusively } from './exclusive.mjs';
import { fingerprint } from './fingerprint.mjs';
import { requireNode } from './node-runtime.mjs';

/** @typedef {'dashboard' | 'cli' | 'electron'} Target */

/**
 * @typedef {object} Recipe
 * @property {string} makes a file that is there when the target is built
 * @property {readonly string[]} inputs
 * @property {readonly string[]} command script and arguments for Node
 * @property {Target} [alsoMakes] another target that the same command builds from its own inputs
 * @property {string} [outdates] a folder that is of no use once this is built anew
 */

const SHARED = ['package-lock.json', 'tsconfig.json', 'vite.config.ts', 'src/protocol', 'src/jobs'];
const NODE_SIDE = [...SHARED, 'src/hub', 'src/recorder', 'src/setup', 'src/server'];
const VITE = 'node_modules/vite/bin/vite.js';

/** @type {Readonly<Record<Target, Recipe>>} */
const RECIPES = {
  dashboard: {
    makes: 'out/dashboard/index.html',
    inputs: [...SHARED, 'src/dashboard'],
    command: [VITE, 'build', '--logLevel=warn'],
  },
  cli: {
    makes: 'out/cli/main.js',
    inputs: [...NODE_SIDE, 'src/cli', 'src/connect', 'src/sandbox'],
    command: [VITE, 'build', '--mode=cli', '--logLevel=warn'],
    outdates: 'out/.compile-cache',
  },
  electron: {
    makes: 'out/electron/main.js',
    inputs: [...NODE_SIDE, 'electron.config.ts', 'electron'],
    command: [
      'node_modules/electron-vite/bin/electron-vite.js',
      'build',
      '--config=electron.config.ts',
      '--logLevel=warn',
    ],
    alsoMakes: 'dashboard',
  },
};

/** @type {readonly string[]} */
export const TARGETS = Object.keys(RECIPES);

/** @param {string} name @returns {name is Target} */
export const isTarget = (name) => TARGETS.includes(name);

/**
 * Builds those targets whose inputs are not the ones they were last built from.
 *
 * @param {string} root
 * @param {readonly Target[]} targets
 * @param {(line: string) => void} say
 */
export async function ensureBuilt(root, targets, say) {
  const isStale = (/** @type {Target} */ target) => !isFresh(root, target);
  if (!targets.some(isStale)) return;
  await exclusively(
    root,
    async () => {
      // One after the other: building the desktop also builds the dashboard.
      for (const target of targets) if (isStale(target)) await build(root, target, say);
    },
    say,
  );
}

/** @param {string} root @param {Target} target @param {(line: string) => void} say */
async function build(root, target, say) {
  const startedAt = performance.now();
  const { command, alsoMakes, outdates } = RECIPES[target];
  const made = alsoMakes ? [target, alsoMakes] : [target];
  // Inputs are read before the build, so that a change during it counts as a change. Stamps are removed until
  // it is done, so that a build cut short does not look fresh.
  const stamps = made.map((each) => ({ file: stampPath(root, each), inputs: fingerprintOf(root, each) }));
  for (const { file } of stamps) rmSync(file, { force: true });
  say(`Building ${made.join(' and ')} …`);
  // Always production: React's development build is slow and large.
  const isDone = await runTool(requireNode(root), command, { cwd: root, env: { NODE_ENV: 'production' } });
  if (!isDone) throw new Error(`The build of ${target} failed (its words are above).`);
  if (outdates !== undefined) rmSync(path.join(root, outdates), { recursive: true, force: true });
  mkdirSync(path.join(root, 'out/.stamps'), { recursive: true });
  for (const { file, inputs } of stamps) writeFileSync(file, inputs);
  say(`Built ${made.join(' and ')} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}

/** @param {string} root @param {Target} target @returns {boolean} */
export function isFresh(root, target) {
  const stamp = stampPath(root, target);
  return (
    existsSync(stamp) &&
    existsSync(path.join(root, RECIPES[target].makes)) &&
    readFileSync(stamp, 'utf8') === fingerprintOf(root, target)
  );
}

/** @param {string} root @param {Target} target */
function fingerprintOf(root, target) {
  return fingerprint(
    root,
    RECIPES[target].inputs,
    (file) => file === 'src/cli/launch' || file.endsWith('/tsconfig.json'),
  );
}

/** @param {string} root @param {Target} target */
const stampPath = (root, target) => path.join(root, 'out/.stamps', target);
