import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  copyDir,
  damagePage,
  firstEvents,
  outcomeOf,
  PAGE,
  pristineDir,
  type Damage,
  type Pristine,
} from '../support/damaged-log.ts';
import { seeded } from '../support/seeded.ts';

/**
 * Any damage to hub.db ends in a hub that serves all sound events: at once, or after the one command that the
 * refusal names. A sample of pages here; all of them, each in every way, with
 * `SIGNALBOX_ALL_PAGES=1 npx vitest run test/integration/log-damage.test.ts`, or in parts with `1/8` to `8/8`.
 * SIGNALBOX_SEED picks another sample.
 */
const PART = /^(\d+)(?:\/(\d+))?$/u.exec(process.env['SIGNALBOX_ALL_PAGES'] ?? '');
const ALL = PART !== null;
const isOfPart = (page: number): boolean =>
  page % Number(PART?.[2] ?? 1) === Number(PART?.[1]) % Number(PART?.[2] ?? 1);
const SEED = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_128);
const SAMPLE = 8;
const DAMAGES: readonly Damage[] = ['zeros', 'noise', 'foreign', 'few bytes'];

let closed: Pristine;
let crashed: Pristine;

beforeAll(async () => {
  closed = await pristineDir('closed');
  crashed = await pristineDir('crashed');
});

afterAll(() => {
  for (const { dir } of [closed, crashed]) rmSync(dir, { recursive: true, force: true });
});

/** Damages a copy, lets a hub come up on it, and answers what became of it. */
async function after(pristine: Pristine, damage: (dir: string) => void) {
  const dir = copyDir(pristine.dir);
  try {
    damage(dir);
    return await outcomeOf(dir, pristine);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test(
  '[LG40] whichever page of the database is damaged, a hub serves all sound events, at once or after the command that it names',
  { timeout: ALL ? 3_600_000 : 180_000 },
  async () => {
    const random = seeded(SEED);
    const first = firstEvents(closed.dir);
    const pages = Array.from({ length: closed.pages }, (_unused, n) => n + 1);
    const chosen = ALL
      ? pages.filter(isOfPart)
      : [
          1,
          ...pages
            .slice(1)
            .toSorted(() => random() - 0.5)
            .slice(0, SAMPLE),
        ];
    const failures: string[] = [];
    const counts = { pages: 0, atOnce: 0, recovered: 0, lostEvents: 0 };
    for (const page of chosen) {
      for (const damage of ALL ? DAMAGES : [DAMAGES[Math.floor(random() * DAMAGES.length)] ?? 'zeros']) {
        const what = `page ${page}, ${damage}, seed ${SEED}`;
        const outcome = await after(closed, (dir) => damagePage(dir, page, damage, random)).catch((error: unknown) =>
          failures.push(`${what}: ${String(error)}`),
        );
        if (typeof outcome === 'number') continue;
        const sound = (first[page] ?? closed.hashes.length + 1) - 1;
        if (outcome.events < sound) failures.push(`${what}: ${outcome.events} of ${sound} events`);
        if (outcome.events === closed.hashes.length && outcome.files !== closed.files)
          failures.push(`${what}: other files`);
        counts.pages += 1;
        counts[outcome.recovered ? 'recovered' : 'atOnce'] += 1;
        if (outcome.events < closed.hashes.length) counts.lostEvents += 1;
      }
    }
    if (ALL) console.log(counts);
    expect(failures).toEqual([]);
  },
);

describe('[LG41] a database that is not whole', () => {
  const cuts = [1, 777, PAGE, 3 * PAGE + 5, 20 * PAGE] as const;
  test.each(cuts)('and lacks its last %i bytes', async (bytes) => {
    const outcome = await after(closed, (dir) => {
      const file = path.join(dir, 'hub.db');
      truncateSync(file, readFileSync(file).length - bytes);
    });
    expect(outcome.events).toBeGreaterThan(0);
  });

  test('and has zeros in its middle', async () => {
    const outcome = await after(closed, (dir) => {
      const file = path.join(dir, 'hub.db');
      const all = readFileSync(file);
      all.fill(0, Math.floor(all.length / 2), Math.floor(all.length / 2) + 8192);
      writeFileSync(file, all);
    });
    expect(outcome.events).toBeGreaterThan(0);
  });
});

describe('[LG42] a write-ahead log', () => {
  const wal = (dir: string): string => path.join(dir, 'hub.db-wal');

  test('that a crash left is read to its end', async () => {
    expect(existsSync(wal(crashed.dir))).toBe(true);
    const outcome = await after(crashed, () => undefined);
    expect(outcome).toEqual({ recovered: false, events: crashed.hashes.length, files: crashed.files });
  });

  test('that is missing costs what only it had', async () => {
    const outcome = await after(crashed, (dir) => rmSync(wal(dir)));
    expect(outcome.events).toBeGreaterThanOrEqual(0);
  });

  test('of another hub is not taken for its own', async () => {
    const outcome = await after(closed, (dir) => copyFileSync(wal(crashed.dir), wal(dir)));
    expect(outcome).toEqual({ recovered: true, events: closed.hashes.length, files: closed.files });
  });

  test('that is noise, or was cut off, costs what only it had', async () => {
    const noise = await after(closed, (dir) => writeFileSync(wal(dir), Buffer.alloc(50_000, 'noise')));
    expect(noise).toMatchObject({ events: closed.hashes.length, files: closed.files });
    const cut = await after(crashed, (dir) => truncateSync(wal(dir), Math.floor(readFileSync(wal(dir)).length / 2)));
    expect(cut.events).toBeGreaterThanOrEqual(0);
  });

  test(
    'beside pages of the database that are damaged has the newer ones',
    { timeout: ALL ? 3_600_000 : 120_000 },
    async () => {
      const random = seeded(SEED);
      const probe = copyDir(crashed.dir);
      const first = firstEvents(probe);
      rmSync(probe, { recursive: true });
      for (let page = 2; page < crashed.pages; page += ALL ? 1 : 15) {
        if (ALL && !isOfPart(page)) continue;
        const outcome = await after(crashed, (dir) => damagePage(dir, page, 'noise', random));
        const sound = (first[page] ?? crashed.hashes.length + 1) - 1;
        expect(outcome.events, `page ${page}`).toBeGreaterThanOrEqual(sound);
      }
    },
  );
});
