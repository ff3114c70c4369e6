#!/usr/bin/env node
/**
 * The step of the gate that gives each name one meaning: a name that a file exports is exported by no other, and where
 * it is that of a type, a class or a component, no other file has one of its own. What every kind of job exports under
 * one name, {@link OF_EACH_KIND}, is the exception.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const DECLARED =
  /^(?<exported>export )?(?:declare |default |abstract |async )*(?:type|interface|class|enum|const|function\*?) (?<name>\w+)/gmu;
const OF_EACH_KIND = new Set(['work']);

/** @param {string} root folder that has `src` and `electron` @returns {string[]} what is wrong, a line each */
export function nameProblems(root) {
  /** @type {Map<string, { readonly file: string, readonly isExported: boolean }[]>} */
  const places = new Map();
  for (const file of globSync('{src,electron}/**/*.{ts,tsx,mjs}', { cwd: root }).sort()) {
    for (const { groups } of readFileSync(path.join(root, file), 'utf8').matchAll(DECLARED)) {
      const { name = '', exported } = groups ?? {};
      const before = places.get(name) ?? [];
      if (before.at(-1)?.file === file) continue; // overloads
      places.set(name, [...before, { file, isExported: exported !== undefined }]);
    }
  }
  return [...places].flatMap(([name, all]) => {
    const exported = all.filter(({ isExported }) => isExported);
    const same = /^[A-Z]\w*[a-z]/u.test(name) ? all : exported;
    if (exported.length === 0 || same.length < 2 || OF_EACH_KIND.has(name)) return [];
    return `${name} stands in ${same.map(({ file }) => file).join(' and ')}: give one of them another name.`;
  });
}

if (import.meta.main) {
  const problems = nameProblems(path.resolve(import.meta.dirname, '../..'));
  process.stderr.write(problems.map((problem) => `${problem}\n`).join(''));
  process.exitCode = problems.length > 0 ? 1 : 0;
}
