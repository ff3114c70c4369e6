import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { findChromium } from './support/find-chromium.mjs';

const report = process.env['SIGNALBOX_E2E_REPORT'];
const executablePath = findChromium();

export default defineConfig({
  testDir: path.join(import.meta.dirname, 'e2e'),
  outputDir: path.join(import.meta.dirname, '../test-results/e2e'),
  // Two cores, and a test brings up a hub, agents and a browser.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  reporter: report ? [['list'], ['json', { outputFile: report }]] : 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // Chromium's sandbox does not run as root, which is what build machines often are.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
});
