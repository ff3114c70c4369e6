#!/usr/bin/env node
/** `npm run build [-- dashboard|cli|electron …]`: builds what is stale of the named targets, or of all. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, isTarget, TARGETS } from './ensure-built.mjs';
import { ensureInstalled } from './install.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

try {
  const names = process.argv.length > 2 ? process.argv.slice(2) : TARGETS;
  const unknown = names.find((name) => !isTarget(name));
  if (unknown !== undefined) throw new Error(`There is no build called ${unknown}: ${TARGETS.join(', ')}.`);
  await ensureInstalled(root, say);
  await ensureBuilt(root, names.filter(isTarget), say);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
