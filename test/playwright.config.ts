import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { findChromium } from './support/find-chromium.mjs';

const report = process.env['SIGNALBOX_E2E_REPORT'];
const executablePath = findChromium();
const results = path.join(import.meta.dirname, '../test-results/e2e');

/** They say how soon something happens, so that nothing else may take the machine's time meanwhile. */
const TIMED = /\/(?:hold-still|keys|main-job)\.spec\.ts$/u;

export default defineConfig({
  testDir: path.join(import.meta.dirname, 'e2e'),
  // Two cores; a test brings up a hub, agents and a browser, and waits a third of its time.
  workers: 3,
  projects: [
    { name: 'together', testIgnore: TIMED, outputDir: path.join(results, 'together') },
    { name: 'alone', testMatch: TIMED, outputDir: path.join(results, 'alone'), workers: 1 },
  ],
  // They end what hangs: a busy machine takes ten times as long as an idle one.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  reporter: report ? [['list'], ['json', { outputFile: report }]] : 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    // What was done and asked for, and a picture of the end. Pictures of each step would cost a third of the time:
    // --trace=on takes them.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // Chromium's sandbox does not run as root, which is what build machines often are.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
});
