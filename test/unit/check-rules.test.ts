import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freeId, ruleNamed, ruleProblems } from '../support/check-rules.mjs';

/** Ids of the made-up tree; put together here, so that the gate does not take them for this tree's. */
const cite = (...numbers: number[]) => numbers.map((number) => `[QQ${number}]`).join(' ');

/** What the gate says of a folder with these files, as `test/` has them. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  return await asked(files, ruleProblems);
}

async function asked<T>(files: Readonly<Record<string, string>>, ask: (folder: string) => T): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'signalbox-rules-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    return ask(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const SPEC =
  '# Rules\n\n## Words\n\n- **Wire**: a way.\n\n## src/a (QQ)\n\n- **QQ1** One.\n- **QQ2** Two.\n- **QQ3** Three.\n';
const TESTS = {
  'unit/a.test.ts': `test('${cite(1)} one', run);\ntest.each(['x'])(\n  "${cite(2)} two of %s",\n  run,\n);\n`,
  'e2e/b.spec.ts': `test(\`${cite(3, 1)} three\`, run);\n`,
};

test('[GT1] rules and tests that belong together pass', async () => {
  expect(await problemsOf({ 'SPEC.md': SPEC, ...TESTS })).toEqual([]);
});

test('[GT1] a rule without a test, an id without a rule and an id that stands twice are named', async () => {
  const { 'unit/a.test.ts': unit } = TESTS;
  expect(await problemsOf({ 'SPEC.md': SPEC, 'unit/a.test.ts': unit })).toEqual([
    'SPEC.md:11: no test cites QQ3: the name of its test begins with [QQ3].',
  ]);
  expect(
    await problemsOf({ 'SPEC.md': SPEC, ...TESTS, 'e2e/c.spec.ts': `test('${cite(1)}${cite(9)} nine', run);\n` }),
  ).toEqual([`${path.join('e2e', 'c.spec.ts')}:1: QQ9 has no rule in SPEC.md.`]);
  expect(await problemsOf({ 'SPEC.md': `${SPEC}- **QQ2** Two again.\n`, ...TESTS })).toEqual([
    'SPEC.md: QQ2 stands twice, in lines 10 and 12; it is cited by ' +
      `${path.join('unit', 'a.test.ts')}:3. Give the newer rule and its tests the next free id, QQ4.`,
  ]);
});

test('[GT4] the free id that begins with some letters is named before one is taken, and behind which lines it goes', async () => {
  const files = { 'SPEC.md': `${SPEC}\n## src/b (QR, QQ)\n\n- **QR7** Seven.\n- **QQ8** Eight.\n` };
  expect(await asked(files, (folder) => freeId('QQ', folder))).toBe(
    'QQ9: free; it goes behind line 11 of SPEC.md (src/a (QQ)), or line 16 of SPEC.md (src/b (QR, QQ))',
  );
  expect(await asked(files, (folder) => freeId('QS', folder))).toBe(
    'QS1: free; no rule has the letters QS: give them a heading with the folder that keeps them',
  );
});

test('[GT4] of an id that is taken it is named where its rule is and which tests cite it', async () => {
  const named = (id: string) => asked({ 'SPEC.md': SPEC, ...TESTS }, (folder) => ruleNamed(id, folder));
  const tests = [path.join('e2e', 'b.spec.ts:1'), path.join('unit', 'a.test.ts:1')].join(', ');
  expect(await named('QQ1')).toBe(`QQ1: line 9 of SPEC.md (src/a (QQ)); it is cited by ${tests}`);
  expect(await named('QQ9')).toBe('QQ9: no rule');
});

test('[GT1] a rule stands under a heading that has its letters', async () => {
  expect(await problemsOf({ 'SPEC.md': SPEC.replace('(QQ)', '(QR, QS)'), ...TESTS })).toContain(
    'SPEC.md:9: QQ1 needs a heading with its letters: (QQ) is not in "src/a (QR, QS)".',
  );
});

test('[GT1] a line that is no rule, and an id that is only mentioned, count for nothing', async () => {
  expect(await problemsOf({ 'SPEC.md': `${SPEC}- QQ4 Four.\n`, ...TESTS })).toEqual([
    'SPEC.md:12: a rule begins like "- **LK3** ", and this line does not: - QQ4 Four.',
  ]);
  expect(
    await problemsOf({
      'SPEC.md': `${SPEC}- **QQ4** Four.\n`,
      ...TESTS,
      'unit/d.test.ts': `// ${cite(4)} is for later.\n`,
      'unit/support.ts': `const name = '${cite(4)} four';\n`,
    }),
  ).toEqual(['SPEC.md:12: no test cites QQ4: the name of its test begins with [QQ4].']);
});
