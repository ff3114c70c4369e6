#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, sees to a Chromium, builds, then runs the gate and every test,
 * and ends with `N passed, N failed` alone on a line. Nothing stops at the first failure. A step of the
 * gate that fails counts as one failed test, and so does a runner that ends badly with no test failed.
 *
 * Plain JavaScript on Node's own modules: it runs before anything is installed, on Node 20 too.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';
import { findChromium } from './find-chromium.mjs';

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
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say("Playwright's could not be fetched: installing Debian's chromium …");
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-q'], { env });
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env });
  }
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'The tests need a Chromium: install one (apt-get install chromium) or set SIGNALBOX_CHROMIUM to its path.',
  );
}

/**
 * What a runner's JSON report says of its tests.
 *
 * @param {string} file @param {(report: any) => { passed: number, failed: number }} read
 */
function countsIn(file, read) {
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  return read(JSON.parse(readFileSync(file, 'utf8')));
}

/** @param {number} exitCode @param {{ passed: number, failed: number }} counts */
function judged(exitCode, { passed, failed }) {
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed };
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

/** @returns {Promise<{ passed: number, failed: number }[]>} */
async function everything() {
  await ensureInstalled(root, say);
  const node = requireNode(root);
  const chromium = ensureChromium(node);
  say(`Node ${node}, Chromium ${chromium}`);
  const build = { passed: 0, failed: (await isBuilt()) ? 0 : 1 };

  say('\nThe gate');
  const gate = { passed: 0, failed: run(node, ['test/support/check.mjs']) };

  const results = path.join(root, 'test-results');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  const env = {
    // Tests start `node` themselves: it must be this one for them too.
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
    SIGNALBOX_CHROMIUM: chromium,
  };

  say('\nUnit, integration and fuzz tests');
  const vitestReport = path.join(results, 'vitest.json');
  const vitest = run(
    node,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestReport}`,
    ],
    { env },
  );

  say('\nEnd-to-end tests');
  const playwrightReport = path.join(results, 'playwright.json');
  const playwright = run(node, ['node_modules/@playwright/test/cli.js', 'test', '--config=test/playwright.config.ts'], {
    env: { ...env, SIGNALBOX_E2E_REPORT: playwrightReport },
  });

  return [
    build,
    gate,
    judged(
      vitest,
      countsIn(vitestReport, (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests })),
    ),
    judged(
      playwright,
      countsIn(playwrightReport, ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky })),
    ),
  ];
}

let counts;
try {
  counts = await everything();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  counts = [{ passed: 0, failed: 1 }];
}
const passed = counts.reduce((sum, each) => sum + each.passed, 0);
const failed = counts.reduce((sum, each) => sum + each.failed, 0);
// Without a single test nothing was shown, whatever did not fail.
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
say(`\n${passed} passed, ${failed} failed`);
