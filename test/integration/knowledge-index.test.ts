import { readdir } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Knowledge } from '../../src/hub/knowledge/knowledge.ts';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { Runner } from '../../src/hub/jobs/runner.ts';
import { loadWork } from '../../src/jobs/work/load-work.ts';
import { JobFailed, Unreadable } from '../../src/jobs/work/job-work.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { openDb } from '../../src/hub/log/db.ts';
import { documents } from '../support/sample-documents.ts';
import { png } from '../support/sample-files.ts';
import { lockedPdf, textPdf } from '../support/sample-pdfs.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';
import { indexed, untilReady } from '../support/indexed.ts';

let box: TestCatalogue & AsyncDisposable;
let owner: CatalogueAgent;
let viewer: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  owner = await box.join('owner', 'owner');
  viewer = await box.join('viewer', 'viewer');
});
afterAll(() => box.dispose());

const put = (workspace: string, name: string, content: string | Uint8Array): Promise<unknown> =>
  box.files.write(human, { workspace, path: name, content: Buffer.from(content), source: 'upload' });
const indexFiles = async (): Promise<string[]> =>
  (await readdir(path.join(box.dataDir, 'knowledge'))).filter((name) => name.includes('.db'));
const newWorkspace = async (name: string): Promise<string> =>
  (await box.hub.execute(createWorkspace, { name }, human)).workspace;
const search = async (workspace: string, query: string, paths?: readonly string[]) =>
  (await box.knowledge.search('test', workspace, { query, ...(paths && { paths }) })).passages;

test('[KN1] a workspace is not indexed until its owner or the person says so, and then no more when they say so', async () => {
  expect(await viewer.ok('workspace_get')).toMatchObject({ intelligence: false });
  expect(await viewer.ok('knowledge_status')).toMatchObject({ state: 'off', files: [] });
  expect(await viewer.refused('knowledge_search', { query: 'x' })).toMatchObject({ code: 'unsupported' });
  expect(await viewer.refused('knowledge_ask', { question: 'x' })).toMatchObject({ code: 'unsupported' });
  expect(await viewer.refused('workspace_update', { intelligence: true })).toMatchObject({ code: 'forbidden' });
  await expect(readdir(path.join(box.dataDir, 'knowledge'))).rejects.toThrow('ENOENT');
  await owner.ok('file_write', { path: 'a.md', text: '# Signals\n\nThe red lamp means stop.\n' });
  const ready = untilReady(box.hub, box.workspace);
  expect(await owner.ok('workspace_update', { intelligence: true })).toMatchObject({ intelligence: true });
  await ready;
  expect(await viewer.ok('knowledge_status')).toMatchObject({
    state: 'ready',
    files_queued: 0,
    files_indexed: 1,
    files: [{ path: 'a.md', version: 1, state: 'indexed', passages: 1 }],
  });
  expect(await viewer.ok('knowledge_search', { query: 'what does red mean' })).toMatchObject({
    state: 'ready',
    passages: [{ path: 'a.md', version: 1, lines: [1, 3], heading: 'Signals', characters: [0, 35] }],
  });
  await owner.ok('workspace_update', { intelligence: false });
  expect(await viewer.ok('knowledge_status')).toMatchObject({ state: 'off' });
  await box.knowledge.settled();
  expect(await indexFiles()).toEqual([]);
});

test('[KN2] every file has its state, and index.updated says when each is done and when all is ready', async () => {
  const workspace = await newWorkspace('kinds');
  await put(workspace, 'plan.pdf', textPdf(['The first page', 'About couplings']));
  await put(workspace, 'locked.pdf', lockedPdf());
  await put(workspace, 'scan.pdf', textPdf(['', '']));
  await put(workspace, 'photo.png', await png(4, 4));
  await put(workspace, 'empty.txt', '');
  await put(workspace, 'broken.docx', documents['docx']?.().slice(0, 900) ?? '');
  for (const [kind, make] of Object.entries(documents)) await put(workspace, `screws.${kind}`, make());
  await put(
    workspace,
    'latin.txt',
    Buffer.from('Die Brücke über den Fluß wurde gesperrt, weil Züge überfällig waren.', 'latin1'),
  );
  const { files: all, total, done } = await indexed(box.hub, workspace);
  expect([total, done]).toEqual([11, 11]);
  const { items } = await box.knowledge.files(workspace, {});
  const stateOf = Object.fromEntries(items.map((file) => [file.path, [file.state, file.why]]));
  expect(stateOf).toMatchObject({
    'plan.pdf': ['indexed', undefined],
    'locked.pdf': ['failed', expect.stringContaining('password')],
    'scan.pdf': ['unsupported', expect.stringContaining('pictures')],
    'photo.png': ['unsupported', 'image/png has no text that is read.'],
    'empty.txt': ['indexed', undefined],
    'screws.docx': ['indexed', undefined],
    'screws.odt': ['indexed', undefined],
    'screws.pptx': ['indexed', undefined],
    'screws.html': ['indexed', undefined],
    'latin.txt': ['indexed', undefined],
  });
  expect(all.length).toBeGreaterThan(0);
  expect(await search(workspace, 'couplings')).toMatchObject([{ path: 'plan.pdf', version: 1, place: { page: 2 } }]);
  expect(await search(workspace, 'screws & nuts', ['screws.pptx'])).toMatchObject([{ place: { slide: 1 } }, {}]);
  expect((await search(workspace, 'Brücke gesperrt'))[0]?.path).toBe('latin.txt');
  expect((await box.knowledge.status(workspace)).pages).toBe(4);
});

