import { beforeAll, expect, test } from 'vitest';
import { codesOf, lintSnippets, type Snippet, WALLS } from '../support/linted-snippets.ts';

const snippets: Readonly<Record<string, readonly Snippet[]>> = {
  '[WA1] protocol imports zod and itself only': [
    { file: 'src/protocol/a.ts', source: `import { z } from 'zod';\nexport const A = z.string();` },
    { file: 'src/protocol/b.ts', source: `import { A } from './a.ts';\nexport const b = A;` },
    {
      file: 'src/protocol/c.ts',
      source: `import path from 'node:path';\nexport const c = path.sep;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/protocol/d.ts',
      source: `import type { H } from '../hub/h.ts';\nexport type D = H;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/protocol/e.ts',
      source: `import { Hono } from 'hono';\nexport const e = new Hono();`,
      refusedBy: WALLS,
    },
  ],
  '[WA2] hub imports protocol and Node, no HTTP and no React': [
    { file: 'src/hub/h.ts', source: `import { A } from '../protocol/a.ts';\nexport type H = typeof A;` },
    { file: 'src/hub/i.ts', source: `import path from 'node:path';\nexport const i = path.sep;` },
    { file: 'src/hub/j.ts', source: `import http from 'node:http';\nexport const j = http.METHODS;`, refusedBy: WALLS },
    { file: 'src/hub/k.ts', source: `import { s } from '../server/s.ts';\nexport const k = s;`, refusedBy: WALLS },
    { file: 'src/hub/l.ts', source: `export const l = () => import('../server/s.ts');`, refusedBy: WALLS },
    { file: 'src/hub/m.ts', source: `import { useState } from 'react';\nexport const m = useState;`, refusedBy: WALLS },
    {
      file: 'src/hub/n.ts',
      source: `export { Server } from '@modelcontextprotocol/server';\nexport const n = 1;`,
      refusedBy: WALLS,
    },
  ],
  '[WA17] recorder imports protocol and Node, and the hub does not know it': [
    { file: 'src/recorder/a.ts', source: `import { A } from '../protocol/a.ts';\nexport const r = A;` },
    { file: 'src/recorder/b.ts', source: `import path from 'node:path';\nexport const b = path.sep;` },
    { file: 'src/recorder/c.ts', source: `import { i } from '../hub/i.ts';\nexport const c = i;`, refusedBy: WALLS },
    { file: 'src/recorder/d.ts', source: `import { z } from 'zod';\nexport const d = z.string();`, refusedBy: WALLS },
    { file: 'src/hub/r.ts', source: `import { b } from '../recorder/b.ts';\nexport const r = b;`, refusedBy: WALLS },
    { file: 'src/server/r.ts', source: `import { b } from '../recorder/b.ts';\nexport const r = b;` },
  ],
  '[WA3] server imports hub and protocol; its desk is not the dashboard, which it may not import': [
    { file: 'src/server/s.ts', source: `import { i } from '../hub/i.ts';\nexport const s = i;` },
    { file: 'src/server/desk/page.ts', source: `export const page = 1;` },
    { file: 'src/server/desk/t.ts', source: `import { page } from './page.ts';\nexport const t = page;` },
    {
      file: 'src/server/u.ts',
      source: `import { v } from '../dashboard/v.ts';\nexport const u = v;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/server/w.ts',
      source: `import { cli } from '../cli/main.ts';\nexport const w = cli;`,
      refusedBy: WALLS,
    },
    { file: 'src/server/x.ts', source: `import { g } from '../sandbox/g.ts';\nexport const x = g;`, refusedBy: WALLS },
  ],
  '[WA4] the dashboard imports protocol only, and no Node': [
    { file: 'src/dashboard/v.ts', source: `import { A } from '../protocol/a.ts';\nexport const v = A;` },
    { file: 'src/dashboard/y.ts', source: `import { i } from '../hub/i.ts';\nexport const y = i;`, refusedBy: WALLS },
    { file: 'src/dashboard/z.ts', source: `import fs from 'node:fs';\nexport const z = fs;`, refusedBy: WALLS },
    { file: 'src/dashboard/q.ts', source: `import pino from 'pino';\nexport const q = pino;`, refusedBy: WALLS },
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
      refusedBy: WALLS,
    },
  ],
  '[WA6] sandbox imports protocol and the client SDKs': [
    {
      file: 'src/sandbox/g.ts',
      source: `import { Client } from '@modelcontextprotocol/client';\nexport const g = Client;`,
    },
    { file: 'src/sandbox/h.ts', source: `import { s } from '../server/s.ts';\nexport const h = s;`, refusedBy: WALLS },
    {
      file: 'src/sandbox/i.ts',
      source: `import { McpServer } from '@modelcontextprotocol/server';\nexport const i = McpServer;`,
      refusedBy: WALLS,
    },
  ],
  '[WA7] [WA18] cli imports server, sandbox and protocol, not the hub': [
    { file: 'src/cli/main.ts', source: `import { s } from '../server/s.ts';\nexport const cli = s;` },
    { file: 'src/cli/o.ts', source: `import { i } from '../hub/i.ts';\nexport const o = i;`, refusedBy: WALLS },
    { file: 'src/cli/p.ts', source: `import { v } from '../dashboard/v.ts';\nexport const p = v;`, refusedBy: WALLS },
    { file: 'src/connect/q.ts', source: `import { h } from '../hub/h.ts';\nexport const q = h;`, refusedBy: WALLS },
    { file: 'src/setup/s.ts', source: `import { h } from '../server/h.ts';\nexport const s = h;`, refusedBy: WALLS },
    { file: 'src/connect/r.ts', source: `import { c } from 'commander';\nexport const r = c;`, refusedBy: WALLS },
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
      refusedBy: WALLS,
    },
    { file: 'electron/menu.ts', source: `import { i } from '../src/hub/i.ts';\nexport const t = i;`, refusedBy: WALLS },
    { file: 'src/server/y.ts', source: `import { app } from 'electron';\nexport const y = app;`, refusedBy: WALLS },
    { file: 'test/unit/z.ts', source: `import { app } from 'electron';\nexport const z = app;`, refusedBy: WALLS },
  ],
  '[WA9] the launcher runs before anything is installed: Node and its own folder only': [
    { file: 'src/cli/launch/run.mjs', source: `import path from 'node:path';\nexport const run = path.sep;` },
    {
      file: 'src/cli/launch/colour.mjs',
      source: `import { Command } from 'commander';\nexport const c = Command;`,
      refusedBy: WALLS,
    },
    {
      file: 'src/cli/launch/hub.mjs',
      source: `import { s } from '../../server/s.ts';\nexport const h = s;`,
      refusedBy: WALLS,
    },
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
