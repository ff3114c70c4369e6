// npm run pictures -- FOLDER [--agents 0,3,50,500] [--scene NAME,…]: every screen, in three sizes and both themes.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from '../support/find-chromium.mjs';
import { HubProcess } from '../support/hub-process.ts';
import { Cast } from './cast.ts';
import { fillRoom } from './room.ts';
import { pictureScenes, type PictureScene } from './scenes.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
] as const;
const MOST_AGENTS = 500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { agents: { type: 'string', default: '0,3,50,500' }, scene: { type: 'string', default: '' } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Say where the pictures go: npm run pictures -- FOLDER');
mkdirSync(folder, { recursive: true });
const only = values.scene.split(',').filter((name) => name !== '');
let failed = 0;
for (const count of values.agents.split(',').map(Number)) {
  if (!Number.isInteger(count) || count < 0 || count > MOST_AGENTS) throw new Error(`No count of agents: ${count}`);
  await takeWith(count, folder);
}
process.exitCode = failed === 0 ? 0 : 1;

async function takeWith(count: number, into: string): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'signalbox-pictures-'));
  const hub = await HubProcess.start(dataDir, { env: { HOME: dataDir, XDG_CONFIG_HOME: '' } });
  const room = await fillRoom(await Cast.of(hub), count);
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const page = await browser.newPage({ viewport: sizes[1], reducedMotion: 'reduce' });
    page.setDefaultTimeout(15_000);
    await page.goto(hub.announced.dashboard);
    for (const scene of pictureScenes) {
      if (scene.from > count || (only.length > 0 && !only.includes(scene.name))) continue;
      await take(page, scene, path.join(into, `${count}-${scene.name}`));
    }
  } finally {
    await browser.close();
    await room.close();
    await hub.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** All sizes and themes of a scene. One that does not come about is told, and the next is taken. */
async function take(page: Page, scene: PictureScene, name: string): Promise<void> {
  try {
    await page.setViewportSize(sizes[1]);
    await scene.show(page);
    for (const size of sizes) {
      await page.setViewportSize(size);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await still(page);
        await page.screenshot({ animations: 'disabled', path: `${name}-${size.width}-${colorScheme}.png` });
      }
    }
    await scene.hide?.(page);
    process.stdout.write(`${name}\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`${name}: not taken: ${String(error)}\n`);
    await page.screenshot({ path: `${name}-failed.png` });
    await page.reload();
  }
}

/** Until nothing has changed for a moment; what never rests is taken as it is. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let rest = setTimeout(resolve, 200);
    const watch = new MutationObserver(() => {
      clearTimeout(rest);
      rest = setTimeout(resolve, 200);
    });
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    setTimeout(resolve, 1_200);
    await promise;
    watch.disconnect();
  });
}
