import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { become } from './child.mjs';
import { requireNode } from './node-runtime.mjs';

/**
 * Runs the built command line: in this process where its Node is new enough, else in a child on the
 * Node that the install brought.
 *
 * @param {string} root
 * @param {readonly string[]} args
 */
export async function runBuiltCli(root, args) {
  const main = path.join(root, 'out/cli/main.js');
  const node = requireNode(root);
  if (node !== process.execPath) {
    process.exitCode = await become(node, [main, ...args]);
    return;
  }
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
}
