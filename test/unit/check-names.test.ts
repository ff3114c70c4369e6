import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nameProblems } from '../support/check-names.mjs';

/** What the gate says of a tree with these files. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'signalbox-names-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), text);
    }
    return nameProblems(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

test('[GT5] names that differ, overloads, names within files and the work of each kind of job pass', async () => {
  expect(
    await problemsOf({
      'src/a.ts': 'export function cut(a: string): string;\nexport function cut(a: number): number;\ntype Row = 1;\n',
      'src/b.ts': 'function cut() {}\ntype Row = 2;\nexport const MOST = 3;\n',
      'electron/c.ts': 'const MOST = 4;\nexport const work = 1;\n',
      'electron/d.ts': 'export const work = 2;\n',
    }),
  ).toEqual([]);
});

test('[GT5] a name that two files export, and one of a type that another file has as well, are named with their files', async () => {
  expect(
    await problemsOf({
      'src/a.ts': 'export const cut = 1;\nexport interface Place {}\n',
      'src/b/c.tsx': 'export async function cut() {}\nfunction Place() {}\n',
    }),
  ).toEqual(
    ['cut', 'Place'].map(
      (name) =>
        `${name} stands in ${path.join('src', 'a.ts')} and ${path.join('src', 'b', 'c.tsx')}: give one of them another name.`,
    ),
  );
});