test('[KN3] an index follows writes, moves, deletions and restorations, and reads no content twice', async () => {
  const workspace = await newWorkspace('follows');
  await put(workspace, 'a.md', 'The alpha train leaves at nine.');
  await indexed(box.hub, workspace);
  const then = async (act: () => Promise<unknown>): Promise<void> => {
    const ready = untilReady(box.hub, workspace);
    await act();
    await ready;
  };
  await then(() => put(workspace, 'a.md', 'The beta train leaves at ten.'));
  expect(await search(workspace, 'alpha')).toEqual([]);
  expect(await search(workspace, 'beta')).toMatchObject([{ path: 'a.md', version: 2 }]);
  await then(() => box.files.move(human, { workspace, from: 'a.md', to: 'timetable/late.md' }));
  expect(await search(workspace, 'beta')).toMatchObject([{ path: 'timetable/late.md', version: 2 }]);
  expect(await search(workspace, 'timetable')).toMatchObject([{ path: 'timetable/late.md' }]);
  await then(() => box.files.copy(human, { workspace, from: 'timetable/late.md', to: 'copy.md' }));
  expect(await search(workspace, 'beta')).toMatchObject([{ alike: 1 }]);
  await then(() => box.files.delete(human, { workspace, path: 'timetable/late.md', purge: false }));
  expect(await search(workspace, 'beta')).toMatchObject([{ path: 'copy.md', version: 1 }]);
  await then(() => box.files.delete(human, { workspace, path: 'copy.md', purge: true }));
  expect(await search(workspace, 'beta')).toEqual([]);
  await then(() => box.files.restore(human, { workspace, path: 'timetable/late.md', version: 1 }));
  expect(await search(workspace, 'alpha')).toMatchObject([{ path: 'timetable/late.md', version: 3 }]);
  await box.hub.execute(deleteWorkspace, { workspace, confirm: 'follows' }, human);
  await box.knowledge.settled();
  expect((await indexFiles()).filter((name) => name.includes(workspace))).toEqual([]);
});

/** Reads texts in this process. */
const ownRunner: Runner = {
  slots: 2,
  run: async (task) => {
    const work = await loadWork(task.kind);
    const nothing = (): void => undefined;
    try {
      return { ok: true, result: await work(task, { report: nothing, log: nothing, wrote: nothing }) };
    } catch (error) {
      if (error instanceof JobFailed || error instanceof Unreadable)
        return { ok: false, code: error.code, message: error.message };
      throw error;
    }
  },
  close: async () => undefined,
};

/** All that an index has, without the ids of its rows. */
function contentsOf(dataDir: string, workspace: string): unknown {
  const db = openDb(path.join(dataDir, 'knowledge', `${workspace}.db`), { readOnly: true });
  try {
    const files =
      'file_id, files.path, version, sha256, state, why, shown_version, language, title, parts, passages, words';
    const found = db.prepare('SELECT term, doc, cnt FROM vocabulary ORDER BY term').all();
    return {
      files: db.prepare(`SELECT ${files} FROM files ORDER BY file_id`).all(),
      passages: db
        .prepare(
          'SELECT file_id, nth, text, place, terms FROM passages JOIN files ON files.id = file ORDER BY file_id, nth',
        )
        .all(),
      strays: db.prepare('SELECT count(*) AS n FROM passages WHERE file NOT IN (SELECT id FROM files)').get(),
      found,
    };
  } finally {
    db.close();
  }
}

