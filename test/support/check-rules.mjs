#!/usr/bin/env node
/**
 * The step of the gate that holds test/SPEC.md and the names of the tests together: each rule has a
 * test, each id that a test cites has a rule, and no id stands twice.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const RULE = /^- \*\*([A-Z]{1,2}\d+)\*\* /;
/** Ids at the beginning of a string, as `'[LK3] [LK4] a lease …'` in a test's name. */
const CITED = /(?<=['"`])(?:\[[A-Z]{1,2}\d+\] ?)+/g;

/** @param {string} folder that has SPEC.md and the tests @returns {string[]} what is wrong, a line each */
export function ruleProblems(folder) {
  const [, ...sections] = readFileSync(path.join(folder, 'SPEC.md'), 'utf8').split(/^## /m);
  const lines = sections.filter((section) => !section.startsWith('Words')).flatMap((section) => section.split('\n'));
  const rules = lines.flatMap((line) => RULE.exec(line)?.[1] ?? []);
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
      .map((id) => `SPEC.md: ${id} stands twice; the next free id is ${nextTo(id, rules)}.`),
    ...rules.filter((id) => !cited.has(id)).map((id) => `SPEC.md: no test cites ${id}.`),
    ...[...cited].filter(([id]) => !rules.includes(id)).map(([id, file]) => `${file}: ${id} has no rule in SPEC.md.`),
  ];
}

/** @param {string} id @param {string[]} rules @returns {string} the first free id with the same letters */
function nextTo(id, rules) {
  const [letters = ''] = /^[A-Z]+/.exec(id) ?? [];
  const numbers = rules.flatMap((rule) =>
    /^[A-Z]+/.exec(rule)?.[0] === letters ? [Number(rule.slice(letters.length))] : [],
  );
  return `${letters}${Math.max(...numbers) + 1}`;
}

if (import.meta.main) {
  const problems = ruleProblems(path.dirname(import.meta.dirname));
  process.stderr.write(problems.map((problem) => `${problem}\n`).join(''));
  process.exitCode = problems.length > 0 ? 1 : 0;
}
