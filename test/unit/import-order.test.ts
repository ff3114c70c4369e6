import { beforeAll, expect, test } from 'vitest';
import { codesOf, lintSnippets, type Snippet, WALLS } from '../support/linted-snippets.ts';

const snippets: Readonly<Record<string, readonly Snippet[]>> = {
  '[WA10] no cycles': [
    {
      file: 'src/hub/cycle-a.ts',
      source: `import { b } from './cycle-b.ts';\nexport const a = () => b;`,
      refusedBy: 'import(no-cycle)',
    },
    {
      file: 'src/hub/cycle-b.ts',
      source: `import { a } from './cycle-a.ts';\nexport const b = () => a;`,
      refusedBy: 'import(no-cycle)',
    },
  ],
  '[WA11] no barrels': [
    { file: 'src/hub/all.ts', source: `export { i } from './i.ts';`, refusedBy: 'signalbox(no-barrels)' },
    { file: 'src/hub/rules/index.ts', source: `export const rules = 1;`, refusedBy: 'signalbox(no-barrels)' },
    {
      file: 'src/hub/star.ts',
      source: `export * from './i.ts';\nexport const star = 1;`,
      refusedBy: 'signalbox(no-barrels)',
    },
  ],
  '[WA13] hooks in order, markup that everybody can use': [
    {
      file: 'src/dashboard/hooks.tsx',
      source: `import { useState } from 'react';\nexport function A({ x }: { x: boolean }) {\n  if (x) useState(1);\n  return <p>a</p>;\n}`,
      refusedBy: 'react-hooks(rules-of-hooks)',
    },
    {
      file: 'src/dashboard/picture.tsx',
      source: `export const Picture = () => <img src="/a.png" />;`,
      refusedBy: 'jsx-a11y(alt-text)',
    },
    {
      file: 'src/dashboard/clickable.tsx',
      source: `export const Clickable = ({ on }: { on: () => void }) => <div onClick={on}>a</div>;`,
      refusedBy: 'jsx-a11y(no-static-element-interactions)',
    },
  ],
  '[WA14] kinds of jobs run anywhere, their work in its own process only': [
    { file: 'src/jobs/kinds.ts', source: `import { kind } from './file-copy/kind.ts';\nexport const kinds = [kind];` },
    { file: 'src/jobs/file-copy/kind.ts', source: `import { z } from 'zod';\nexport const kind = z.string();` },
    {
      file: 'src/jobs/file-copy/facts.ts',
      source: `import path from 'node:path';\nexport const f = path.sep;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/jobs/file-copy/words.ts',
      source: `import { work } from './work/work.ts';\nexport const w = work;`,
      refusedBy: WALLS,
    },
    { file: 'src/jobs/file-copy/work/work.ts', source: `import path from 'node:path';\nexport const work = path.sep;` },
    {
      file: 'src/jobs/file-copy/work/hub.ts',
      source: `import { i } from '../../../hub/i.ts';\nexport const h = i;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/jobs/file-sum/kind.ts',
      source: `import { kind } from '../file-copy/kind.ts';\nexport const other = kind;`,
      refusedBy: WALLS,
    },
    { file: 'src/jobs/work/load.ts', source: `export const load = () => import('../file-copy/work/work.ts');` },
    {
      file: 'src/hub/jobs/worker.ts',
      source: `import { load } from '../../jobs/work/load.ts';\nexport const w = load;`,
    },
    {
      file: 'src/hub/jobs/jobs.ts',
      source: `import { load } from '../../jobs/work/load.ts';\nexport const w = load;`,
      refusedBy: WALLS,
    },
    { file: 'src/dashboard/menu.ts', source: `import { kinds } from '../jobs/kinds.ts';\nexport const m = kinds;` },
    {
      file: 'src/dashboard/bad-menu.ts',
      source: `import { work } from '../jobs/file-copy/work/work.ts';\nexport const m = work;`,
      refusedBy: WALLS,
    },
  ],
  '[WA15] edges of the server use the hub and its services, not the log behind them': [
    { file: 'src/hub/log/table.ts', source: `export const table = 1;` },
    { file: 'src/hub/store/view.ts', source: `export interface View {}` },
    { file: 'src/hub/hub.ts', source: `export class Hub {\n  readonly reader = 1;\n}` },
    {
      file: 'src/server/mcp/catalogue/tools/good.ts',
      source: `import type { Hub } from '../../../../hub/hub.ts';\nexport const g = (hub: Hub): Hub => hub;`,
    },
    {
      file: 'src/server/mcp/catalogue/tools/table.ts',
      source: `import { table } from '../../../../hub/log/table.ts';\nexport const t = table;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/server/desk/view.ts',
      source: `import type { View } from '../../hub/store/view.ts';\nexport type V = View;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/server/contents/read.ts',
      source: `import type { Hub } from '../../hub/hub.ts';\nexport const r = (hub: Hub): number => hub.reader;`,
      refusedBy: 'signalbox(narrow-hub)',
    },
    {
      file: 'src/server/http/taken.ts',
      source: `import type { Hub } from '../../hub/hub.ts';\nexport const r = ({ reader }: Hub): number => reader;`,
      refusedBy: 'signalbox(narrow-hub)',
    },
    {
      file: 'src/server/services.ts',
      source: `import { table } from '../hub/log/table.ts';\nexport const t = table;`,
    },
  ],
  '[WA16] services stand on the hub, which knows none of them; rules know no log': [
    { file: 'src/hub/locks/locks.ts', source: `import { Hub } from '../hub.ts';\nexport const locks = Hub;` },
    {
      file: 'src/hub/locks/type.ts',
      source: `import type { View } from '../store/view.ts';\nexport type T = View;`,
    },
    {
      file: 'src/hub/store/waits.ts',
      source: `import type { locks } from '../locks/locks.ts';\nexport type W = typeof locks;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/hub/rules/file.ts',
      source: `import type { table } from '../log/table.ts';\nexport type F = typeof table;`,
      refusedBy: WALLS,
    },
  ],
  '[WA12] no floating promises, no any, kebab-case names': [
    {
      file: 'src/hub/float.ts',
      source: `const work = async () => 1;\nexport const go = () => {\n  work();\n};`,
      refusedBy: 'typescript(no-floating-promises)',
    },
    {
      file: 'src/hub/loose.ts',
      source: `export const loose = (x: any) => x as string;`,
      refusedBy: 'typescript(no-explicit-any)',
    },
    { file: 'src/hub/camelCase.ts', source: `export const camel = 1;`, refusedBy: 'unicorn(filename-case)' },
  ],
};

let refusals: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  refusals = await lintSnippets(Object.values(snippets).flat());
});

test.each(Object.entries(snippets))('%s', (_, cases) => {
  for (const snippet of cases) {
    const expected = snippet.refusedBy === undefined ? [] : expect.arrayContaining([snippet.refusedBy]);
    expect(codesOf(snippet, refusals), snippet.file).toEqual(expected);
  }
});
