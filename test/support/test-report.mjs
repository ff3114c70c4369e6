/**
 * What the runners' JSON reports say, in one shape: numbers, and each skipped test with its reason.
 * In CI a skipped test counts as failed unless it says that this kind of machine cannot run it.
 */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Skipped
 * @property {string} name
 * @property {string} [needs] what it needs that this machine has not
 * @property {boolean} [isImpossible] whether no machine of this kind can have it
 */

/**
 * @typedef {object} Report
 * @property {number} passed
 * @property {number} failed
 * @property {readonly Skipped[]} skipped
 * @property {readonly string[]} runsOn what the desktop specs ran on
 */

/** @type {Report} */
export const NOTHING = { passed: 0, failed: 0, skipped: [], runsOn: [] };

/** @param {string} file JSON report of vitest @returns {Report} */
export function vitestReport(file) {
  if (!existsSync(file)) return NOTHING;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {any[]} */
  const tests = report.testResults.flatMap((/** @type {any} */ each) => each.assertionResults);
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: skipped.map(({ fullName, meta }) => ({ name: fullName, ...meta?.skipped })),
    runsOn: [],
  };
}

/** @param {any} suite @returns {any[]} */
const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];

/** @param {string} file JSON report of Playwright @returns {Report} */
export function playwrightReport(file) {
  if (!existsSync(file)) return NOTHING;
  const { stats, suites } = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {any[]} */
  const tests = suites.flatMap(specsOf).flatMap((/** @type {any} */ { title, tests: runs }) =>
    runs.map((/** @type {any} */ run) => ({
      title,
      status: run.status,
      notes: new Map(run.annotations.map((/** @type {any} */ note) => [note.type, note.description])),
    })),
  );
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: tests
      .filter(({ status }) => status === 'skipped')
      .map(({ title, notes }) => ({ name: title, needs: notes.get('skip') })),
    runsOn: [...new Set(tests.flatMap(({ notes }) => notes.get('runs on') ?? []))],
  };
}

/**
 * The end of a run: why each skipped test was skipped, what the desktop specs ran on, and last the numbers.
 *
 * @param {readonly Report[]} reports @param {boolean} isCi whether skips count as failures
 * @returns {{ lines: string[], isGreen: boolean }}
 */
export function summary(reports, isCi) {
  const sum = (/** @type {'passed' | 'failed'} */ key) => reports.reduce((total, each) => total + each[key], 0);
  const skipped = reports.flatMap((each) => each.skipped);
  const refused = isCi ? skipped.filter(({ isImpossible }) => !isImpossible) : [];
  const passed = sum('passed');
  const failed = sum('failed') + refused.length;
  const runsOn = reports.flatMap((each) => each.runsOn);
  return {
    lines: [
      ...skipped.map((test) => {
        const word = refused.includes(test) ? 'Refused in CI' : 'Skipped';
        return `${word}: ${test.name} (${test.needs ? `needs ${test.needs}` : 'it gives no reason'})`;
      }),
      `The desktop specs ran on ${runsOn.join(' and ') || 'nothing: none was run'}.`,
      `${passed} passed, ${failed} failed, ${skipped.length - refused.length} skipped`,
    ],
    // Without a single test nothing was shown, whatever did not fail.
    isGreen: failed === 0 && passed > 0,
  };
}
