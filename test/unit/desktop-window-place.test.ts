import { expect, test } from 'vitest';
import { firstWindowState, LEAST_WINDOW, placeWindow, type Area } from '../../electron/window-place.ts';

const main: Area = { x: 0, y: 25, width: 1920, height: 1055 };
const left: Area = { x: -1280, y: 0, width: 1280, height: 1024 };
const nearest = ({ x, width }: Area): Area => (x + width / 2 < 0 ? left : main);

test('[EL13] a window keeps its place on any screen, also one left of the first', () => {
  const kept = { bounds: { x: -1200, y: 10, width: 1000, height: 700 }, maximized: true };
  expect(placeWindow(kept, nearest)).toEqual(kept);
});

test('[EL14] a window whose top edge is on no screen opens in the middle, no larger than the screen', () => {
  const at = (x: number, y: number, width = 1000, height = 700) =>
    placeWindow({ bounds: { x, y, width, height }, maximized: false }, nearest).bounds;
  expect(at(1900, 100)).toEqual({ width: 1000, height: 700 }); // too little of it to take hold of
  expect(at(100, 1050)).toEqual({ width: 1000, height: 700 });
  expect(at(100, -40)).toEqual({ width: 1000, height: 700 });
  expect(at(100, 100, 5000, 4000)).toEqual({ x: 100, y: 100, width: 1920, height: 1055 });
});

test('[EL14] what is no place of a window is as none', () => {
  const bounds = { x: 1, y: 2, width: 800, height: 600 };
  for (const kept of [
    undefined,
    null,
    'wide',
    {},
    { bounds: null, maximized: false },
    { bounds, maximized: 'yes' },
    { bounds: { ...bounds, width: 0 }, maximized: false },
    { bounds: { ...bounds, width: 1e300 }, maximized: false },
    { bounds: { ...bounds, height: '600' }, maximized: false },
  ]) {
    expect(placeWindow(kept, nearest)).toEqual(firstWindowState);
  }
});

test('[EL30] the least window fits a screen of 911 × 512 and one of 640 × 480', () => {
  for (const [width, height] of [
    [911, 512],
    [640, 480],
  ] as const) {
    expect(LEAST_WINDOW.minWidth).toBeLessThanOrEqual(width);
    expect(LEAST_WINDOW.minHeight).toBeLessThanOrEqual(height);
  }
});
