import module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { become } from './child.mjs';
import { requireNode } from './node-runtime.mjs';

/**
 * Runs the built command line: in this process where its Node is new enough, else in a child on the
 * Node that the install brought. Compiled code is cached beside the build, which halves a start.
 *
 * @param {string} root
 * @param {readonly string[]} args
 */
export async function runCli(root, args) {
  const main = path.join(root, 'out/cli/main.js');
  const cache = path.join(root, 'out/.compile-cache');
  const node = requireNode(root);
  if (node !== process.execPath) {
    process.exitCode = await become(node, [main, ...args], { env: { NODE_COMPILE_CACHE: cache } });
    return;
  }
  module.enableCompileCache(cache);
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
}
