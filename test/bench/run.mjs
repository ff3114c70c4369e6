#!/usr/bin/env node
/** `npm run bench [-- NAME …]`: installs and builds what is missing or stale, then measures on the Node that it is for. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { become } from '../../src/cli/launch/child.mjs';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

try {
  await ensureInstalled(root, say);
  await ensureBuilt(root, ['dashboard', 'cli'], say);
  process.exitCode = await become(requireNode(root), ['test/bench/main.ts', ...process.argv.slice(2)], { cwd: root });
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
