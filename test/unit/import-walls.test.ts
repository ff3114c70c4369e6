import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

const Report = z.object({
  diagnostics: z.array(z.object({ message: z.string(), code: z.string().optional(), filename: z.string() })),
});

/** A snippet, the place in the tree it stands at, and the rule that must refuse it (none: it must pass). */
interface Snippet {
  readonly file: string;
  readonly source: string;
  readonly refusedBy?: string;
}

const walls = 'signalbox(import-walls)';

const snippets: Readonly<Record<string, readonly Snippet[]>> = {
  '[WA1] protocol imports zod and itself only': [
    { file: 'src/protocol/a.ts', source: `import { z } from 'zod';\nexport const A = z.string();` },
    { file: 'src/protocol/b.ts', source: `import { A } from './a.ts';\nexport const b = A;` },
    {
      file: 'src/protocol/c.ts',
      source: `import path from 'node:path';\nexport const c = path.sep;`,
      refusedBy: walls,
    },
    {
      file: 'src/protocol/d.ts',
      source: `import type { H } from '../hub/h.ts';\nexport type D = H;`,
      refusedBy: walls,
    },
    {
      file: 'src/protocol/e.ts',
      source: `import { Hono } from 'hono';\nexport const e = new Hono();`,
      refusedBy: walls,
    },
  ],
  '[WA2] hub imports protocol and Node, no HTTP and no React': [
    { file: 'src/hub/h.ts', source: `import { A } from '../protocol/a.ts';\nexport type H = typeof A;` },
    { file: 'src/hub/i.ts', source: `import path from 'node:path';\nexport const i = path.sep;` },
    { file: 'src/hub/j.ts', source: `import http from 'node:http';\nexport const j = http.METHODS;`, refusedBy: walls },
    { file: 'src/hub/k.ts', source: `import { s } from '../server/s.ts';\nexport const k = s;`, refusedBy: walls },
    { file: 'src/hub/l.ts', source: `export const l = () => import('../server/s.ts');`, refusedBy: walls },
    { file: 'src/hub/m.ts', source: `import { useState } from 'react';\nexport const m = useState;`, refusedBy: walls },
    {
      file: 'src/hub/n.ts',
      source: `export { Server } from '@modelcontextprotocol/server';\nexport const n = 1;`,
      refusedBy: walls,
    },
  ],
  '[WA17] recorder imports protocol and Node, and the hub does not know it': [
    { file: 'src/recorder/a.ts', source: `import { A } from '../protocol/a.ts';\nexport const r = A;` },
    { file: 'src/recorder/b.ts', source: `import path from 'node:path';\nexport const b = path.sep;` },
    { file: 'src/recorder/c.ts', source: `import { i } from '../hub/i.ts';\nexport const c = i;`, refusedBy: walls },
    { file: 'src/recorder/d.ts', source: `import { z } from 'zod';\nexport const d = z.string();`, refusedBy: walls },
    { file: 'src/hub/r.ts', source: `import { b } from '../recorder/b.ts';\nexport const r = b;`, refusedBy: walls },
    { file: 'src/server/r.ts', source: `import { b } from '../recorder/b.ts';\nexport const r = b;` },
  ],
  '[WA3] server imports hub and protocol; its desk is not the dashboard, which it may not import': [
    { file: 'src/server/s.ts', source: `import { i } from '../hub/i.ts';\nexport const s = i;` },
    { file: 'src/server/desk/page.ts', source: `export const page = 1;` },
    { file: 'src/server/desk/t.ts', source: `import { page } from './page.ts';\nexport const t = page;` },
    {
      file: 'src/server/u.ts',
      source: `import { v } from '../dashboard/v.ts';\nexport const u = v;`,
      refusedBy: walls,
    },
    {
      file: 'src/server/w.ts',
      source: `import { cli } from '../cli/main.ts';\nexport const w = cli;`,
      refusedBy: walls,
    },
    { file: 'src/server/x.ts', source: `import { g } from '../sandbox/g.ts';\nexport const x = g;`, refusedBy: walls },
  ],
  '[WA4] the dashboard imports protocol only, and no Node': [
    { file: 'src/dashboard/v.ts', source: `import { A } from '../protocol/a.ts';\nexport const v = A;` },
    { file: 'src/dashboard/y.ts', source: `import { i } from '../hub/i.ts';\nexport const y = i;`, refusedBy: walls },
    { file: 'src/dashboard/z.ts', source: `import fs from 'node:fs';\nexport const z = fs;`, refusedBy: walls },
    { file: 'src/dashboard/q.ts', source: `import pino from 'pino';\nexport const q = pino;`, refusedBy: walls },
  ],
  '[WA5] screens never import each other': [
    { file: 'src/dashboard/features/locks/row.ts', source: `export const row = 1;` },
    {
      file: 'src/dashboard/features/locks/list.ts',
      source: `import { row } from './row.ts';\nexport const list = row;`,
    },
    {
      file: 'src/dashboard/features/jobs/list.ts',
      source: `import { row } from '../locks/row.ts';\nexport const list = row;`,
      refusedBy: walls,
    },
  ],
  '[WA6] sandbox imports protocol and the client SDKs': [
    {
      file: 'src/sandbox/g.ts',
      source: `import { Client } from '@modelcontextprotocol/client';\nexport const g = Client;`,
    },
    { file: 'src/sandbox/h.ts', source: `import { s } from '../server/s.ts';\nexport const h = s;`, refusedBy: walls },
    {
      file: 'src/sandbox/i.ts',
      source: `import { McpServer } from '@modelcontextprotocol/server';\nexport const i = McpServer;`,
      refusedBy: walls,
    },
  ],
  '[WA7] cli imports server, sandbox and protocol, not the hub': [
    { file: 'src/cli/main.ts', source: `import { s } from '../server/s.ts';\nexport const cli = s;` },
    { file: 'src/cli/o.ts', source: `import { i } from '../hub/i.ts';\nexport const o = i;`, refusedBy: walls },
    { file: 'src/cli/p.ts', source: `import { v } from '../dashboard/v.ts';\nexport const p = v;`, refusedBy: walls },
    { file: 'src/connect/q.ts', source: `import { h } from '../hub/h.ts';\nexport const q = h;`, refusedBy: walls },
    { file: 'src/setup/s.ts', source: `import { h } from '../server/h.ts';\nexport const s = h;`, refusedBy: walls },
    { file: 'src/connect/r.ts', source: `import { c } from 'commander';\nexport const r = c;`, refusedBy: walls },
  ],
  '[WA8] electron imports the start, the dashboard edge and protocol; nobody else imports electron': [
    { file: 'src/server/start.ts', source: `export const start = 1;` },
    {
      file: 'electron/main.ts',
      source: `import { app } from 'electron';\nimport { start } from '../src/server/start.ts';\nexport const m = [app, start];`,
    },
    {
      file: 'electron/tray.ts',
      source: `import { s } from '../src/server/s.ts';\nexport const t = s;`,
      refusedBy: walls,
    },
    { file: 'electron/menu.ts', source: `import { i } from '../src/hub/i.ts';\nexport const t = i;`, refusedBy: walls },
    { file: 'src/server/y.ts', source: `import { app } from 'electron';\nexport const y = app;`, refusedBy: walls },
    { file: 'test/unit/z.ts', source: `import { app } from 'electron';\nexport const z = app;`, refusedBy: walls },
  ],
  '[WA9] the launcher runs before anything is installed: Node and its own folder only': [
    { file: 'src/cli/launch/run.mjs', source: `import path from 'node:path';\nexport const run = path.sep;` },
    {
      file: 'src/cli/launch/colour.mjs',
      source: `import { Command } from 'commander';\nexport const c = Command;`,
      refusedBy: walls,
    },
    {
      file: 'src/cli/launch/hub.mjs',
      source: `import { s } from '../../server/s.ts';\nexport const h = s;`,
      refusedBy: walls,
    },
  ],
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
      refusedBy: walls,
    },
    {
      file: 'src/jobs/file-copy/words.ts',
      source: `import { work } from './work/work.ts';\nexport const w = work;`,
      refusedBy: walls,
    },
    { file: 'src/jobs/file-copy/work/work.ts', source: `import path from 'node:path';\nexport const work = path.sep;` },
    {
      file: 'src/jobs/file-copy/work/hub.ts',
      source: `import { i } from '../../../hub/i.ts';\nexport const h = i;`,
      refusedBy: walls,
    },
    {
      file: 'src/jobs/file-sum/kind.ts',
      source: `import { kind } from '../file-copy/kind.ts';\nexport const other = kind;`,
      refusedBy: walls,
    },
    { file: 'src/jobs/work/load.ts', source: `export const load = () => import('../file-copy/work/work.ts');` },
    {
      file: 'src/hub/jobs/worker.ts',
      source: `import { load } from '../../jobs/work/load.ts';\nexport const w = load;`,
    },
    {
      file: 'src/hub/jobs/jobs.ts',
      source: `import { load } from '../../jobs/work/load.ts';\nexport const w = load;`,
      refusedBy: walls,
    },
    { file: 'src/dashboard/menu.ts', source: `import { kinds } from '../jobs/kinds.ts';\nexport const m = kinds;` },
    {
      file: 'src/dashboard/bad-menu.ts',
      source: `import { work } from '../jobs/file-copy/work/work.ts';\nexport const m = work;`,
      refusedBy: walls,
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
      refusedBy: walls,
    },
    {
      file: 'src/server/desk/view.ts',
      source: `import type { View } from '../../hub/store/view.ts';\nexport type V = View;`,
      refusedBy: walls,
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
      refusedBy: walls,
    },
    {
      file: 'src/hub/rules/file.ts',
      source: `import type { table } from '../log/table.ts';\nexport type F = typeof table;`,
      refusedBy: walls,
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

describe('import walls', () => {
  let tree: string;
  const refusals = new Map<string, Set<string>>();

  beforeAll(async () => {
    tree = await mkdtemp(path.join(tmpdir(), 'signalbox-walls-'));
    for (const name of ['.oxlintrc.json', '.oxlint', 'tsconfig.json', 'package.json']) {
      await cp(path.join(root, name), path.join(tree, name), { recursive: true });
    }
    await symlink(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
    for (const { file, source } of Object.values(snippets).flat()) {
      await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
      await writeFile(path.join(tree, file), `${source}\n`);
    }
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
    const { stdout } = await run(
      process.execPath,
      [oxlint, '--type-aware', '--format=json', 'src', 'electron', 'test'],
      {
        cwd: tree,
        maxBuffer: 16 * 1024 * 1024,
      },
    ).catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
    for (const { filename, code, message } of Report.parse(JSON.parse(stdout)).diagnostics) {
      const codes = refusals.get(filename) ?? new Set();
      refusals.set(filename, codes.add(code ?? message));
    }
  });

  afterAll(() => rm(tree, { recursive: true, force: true }));

  for (const [rule, cases] of Object.entries(snippets)) {
    test(rule, () => {
      for (const { file, refusedBy } of cases) {
        const codes = [...(refusals.get(file) ?? [])].filter(
          (code) => refusedBy ?? /walls|narrow|barrels|cycle/.test(code),
        );
        expect(codes, file).toEqual(refusedBy ? expect.arrayContaining([refusedBy]) : []);
      }
    });
  }
});
