#!/usr/bin/env node
/**
 * The step of the gate that holds test/SPEC.md and the names of the tests together: each rule has a
 * test, each id that a test cites has a rule, no id stands twice, and each stands under a heading with its letters.
 * `check-rules.mjs LK` prints the next free id that begins with LK, and behind which lines of SPEC.md it may go: the
 * last one under each heading that has those letters. With letters that no rule has it says that they are free, and
 * with an id it prints where its rule is and which tests cite it.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const RULE = /^- \*\*([A-Z]{1,2}\d+)\*\* /;
/** Ids at the beginning of a string, as `'[LK3] [LK4] a lease …'` in a test's name. */
const CITED = /(?<=['"`])(?:\[[A-Z]{1,2}\d+\] ?)+/g;

/**
 * @typedef {{ readonly text: string, readonly at: number, readonly under: string }} Line a line of SPEC.md, its number and heading
 * @typedef {{ readonly id: string, readonly at: number, readonly under: string }} Rule
 */

/** @param {string} folder that has SPEC.md and the tests @returns {string[]} what is wrong, a line each */
export function ruleProblems(folder) {
  const lines = specLines(folder);
  const rules = rulesIn(lines);
  const cited = citedIn(folder);
  const known = new Set(rules.map(({ id }) => id));
  return [
    ...lines
      .filter(({ text }) => text.startsWith('-') && !RULE.test(text))
      .map(({ text, at }) => `SPEC.md:${at}: a rule begins like "- **LK3** ", and this line does not: ${text}`),
    ...rules
      .filter(({ id, under }) => !lettersIn(under).includes(lettersOf(id)))
      .map(
        ({ id, at, under }) =>
          `SPEC.md:${at}: ${id} needs a heading with its letters: (${lettersOf(id)}) is not in "${under}".`,
      ),
    ...doubled(rules, cited),
    ...rules
      .filter(({ id }) => !cited.has(id))
      .map(({ id, at }) => `SPEC.md:${at}: no test cites ${id}: the name of its test begins with [${id}].`),
    ...[...cited]
      .filter(([id]) => !known.has(id))
      .map(([id, places]) => `${places.at(-1) ?? ''}: ${id} has no rule in SPEC.md.`),
  ];
}

/**
 * @param {string} letters @param {string} folder that has SPEC.md
 * @returns {string} the first free id that begins with them, and where it goes
 */
export function freeId(letters, folder) {
  const rules = rulesIn(specLines(folder));
  const last = new Map(rules.filter(({ id }) => lettersOf(id) === letters).map(({ under, at }) => [under, at]));
  const where = [...last].map(([under, at]) => `line ${at} of SPEC.md (${under})`);
  const goes =
    where.length > 0
      ? `it goes behind ${where.join(', or ')}`
      : `no rule has the letters ${letters}: give them a heading with the folder that keeps them`;
  return `${nextId(letters, rules)}: free; ${goes}`;
}

/** @param {string} id @param {string} folder that has SPEC.md and the tests @returns {string} where its rule is, and its tests */
export function ruleNamed(id, folder) {
  const rule = rulesIn(specLines(folder)).find((one) => one.id === id);
  const tests = citedIn(folder).get(id)?.join(', ') ?? 'no test';
  return rule ? `${id}: line ${rule.at} of SPEC.md (${rule.under}); it is cited by ${tests}` : `${id}: no rule`;
}

/**
 * @param {Rule[]} rules @param {ReadonlyMap<string, readonly string[]>} cited
 * @returns {string[]} a line for each id that stands twice: in which lines, and which tests cite it
 */
function doubled(rules, cited) {
  const twice = rules.filter(({ id }, at) => rules.findIndex((rule) => rule.id === id) !== at);
  return [...new Set(twice.map(({ id }) => id))].map((id) => {
    const lines = rules.filter((rule) => rule.id === id).map(({ at }) => at);
    const tests = cited.get(id)?.join(', ') ?? 'no test';
    return (
      `SPEC.md: ${id} stands twice, in lines ${lines.join(' and ')}; it is cited by ${tests}. ` +
      `Give the newer rule and its tests the next free id, ${nextId(lettersOf(id), rules)}.`
    );
  });
}

/** @param {string} folder of tests @returns {Map<string, string[]>} the ids that they cite, and where: a file and line each */
function citedIn(folder) {
  /** @type {Map<string, string[]>} */
  const cited = new Map();
  for (const file of globSync('**/*.{test,spec}.{ts,tsx}', { cwd: folder }).sort()) {
    const lines = readFileSync(path.join(folder, file), 'utf8').split('\n');
    for (const [at, line] of lines.entries()) {
      for (const id of (line.match(CITED) ?? []).flatMap((name) => name.match(/[A-Z]+\d+/g) ?? []))
        cited.set(id, [...(cited.get(id) ?? []), `${file}:${at + 1}`]);
    }
  }
  return cited;
}

/** @param {string} folder that has SPEC.md @returns {Line[]} the lines below its headings, without its words */
function specLines(folder) {
  let under = '';
  return readFileSync(path.join(folder, 'SPEC.md'), 'utf8')
    .split('\n')
    .flatMap((text, at) => {
      if (!text.startsWith('## ')) return { text, at: at + 1, under };
      under = text.slice('## '.length);
      return [];
    })
    .filter((line) => line.under !== '' && line.under !== 'Words');
}

/** @param {Line[]} lines @returns {Rule[]} the rules in them */
const rulesIn = (lines) =>
  lines.flatMap(({ text, ...place }) => {
    const id = RULE.exec(text)?.[1];
    return id === undefined ? [] : [{ id, ...place }];
  });

/** @param {string} id @returns {string} */
const lettersOf = (id) => id.replace(/\d+$/, '');

/** @param {string} heading `src/hub/rules: keys (KY, AG)` @returns {string[]} the letters of its rules */
const lettersIn = (heading) => /\(([A-Z, ]+)\)$/.exec(heading)?.[1]?.split(', ') ?? [];

/** @param {string} letters @param {Rule[]} rules @returns {string} the first free id that begins with them */
function nextId(letters, rules) {
  const numbers = rules.filter(({ id }) => lettersOf(id) === letters).map(({ id }) => Number(id.slice(letters.length)));
  return `${letters}${Math.max(0, ...numbers) + 1}`;
}

if (import.meta.main) {
  const folder = path.dirname(import.meta.dirname);
  const asked = process.argv[2]?.toUpperCase();
  if (asked === undefined) {
    const problems = ruleProblems(folder);
    process.stderr.write(problems.map((problem) => `${problem}\n`).join(''));
    process.exitCode = problems.length > 0 ? 1 : 0;
    if (problems.length === 0)
      process.stdout.write(
        'Each rule has a test. "npm run rule LK" says which id is free, "npm run rule LK3" what cites one.\n',
      );
  } else process.stdout.write(`${/\d$/.test(asked) ? ruleNamed(asked, folder) : freeId(asked, folder)}\n`);
}
