import { existsSync } from 'node:fs';
import path from 'node:path';

/** The Node that Signalbox is written for: the one that Electron embeds. */
const NEEDED_MAJOR = 24;

/**
 * The Node to run Signalbox on: this one if it is new enough, else the one that the install brought.
 *
 * @param {string} root
 * @param {string} [version] this process's version
 * @returns {string | undefined} path to a Node of at least the needed version
 */
export function findNode(root, version = process.versions.node) {
  if (Number.parseInt(version, 10) >= NEEDED_MAJOR) return process.execPath;
  const bundled = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(bundled) ? bundled : undefined;
}

/** @param {string} root @returns {string} as `findNode`; throws with what to do where there is none */
export function requireNode(root) {
  const node = findNode(root);
  if (node) return node;
  throw new Error(
    `Signalbox needs Node ${NEEDED_MAJOR} and this is ${process.versions.node}: install Node ${NEEDED_MAJOR} or newer and try again.`,
  );
}
