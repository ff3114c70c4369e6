import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../find-chromium.mjs';
import { toTest } from './test-link.ts';

let browser: Promise<Browser> | undefined;

/** The one Chromium of this process; the test joins it by its debugging port. */
export function theBrowser(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

async function launch(): Promise<Browser> {
  const port = process.env['STAND_IN_DEBUG_PORT'] ?? '0';
  const executablePath = findChromium();
  const launched = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [`--remote-debugging-port=${port}`, '--no-sandbox', '--disable-quic', '--disable-sync'],
  });
  toTest({ browser: launched.version() });
  return launched;
}

export async function closeBrowser(): Promise<void> {
  if (browser) await (await browser).close();
}
