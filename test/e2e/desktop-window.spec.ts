import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { newDesktopDir, startDesktop, startWithoutWindow, type Bounds } from '../support/desktop-under-test.ts';

let dir: string;

test.beforeEach(() => {
  dir = newDesktopDir();
});

test.afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('[EL13] the window opens where it was closed', async () => {
  const bounds: Bounds = { x: 70, y: 50, width: 1100, height: 720 };
  const first = await startDesktop(dir);
  await first.moveWindow(bounds);
  expect(await first.quit()).toBe(0);
  const next = await startDesktop(dir);
  expect((await next.windowNow()).bounds).toEqual(bounds);
  await next.dispose();
});

for (const [what, text] of [
  ['truncated', '{"window": {"bounds": {"x": 1'],
  ['without bounds', '{"window": {"bounds": null, "maximized": false}}'],
  [
    'off every screen',
    '{"window": {"bounds": {"x": -9000, "y": 9000, "width": 9999, "height": 720}, "maximized": false}}',
  ],
] as const) {
  test(`[EL14] a window's place that is ${what} does not keep the app from showing its window`, async () => {
    mkdirSync(path.join(dir, 'profile'));
    writeFileSync(path.join(dir, 'profile/window.json'), text);
    const desktop = await startDesktop(dir);
    await expect(desktop.page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
    const { bounds, isSeen } = await desktop.windowNow();
    expect(isSeen).toBe(true);
    expect(bounds.x ?? 0).toBeGreaterThanOrEqual(0);
    expect(bounds.y ?? 0).toBeLessThan(9000);
    expect(bounds.width).toBeLessThan(9999);
    expect(await desktop.quit()).toBe(0);
    await desktop.dispose();
  });
}

test('[EL15] a start that fails after the hub is up closes the hub again', async () => {
  expect(await startWithoutWindow(dir)).toBe(1);
  expect(existsSync(path.join(dir, 'data'))).toBe(true);
  expect(existsSync(path.join(dir, 'data/hub.lock'))).toBe(false);
});
