import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Knowledge } from '../../src/hub/knowledge/knowledge.ts';
import { openDb } from '../../src/hub/log/db.ts';
import { openCatalogue, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';
import { indexed, untilReady } from '../support/indexed.ts';

let box: TestCatalogue & AsyncDisposable;

beforeAll(async () => {
  box = await openCatalogue();
});
afterAll(() => box.dispose());

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

test('[KN6] an index that is damaged, or of another version, is made anew, and says why until it is ready', async () => {
  await using box = await openCatalogue();
  const { workspace } = box;
  let { knowledge } = box;
  for (let n = 0; n < 8; n += 1)
    await box.files.write(human, {
      workspace,
      path: `${n}.md`,
      content: Buffer.from(`Number ${n} is a coupling. ${'More of it. '.repeat(100)}`),
      source: 'upload',
    });
  await indexed(box.hub, workspace);
  await knowledge.settled();
  const file = path.join(box.dataDir, 'knowledge', `${workspace}.db`);
  const whole = contentsOf(box.dataDir, workspace);
  for (const spoil of [
    async () => {
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 8_192, bytes.length - 4_096);
      await writeFile(file, bytes);
    },
    async () => writeFile(file, 'no database'),
    async () => {
      const db = openDb(file);
      db.exec('PRAGMA user_version = 999');
      db.close();
    },
  ]) {
    await knowledge.close();
    await spoil();
    knowledge = new Knowledge(box.hub, box.files);
    const ready = untilReady(box.hub, workspace);
    knowledge.start();
    const first = await knowledge.search('test', workspace, { query: 'coupling' });
    if (first.status.state !== 'ready')
      expect(first.status.remade).toMatch(/^It was (?:damaged|of another version)\.$/u);
    await ready;
    await knowledge.settled();
    expect(contentsOf(box.dataDir, workspace)).toEqual(whole);
    const { passages } = await knowledge.search('test', workspace, { query: 'coupling 7' });
    expect(passages).not.toEqual([]);
  }
  await knowledge.close();
});
