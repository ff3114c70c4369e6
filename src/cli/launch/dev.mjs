#!/usr/bin/env node
/**
 * `npm run dev [-- serve options]`: the dashboard by Vite with hot reload, and a hub run from its sources
 * that restarts when one of them changes. One address serves both: requests that are not for the dashboard go
 * to the hub.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithParent } from './end-with-parent.mjs';
import { ensureInstalled } from './install.mjs';
import { requireNode } from './node-runtime.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const PAGE_PORT = 5173;
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

endWithParent();
await ensureInstalled(root, say);
const node = requireNode(root);
const options = process.argv.slice(2);
const dataDir = options.includes('--data-dir') ? [] : ['--data-dir', path.join(root, 'out/dev-data')];

const hub = spawn(
  node,
  ['--watch', '--watch-preserve-output', 'src/cli/main.ts', 'serve', '--json', ...dataDir, ...options],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);
/** @type {import('node:child_process').ChildProcess | undefined} */
let vite;

const stop = () => {
  hub.kill('SIGTERM');
  vite?.kill('SIGTERM');
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
hub.once('exit', (code) => {
  vite?.kill('SIGTERM');
  process.exitCode = code ?? 0;
});

// Each start of the hub prints its address and token as one line of JSON.
readline.createInterface({ input: hub.stdout }).on('line', (line) => {
  if (!line.startsWith('{')) {
    say(line);
    return;
  }
  const { url, dashboard } = JSON.parse(line);
  vite ??= startVite(url);
  const page = new URL(dashboard);
  page.host = `localhost:${PAGE_PORT}`;
  say(`\nDashboard with hot reload: ${page.href}\nHub: ${url}\n`);
});

/** @param {string} hubUrl */
function startVite(hubUrl) {
  const child = spawn(node, ['node_modules/vite/bin/vite.js', '--strictPort', `--port=${PAGE_PORT}`], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, SIGNALBOX_HUB: hubUrl },
  });
  child.once('exit', stop);
  return child;
}
