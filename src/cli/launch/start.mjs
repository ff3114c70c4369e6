#!/usr/bin/env node
/**
 * `npm start`: installs what is missing, builds what is stale, then opens the desktop window, or,
 * where none can open or `--headless` is given, serves the same dashboard to a browser.
 *
 * Plain JavaScript on Node's own modules: it runs before anything is installed, on Node 20 too.
 * All it says goes to stderr, so that the hub's first line on stdout is its own.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { become } from './child.mjs';
import { fetchElectron, findElectron } from './electron-binary.mjs';
import { endWithParent } from './end-with-parent.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './install.mjs';
import { runBuiltCli } from './run-built-cli.mjs';
import { whyNoDisplay } from './window-choice.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

endWithParent();
try {
  const options = process.argv.slice(2).filter((arg) => arg !== '--headless');
  const wantsHelp = options.includes('--help') || options.includes('-h');
  const wantsWindow = options.length === process.argv.length - 2 && !wantsHelp;
  await ensureInstalled(root, say);
  const electron = wantsWindow ? await windowOrWhyNot() : undefined;
  if (electron) {
    // The command line too: the window starts sample agents with it.
    await ensureBuilt(root, ['electron', 'dashboard', 'cli'], say);
    process.exitCode = await become(electron, [root, ...options], { cwd: root });
  } else {
    await ensureBuilt(root, wantsHelp ? ['cli'] : ['dashboard', 'cli'], say);
    await runBuiltCli(root, ['serve', ...options]);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function windowOrWhyNot() {
  const noDisplay = whyNoDisplay({ platform: process.platform, env: process.env, uid: process.getuid?.() });
  const electron = noDisplay ? undefined : (findElectron(root) ?? (await fetchElectron(root, say)));
  if (!electron)
    say(
      `No desktop window, because ${noDisplay ?? "Electron's binary is not here and could not be fetched"}: serving the dashboard to a browser instead.`,
    );
  return electron;
}