test('[KN4] after random writes, moves, copies and deletions an index equals one made afresh', async () => {
  const names = ['a.md', 'b.txt', 'c/d.md', 'c/e.bin', 'f.html'];
  const texts = [
    '# One\n\nThe signal is red.\n\n## Two\n\nThe points are set.',
    'plain words\n\nmore of them',
    '<h1>Page</h1><p>Words of a page</p>',
    'Die Weiche wurde gestellt.',
    Buffer.from([0, 1, 2, 255, 254]),
    '',
    'long '.repeat(2_000),
  ];
  const name = fc.constantFrom(...names);
  const step = fc.oneof(
    { weight: 25, arbitrary: fc.record({ kind: fc.constant('write' as const), name, text: fc.nat(texts.length - 1) }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('move' as const), name, to: name }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('copy' as const), name, to: name }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('remove' as const), name, purge: fc.boolean() }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('restore' as const), name, version: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('switch' as const) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  );
  type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;
  // Texts are read without processes here, which would take most of the time.
  await using box = await openCatalogue();
  await box.knowledge.close();
  const knowledge = new Knowledge(box.hub, box.files, { runner: ownRunner });
  const { changes } = box.files;
  const play = async (workspace: string, each: Step): Promise<void> => {
    switch (each.kind) {
      case 'write': {
        const content = Buffer.from(texts[each.text] ?? '');
        await changes.write(human, { workspace, path: each.name, content, source: 'tool' });
        return;
      }
      case 'move':
        changes.move(human, { workspace, from: each.name, to: each.to, overwrite: true });
        return;
      case 'copy':
        changes.copy(human, { workspace, from: each.name, to: each.to, overwrite: true });
        return;
      case 'remove':
        changes.delete(human, { workspace, path: each.name, purge: each.purge });
        return;
      case 'restore':
        changes.restore(human, { workspace, path: each.name, version: each.version });
        return;
      case 'switch':
        for (const intelligence of [false, true]) box.hub.commit(updateWorkspace, { workspace, intelligence }, human);
        return;
      case 'settle':
        await knowledge.settled();
        return;
      default:
        each satisfies never;
    }
  };
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 100, maxLength: 120 }), async (steps) => {
      seen += 1;
      const { workspace } = await box.hub.execute(createWorkspace, { name: `random ${seen}` }, human);
      await indexed(box.hub, workspace);
      for (const each of steps) {
        try {
          await play(workspace, each);
        } catch (error) {
          if (!(error instanceof HubError)) throw error; // there is no such file, say
        }
      }
      await knowledge.settled();
      const kept = contentsOf(box.dataDir, workspace);
      await box.hub.execute(updateWorkspace, { workspace, intelligence: false }, human);
      await box.hub.execute(updateWorkspace, { workspace, intelligence: true }, human);
      await knowledge.settled();
      expect(kept).toEqual(contentsOf(box.dataDir, workspace));
      await box.hub.execute(updateWorkspace, { workspace, intelligence: false }, human);
    }),
    { numRuns: 9 },
  );
  await knowledge.close();
});

test('[KN4] a text that is renamed to Markdown is read again as such, as an index made afresh would', async () => {
  const workspace = await newWorkspace('renamed');
  await put(workspace, 'notes.txt', '# Points\n\nThe points are set.');
  await indexed(box.hub, workspace);
  expect(await search(workspace, 'points set')).toMatchObject([{ place: { lines: [1, 3] } }]);
  const ready = untilReady(box.hub, workspace);
  box.files.changes.move(human, { workspace, from: 'notes.txt', to: 'notes.md', overwrite: false });
  await ready;
  expect(await search(workspace, 'points set')).toMatchObject([{ place: { heading: 'Points' } }]);
});

test('[KN13] what agents find is of their workspace, of files that are there, and of the paths that they name', async () => {
  const workspace = await newWorkspace('secret');
  await put(workspace, 'secret.md', 'The secret coupling is 4711.');
  await indexed(box.hub, workspace);
  await indexed(box.hub, box.workspace);
  expect(await viewer.refused('knowledge_search', { workspace: 'secret', query: 'coupling' })).toMatchObject({
    code: 'not_found',
  });
  expect(JSON.stringify(await viewer.ok('knowledge_search', { query: 'secret coupling 4711' }))).not.toContain('4711');
  const ready = untilReady(box.hub, box.workspace);
  for (const name of ['reports/a.md', 'reports/deep/b.txt', 'other/c.md'])
    await owner.ok('file_write', { path: name, text: `A lantern of ${name}` });
  await ready;
  await box.knowledge.settled();
  const found = async (paths: readonly string[]): Promise<string[]> => {
    const { passages } = await viewer.ok('knowledge_search', { query: 'lantern', paths });
    return Object.values(passages ?? {})
      .map((each) => textIn(each.path))
      .toSorted();
  };
  expect(await found(['reports/'])).toEqual(['reports/a.md', 'reports/deep/b.txt']);
  expect(await found(['reports'])).toEqual(['reports/a.md', 'reports/deep/b.txt']);
  expect(await found(['**/*.md'])).toEqual(['other/c.md', 'reports/a.md']);
  expect(await found(['other/c.md', 'reports/a.md'])).toEqual(['other/c.md', 'reports/a.md']);
  expect(await found(['none/'])).toEqual([]);
  expect(await viewer.refused('knowledge_search', { query: 'x', paths: ['[a'] })).toMatchObject({
    code: 'invalid_argument',
  });
});
