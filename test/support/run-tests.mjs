#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, sees to a Chromium, builds, then runs the gate and every test,
 * and ends with `N passed, N failed, N skipped` alone on a line. Nothing stops at the first failure. A
 * step of the gate that fails counts as one failed test, and so do a runner that ends badly with no
 * test failed, and in CI (`CI` set) a skipped test that this kind of machine could run.
 *
 * Plain JavaScript on Node's own modules: it runs before anything is installed, on Node 20 too.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';
import { findChromium } from './find-chromium.mjs';
import { NOTHING, playwrightReport, summary, vitestReport } from './test-report.mjs';

const PLAYWRIGHT_DOWNLOAD_LIMIT_MS = 5 * 60_000;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);

/**
 * @param {string} command @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {number} exit code; 1 for what could not be run or was ended
 */
function run(command, args, { env, timeoutMs } = {}) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    timeout: timeoutMs,
  });
  return status ?? 1;
}

/** Whether this is a Debian whose packages may be installed. */
function canInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** @param {string} name */
function installDebian(name) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-q'], { env });
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], { env });
}

/** In CI the Go client is run too. Elsewhere its test is skipped: nobody's machine gets a compiler for it. */
function ensureGo() {
  if (!process.env['CI'] || spawnSync('go', ['version']).status === 0 || !canInstall()) return;
  say("No Go on this machine: installing Debian's for the Go client …");
  installDebian('golang-go');
}

/** In CI a real nginx stands before the hub. */
function ensureNginx() {
  if (!process.env['CI'] || spawnSync('nginx', ['-v']).status === 0 || !canInstall()) return;
  say("No nginx on this machine: installing Debian's to stand before the hub …");
  installDebian('nginx-light');
}

/** @param {string} node @returns {string} */
function ensureChromium(node) {
  const found = findChromium();
  if (found) return found;
  say('No Chromium on this machine: asking Playwright for its own …');
  run(node, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], {
    timeoutMs: PLAYWRIGHT_DOWNLOAD_LIMIT_MS,
  });
  const downloaded = findChromium();
  if (downloaded) return downloaded;
  if (canInstall()) {
    say("Playwright's could not be fetched: installing Debian's chromium …");
    installDebian('chromium');
  }
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'The tests need a Chromium: install one (apt-get install chromium) or set SIGNALBOX_CHROMIUM to its path.',
  );
}

/**
 * A runner's report; one that ended badly with no test failed counts as a failed test.
 *
 * @param {number} exitCode @param {import('./test-report.mjs').Report} report @returns {import('./test-report.mjs').Report}
 */
function judged(exitCode, report) {
  return exitCode !== 0 && report.failed === 0 ? { ...report, failed: 1 } : report;
}

/** What the tests of whole programs run against. A build that fails need not keep the other tests from being run. */
async function isBuilt() {
  try {
    await ensureBuilt(root, ['electron', 'dashboard', 'cli'], say);
    return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** @returns {Promise<import('./test-report.mjs').Report[]>} */
async function everything() {
  await ensureInstalled(root, say);
  const node = requireNode(root);
  const chromium = ensureChromium(node);
  ensureNginx();
  ensureGo();
  say(`Node ${node}, Chromium ${chromium}`);
  const build = { ...NOTHING, failed: (await isBuilt()) ? 0 : 1 };

  say('\nThe gate');
  const gate = { ...NOTHING, failed: run(node, ['test/support/check.mjs']) };

  const results = path.join(root, 'test-results');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  const env = {
    // Tests start `node` themselves: it must be this one for them too.
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
    SIGNALBOX_CHROMIUM: chromium,
  };

  say('\nUnit, integration and fuzz tests');
  const vitestFile = path.join(results, 'vitest.json');
  const vitest = run(
    node,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestFile}`,
    ],
    { env },
  );

  say('\nEnd-to-end tests');
  const endToEnd = ['together', 'alone'].map((project) => {
    const file = path.join(results, `playwright-${project}.json`);
    const exitCode = run(
      node,
      ['node_modules/@playwright/test/cli.js', 'test', '--config=test/playwright.config.ts', `--project=${project}`],
      { env: { ...env, SIGNALBOX_E2E_REPORT: file } },
    );
    return judged(exitCode, playwrightReport(file));
  });

  return [build, gate, judged(vitest, vitestReport(vitestFile)), ...endToEnd];
}

let reports;
try {
  reports = await everything();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  reports = [{ ...NOTHING, failed: 1 }];
}
const { lines, isGreen } = summary(reports, Boolean(process.env['CI']));
process.exitCode = isGreen ? 0 : 1;
say(`\n${lines.join('\n')}`);
