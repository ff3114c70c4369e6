#!/usr/bin/env node
/**
 * The `signalbox` command. In a source tree it first installs and builds what is missing or stale;
 * installed as a package it finds its build ready. It prints nothing on stdout itself.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { endWithParent } from './end-with-parent.mjs';
import { ensureBuilt, isFresh } from './ensure-built.mjs';
import { ensureInstalled } from './install.mjs';
import { runBuiltCli } from './run-built-cli.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

endWithParent();
try {
  const args = process.argv.slice(2);
  const isSourceTree = existsSync(path.join(root, 'vite.config.ts'));
  const connect = path.join(root, 'out/cli/connect.mjs');
  // `connect` is one file for any Node from 20 on: nothing needs to be installed for it.
  if (args[0] === 'connect' && existsSync(connect) && (!isSourceTree || isFresh(root, 'cli'))) {
    await import(pathToFileURL(connect).href);
  } else {
    if (isSourceTree) {
      await ensureInstalled(root, say);
      await ensureBuilt(root, args[0] === 'serve' ? ['dashboard', 'cli'] : ['cli'], say);
    }
    await runBuiltCli(root, args);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
