#!/usr/bin/env node
/**
 * `npm run bench [-- NAME …]` and `npm run soak -- NAME`: installs and builds what is missing or stale, then runs
 * what the first argument names (`main.ts`, `soak/main.ts`) on the Node that it is for.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { become } from '../../src/cli/launch/child.mjs';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

const [program = 'main.ts', ...args] = process.argv.slice(2);

try {
  await ensureInstalled(root, say);
  await ensureBuilt(root, ['dashboard', 'cli'], say);
  process.exitCode = await become(requireNode(root), [path.join('test/bench', program), ...args], { cwd: root });
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
