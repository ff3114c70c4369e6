import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOTHING, playwrightReport, summary, vitestReport, type Report } from '../support/test-report.mjs';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
let unit: Report;
let endToEnd: Report;

const VITEST = `
import { expect, test } from 'vitest';
test('passes', () => {});
test('fails', () => expect(1).toBe(2));
test('needs a disk', { skip: true, meta: { skipped: { needs: 'a disk', isImpossible: false } } }, () => {});
test('needs Linux', { skip: true, meta: { skipped: { needs: 'Linux', isImpossible: true } } }, () => {});
test.skip('says nothing', () => {});
test.todo('is not written');
`;
const PLAYWRIGHT = `
import { test } from '@playwright/test';
test.describe('the desktop', () => {
  test('opens', () => test.info().annotations.push({ type: 'runs on', description: 'a stand-in' }));
  test('closes', () => test.info().annotations.push({ type: 'runs on', description: 'a stand-in' }));
  test('shows', () => test.skip(true, 'a display'));
});
`;

/** Both runners for real, on tests that end in every way. */
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-report-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(folder, 'a.test.js'), VITEST);
  writeFileSync(path.join(folder, 'b.spec.js'), PLAYWRIGHT);
  const run = (...args: string[]): unknown =>
    spawnSync(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], PLAYWRIGHT_JSON_OUTPUT_NAME: path.join(folder, 'playwright.json') },
    });
  const reporters = ['--reporter=json', '--outputFile.json=vitest.json', '--dir=.'];
  run('node_modules/vitest/vitest.mjs', 'run', ...reporters, 'a.test');
  run('node_modules/@playwright/test/cli.js', 'test', '--reporter=json', 'b.spec');
  unit = vitestReport(path.join(folder, 'vitest.json'));
  endToEnd = playwrightReport(path.join(folder, 'playwright.json'));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('[GT2] the end of a run has the numbers, why each test was skipped, and what the desktop ran on', () => {
  expect(summary([unit, endToEnd], false)).toEqual({
    lines: [
      'Skipped: needs a disk (needs a disk)',
      'Skipped: needs Linux (needs Linux)',
      'Skipped: says nothing (it gives no reason)',
      'Skipped: is not written (it gives no reason)',
      'Skipped: shows (needs a display)',
      'The desktop specs ran on a stand-in.',
      '3 passed, 1 failed, 5 skipped',
    ],
    isGreen: false,
  });
});

test('[GT3] in CI a skipped test counts as failed, unless this kind of machine cannot run it', () => {
  const { lines, isGreen } = summary([{ ...unit, failed: 0 }, endToEnd], true);
  expect(isGreen).toBe(false);
  expect(lines.filter((line) => line.startsWith('Skipped'))).toEqual(['Skipped: needs Linux (needs Linux)']);
  expect(lines).toContain('Refused in CI: needs a disk (needs a disk)');
  expect(lines.at(-1)).toBe('3 passed, 4 failed, 1 skipped');
});

test('[GT2] a run in which nothing was skipped or failed is green; one without a report is not', () => {
  const green = summary([{ ...NOTHING, passed: 2 }, NOTHING], true);
  expect(green.lines.at(-1)).toBe('2 passed, 0 failed, 0 skipped');
  expect(green.isGreen).toBe(true);
  const none = summary([vitestReport(path.join(folder, 'none.json'))], false);
  expect(none.lines).toEqual(['The desktop specs ran on nothing: none was run.', '0 passed, 0 failed, 0 skipped']);
  expect(none.isGreen).toBe(false);
});
