import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryOf } from '../../src/protocol/query/parse.ts';
import { BlockFacts } from '../../src/recorder/block-facts.ts';
import { openDatabase } from '../../src/recorder/database.ts';
import { FrameSearch } from '../../src/recorder/frame-search.ts';
import { Launches } from '../../src/recorder/launches.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-search-'));
const FRAMES = 20_000;
const now = 1_800_000_000_000;
let db: DatabaseSync;
let search: FrameSearch;

beforeAll(() => {
  db = openDatabase(folder);
  const launches = new Launches(db, 'one', now);
  db.exec(`INSERT INTO names (id, text) VALUES (1, 'key_a/planner'), (2, 'file_write'), (3, 'tools/call')`);
  db.exec(`WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < ${FRAMES})
    INSERT INTO frames (n, at, elapsed, kind, direction, agent, method, tool, outcome, size, masked, body)
    SELECT n, ${now} + n, n, 1, 0, 1, 3, iif(n % 5000 = 7, 2, NULL), 1, 10, 0, iif(n % 50 = 0, NULL, iif(n > 100, 2, 2 * n)) FROM place`);
  db.exec(
    `INSERT INTO bodies (id, size, bytes) SELECT 2 * n, 5, CAST('body ' || n AS BLOB) FROM frames WHERE n <= 100`,
  );
  db.exec(
    `INSERT INTO names (id, text) VALUES (4, 'key_b/Night Shift'), (5, 'key_b'), (6, 'wsp_1'), (7, 'lock.acquired')`,
  );
  db.exec(`UPDATE frames SET agent = 4, key = 5 WHERE n IN (11, 12)`);
  db.exec(`UPDATE frames SET direction = 1, workspace = 6, subject = 7, seq = 77, outcome = 3, status = 404, latency = 250.5,
    size = 3000, wire = 2, kind = 3 WHERE n = 12`);
  search = new FrameSearch(db, launches);
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** All places of a filter, with a clock that says after each look at it that the time is up. */
function inParts(filter: string, forward = false): { readonly places: number[]; readonly parts: number } {
  const places: number[] = [];
  let at: number | undefined = forward ? 0 : undefined;
  let clock = 0;
  for (let parts = 1; ; parts += 1) {
    const range = forward ? { after: at, limit: 3 } : { before: at, limit: 3 };
    const found = search.find({ terms: queryOf(filter, 'frames', now), now }, range, () => (clock += 1_000));
    places.push(...found.places);
    if (!found.more) return { places, parts };
    expect(found.reached).not.toBe(at);
    at = found.reached;
  }
}

test('[QL16] a long search is answered in parts, each of which says how far it came; none is lost or doubled', () => {
  const wanted = [7, 5_007, 10_007, 15_007];
  expect(inParts('tool:file_write').places).toEqual(wanted.toReversed());
  expect(inParts('tool:file_write', true).places).toEqual(wanted);
  const text = inParts('"body 99"');
  expect(text.places).toEqual([99]);
  expect(text.parts).toBeGreaterThan(3);
  // A body that many frames have is found for each of them, wherever it is stored.
  expect(inParts('"body 1" -"body 10" tool:file_write').places).toEqual([15_007, 10_007, 5_007]);
  expect(inParts('id:frm_one_5007').places).toEqual([5_007]);
  expect(inParts('tool:none').places).toEqual([]);
});

test.each([
  ['agent:"night shift"', [11, 12]],
  ['agent:key_b/night*', [11, 12]],
  ['involving:night*', [11, 12]],
  ['by:night*', [11]],
  ['key:key_b', [11, 12]],
  ['ws:wsp_1', [12]],
  ['type:lock', [12]],
  ['type:lock.acquired', [12]],
  ['seq:70..80', [12]],
  ['outcome:refused', [12]],
  ['has:error', [12]],
  ['status:4xx', [12]],
  ['took:>250ms', [12]],
  ['size:>2k', [12]],
  ['wire:stateless', [12]],
  ['kind:notification dir:out', [12]],
  ['-agent:planner', [11, 12]],
] as const)('[QL12] %s finds its frames', (filter, wanted) => {
  expect(inParts(filter, true).places).toEqual(wanted);
});

test('[QL17] where no name is like that, nothing is searched', () => {
  const clock = (): number => expect.unreachable();
  const terms = queryOf('agent:nobody "body"', 'frames', now);
  expect(search.find({ terms, now }, { limit: 10 }, clock)).toMatchObject({ places: [], more: false });
});

test('[RC20] blocks of which is known that no frame fits are passed over, and what has changed since is found', () => {
  const facts = new BlockFacts(db);
  while (facts.make(1, FRAMES));
  const quick = new FrameSearch(db, new Launches(db, 'one', now), facts);
  const find = (by: FrameSearch, filter: string): unknown =>
    by.find({ terms: queryOf(filter, 'frames', now), now }, { limit: FRAMES }, () => 0);
  const filters = [
    ...[
      'agent:planner',
      'agent:night*',
      'by:night*',
      'involving:planner',
      'key:key_b',
      'ws:wsp_1',
      'type:lock',
      'seq:77',
    ],
    ...[
      'seq:<10',
      'outcome:refused',
      'outcome:ok',
      'has:error',
      'status:404',
      'status:>=500',
      'took:>250ms',
      'took:>1h',
    ],
    ...[
      'size:>2k',
      'size:10',
      'wire:stateless',
      'kind:notification',
      'kind:gap',
      'dir:out',
      'dir:in',
      'tool:file_write',
    ],
    ...['tool:file_write by:night*', 'method:tools/call', 'id:7', 'id:frm_one_9000', 'after:1h', 'before:2020-01-01'],
    ...['-dir:in', '-tool:file_write kind:notification', '"body 9" outcome:refused', 'session:none'],
  ];
  for (const filter of filters) expect(find(quick, filter), filter).toEqual(find(search, filter));
  // Nothing between the first block and the last has such frames.
  expect([0, 1, 2, 3].map((block) => facts.mayHave(block, [{ column: 'outcome', values: [3] }]))).toEqual([
    ...[true, false, false, false],
  ]);
  db.exec('UPDATE frames SET outcome = 3 WHERE n = 9000');
  facts.changed(9_000);
  expect(quick.find({ terms: queryOf('outcome:refused', 'frames', now), now }, { limit: 9 }, () => 0).places).toEqual([
    ...[9_000, 12],
  ]);
  facts.removeBefore(9_000);
  expect(db.prepare('SELECT block FROM blocks').all()).toEqual([{ block: 3 }]);
  expect(facts.make(9_000, FRAMES)).toBe(true);
  expect(facts.make(9_000, FRAMES)).toBe(false);
});
