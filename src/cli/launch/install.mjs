import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './child.mjs';
import { exclusively } from './exclusive.mjs';
import { findNode } from './node-runtime.mjs';

/**
 * Installs the packages of the lock file where one is missing or has another version.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function ensureInstalled(root, say) {
  if (isInstalled(root)) return;
  await exclusively(
    root,
    async () => {
      if (isInstalled(root)) return;
      say('Installing packages (npm ci) …');
      const { command, args, shell } = npm();
      const isDone = await runTool(
        command,
        [...args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
        {
          cwd: root,
          shell,
        },
      );
      if (!isDone) throw new Error('npm ci failed (its words are above). Mend that, then start again.');
      if (!findNode(root)) {
        // Where npm does not run install scripts, the bundled Node has not fetched its binary yet.
        await runTool(process.execPath, ['installArchSpecificPackage.js'], {
          cwd: path.join(root, 'node_modules/node'),
        });
      }
      stamp(root);
    },
    say,
  );
}

/**
 * Whether node_modules holds what the lock file says. A stamp with the hash of the lock file makes later checks
 * cheap. Without a stamp (somebody ran npm themselves), npm's own record is compared, so that a good install
 * is never repeated. A package without its folder is missing, whatever the records say.
 *
 * @param {string} root
 * @returns {boolean}
 */
export function isInstalled(root) {
  if (!findNode(root)) return false;
  const stampFile = stampPath(root);
  const isStamped = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === keyOf(root);
  if (!isStamped && !matchesLock(root)) return false;
  if (!hasFolders(root)) return false;
  if (isStamped) return true;
  stamp(root);
  return true;
}

/** @param {string} root */
const stampPath = (root) => path.join(root, 'node_modules/.signalbox-installed');

/** @param {string} root */
function keyOf(root) {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform} ${process.arch}`;
}

/** @param {string} root */
function stamp(root) {
  try {
    writeFileSync(stampPath(root), keyOf(root));
  } catch {
    // In a read-only tree everything is checked each time.
  }
}

/**
 * Whether each package that npm recorded is there: a look at each folder, a few ms in all.
 *
 * @param {string} root
 */
function hasFolders(root) {
  const record = recordPath(root);
  return !existsSync(record) || Object.keys(packagesOf(record)).every((place) => existsSync(path.join(root, place)));
}

/** @param {string} root */
const recordPath = (root) => path.join(root, 'node_modules/.package-lock.json');

/** @param {string} root */
function matchesLock(root) {
  const record = recordPath(root);
  if (!existsSync(record)) return false;
  const wanted = packagesOf(path.join(root, 'package-lock.json'));
  const have = packagesOf(record);
  return Object.entries(wanted).every(([place, { version, optional, devOptional }]) => {
    if (place === '') return true;
    const installed = have[place]?.version;
    return installed === version || (installed === undefined && (optional === true || devOptional === true));
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** The npm that started us, else the one on the PATH. */
function npm() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return { command: process.execPath, args: [script], shell: false };
  return process.platform === 'win32'
    ? { command: 'npm.cmd', args: [], shell: true }
    : { command: 'npm', args: [], shell: false };
}
