#!/usr/bin/env node
/**
 * The step of the gate that holds test/SPEC.md and the names of the tests together: each rule has a
 * test, each id that a test cites has a rule, and no id stands twice. `check-rules.mjs LK` prints the next free id
 * that begins with LK.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const RULE = /^- \*\*([A-Z]{1,2}\d+)\*\* /;
/** Ids at the beginning of a string, as `'[LK3] [LK4] a lease …'` in a test's name. */
const CITED = /(?<=['"`])(?:\[[A-Z]{1,2}\d+\] ?)+/g;

/** @param {string} folder that has SPEC.md and the tests @returns {string[]} what is wrong, a line each */
export function ruleProblems(folder) {
  const lines = specLines(folder);
  const rules = idsIn(lines);
  const cited = new Map(
    globSync('**/*.{test,spec}.{ts,tsx}', { cwd: folder }).flatMap((file) => {
      const names = readFileSync(path.join(folder, file), 'utf8').match(CITED) ?? [];
      return names.flatMap((name) => name.match(/[A-Z]+\d+/g) ?? []).map((id) => [id, file]);
    }),
  );
  return [
    ...lines.filter((line) => line.startsWith('-') && !RULE.test(line)).map((line) => `SPEC.md: no rule: ${line}`),
    ...rules
      .filter((id, at) => rules.indexOf(id) !== at)
      .map((id) => `SPEC.md: ${id} stands twice; the next free id is ${nextId(lettersOf(id), rules)}.`),
    ...rules.filter((id) => !cited.has(id)).map((id) => `SPEC.md: no test cites ${id}.`),
    ...[...cited].filter(([id]) => !rules.includes(id)).map(([id, file]) => `${file}: ${id} has no rule in SPEC.md.`),
  ];
}

/** @param {string} folder that has SPEC.md @returns {string[]} the lines below its headings, without its words */
function specLines(folder) {
  const [, ...sections] = readFileSync(path.join(folder, 'SPEC.md'), 'utf8').split(/^## /m);
  return sections.filter((section) => !section.startsWith('Words')).flatMap((section) => section.split('\n'));
}

/** @param {string[]} lines @returns {string[]} the ids of the rules in them */
const idsIn = (lines) => lines.flatMap((line) => RULE.exec(line)?.[1] ?? []);

/** @param {string} id @returns {string} */
const lettersOf = (id) => id.replace(/\d+$/, '');

/** @param {string} letters @param {string[]} rules @returns {string} the first free id that begins with them */
function nextId(letters, rules) {
  const numbers = rules.filter((rule) => lettersOf(rule) === letters).map((rule) => Number(rule.slice(letters.length)));
  return `${letters}${Math.max(0, ...numbers) + 1}`;
}

if (import.meta.main) {
  const folder = path.dirname(import.meta.dirname);
  const [letters] = process.argv.slice(2);
  if (letters === undefined) {
    const problems = ruleProblems(folder);
    process.stderr.write(problems.map((problem) => `${problem}\n`).join(''));
    process.exitCode = problems.length > 0 ? 1 : 0;
  } else process.stdout.write(`${nextId(letters, idsIn(specLines(folder)))}\n`);
}
