import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** Where browsers are that no PATH names. */
const USUAL_PLACES = [
  '/usr/lib/chromium/chromium',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * A Chromium to run the tests in: the one named by SIGNALBOX_CHROMIUM, else one on the machine.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @returns {string | undefined} its executable
 */
export function findChromium(env = process.env) {
  if (env.SIGNALBOX_CHROMIUM) {
    if (isExecutable(env.SIGNALBOX_CHROMIUM)) return env.SIGNALBOX_CHROMIUM;
    throw new Error(`SIGNALBOX_CHROMIUM names ${env.SIGNALBOX_CHROMIUM}, which cannot be run: correct or unset it.`);
  }
  const onPath = (env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return [...onPath, ...USUAL_PLACES, ...playwrightsOwn(env)].find(isExecutable);
}

/**
 * What Playwright has downloaded, whichever of its versions did.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string[]}
 */
function playwrightsOwn(env) {
  /** @type {Partial<Record<NodeJS.Platform, string>>} */
  const usual = {
    darwin: path.join(homedir(), 'Library/Caches/ms-playwright'),
    win32: path.join(env.LOCALAPPDATA ?? homedir(), 'ms-playwright'),
  };
  const cache = env.PLAYWRIGHT_BROWSERS_PATH ?? usual[process.platform] ?? path.join(homedir(), '.cache/ms-playwright');
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
    .toSorted()
    .toReversed()
    .flatMap((name) =>
      [
        'chrome-linux/chrome',
        'chrome-linux64/chrome',
        'chrome-linux/headless_shell',
        'chrome-win/chrome.exe',
        'chrome-win64/chrome.exe',
        'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
      ].map((file) => path.join(cache, name, file)),
    );
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    // A launcher script may outlive its browser: one that cannot say its version is none.
    return (
      process.platform === 'win32' || execFileSync(file, ['--version'], { stdio: 'pipe', timeout: 20_000 }).length > 0
    );
  } catch {
    return false;
  }
}
