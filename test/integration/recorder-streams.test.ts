import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FrameRecord } from '../../src/protocol/frame-record.ts';
import { queryOf } from '../../src/protocol/query/parse.ts';
import { openDatabase } from '../../src/recorder/database.ts';
import type { FrameParty, SharedInput, StreamInput } from '../../src/recorder/frame-input.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { FakeClock } from '../support/fake-clock.ts';

const DAY = 86_400_000;
let dataDir: string;
let clock: FakeClock;
let folder: string;
let recorder: Recorder;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-streams-'));
  folder = path.join(dataDir, 'frames');
  clock = new FakeClock();
  recorder = start('l1');
});
afterEach(async () => {
  await recorder.close();
  await rm(dataDir, { recursive: true, force: true });
});

function start(launchId: string): Recorder {
  const { now, timers } = clock;
  const made = new Recorder({ folder, launchId, now, timers, logger: { warn: () => undefined } });
  made.open();
  return made;
}

/** Streams of three keys on two wires, with the frames of their exchanges: places 1 to `count`. */
function open(count: number): StreamInput[] {
  return Array.from({ length: count }, (_, at) => {
    const party: FrameParty = { key: `key_${at % 3}`, agent: `agent ${at % 3}`, session: `ses_${at}` };
    const wire = at % 2 === 0 ? 'sse' : 'streamable';
    const n = recorder.record({ kind: 'exchange', direction: 'in', method: 'GET', party, wire, outcome: 'pending' });
    return { n, party, wire };
  });
}

/** Says something to all of them. */
function tell(streams: readonly StreamInput[], said: string, rest: Partial<SharedInput> = {}): void {
  const chunk = Buffer.from(`ff\r\n9.m\nevent: message\ndata: {"said":"${said}"}\n\n\r\n`);
  const body: SharedInput['body'] = { form: 'shared', shared: { chunk } };
  const input: SharedInput = {
    kind: 'notification',
    method: 'notifications/message',
    seq: 9,
    sizeBytes: 20,
    ...rest,
    body,
  };
  for (const stream of streams) recorder.recordShared(input, stream);
}

/** All frames of a filter, by pages of so many, oldest first whichever way they are read. */
async function found(filter: string, { limit = 1_000, forward = false } = {}): Promise<FrameRecord[]> {
  const frames: FrameRecord[] = [];
  const now = clock.now();
  for (let at: number | undefined = forward ? 0 : undefined; ;) {
    const range = forward ? { after: at } : { before: at };
    const page = await recorder.page({ ...range, limit, filter: { terms: queryOf(filter, 'frames', now), now } });
    frames.push(...page.frames);
    if (!page.more) return forward ? frames : frames.toReversed();
    at = page.reached;
  }
}

const sessions = (frames: readonly FrameRecord[]): unknown[] => frames.map(({ sessionId }) => sessionId);

test('[RC18] what goes to many streams at once is one row for up to 256 of them, and read as a frame of each', async () => {
  const streams = open(600);
  tell(streams, 'hello');
  const frames = (await found('')).slice(600);
  expect(frames).toHaveLength(600);
  expect(frames.map(({ place }) => place)).toEqual(Array.from({ length: 600 }, (_, at) => 601 + at));
  expect(frames[301]).toMatchObject({
    ...{ id: recorder.idOf(902), exchange: recorder.idOf(302), sessionId: 'ses_301', keyId: 'key_1', agent: 'agent 1' },
    ...{ wire: 'streamable', kind: 'notification', direction: 'out', eventId: 'ses_301.9.m', seq: 9, body: 'whole' },
  });
  expect(await recorder.get(recorder.idOf(902))).toMatchObject({
    frame: frames[301],
    body: { text: '{"said":"hello"}' },
  });
  expect(await recorder.bodies([recorder.idOf(1_200)])).toEqual(['{"said":"hello"}']);
  await expect(recorder.get(recorder.idOf(1_201))).rejects.toMatchObject({ code: 'gone' });
  await recorder.close();
  const db = new DatabaseSync(path.join(folder, 'frames.db'));
  expect(db.prepare('SELECT count(*) AS n FROM frames').get()).toEqual({ n: 603 });
  expect(db.prepare('SELECT count(*) AS n FROM bodies').get()).toEqual({ n: 1 });
  db.close();
  // Places go on behind the last of them.
  recorder = start('l2');
  recorder.record({ kind: 'close', direction: 'out' });
  expect((await recorder.page({ limit: 1 })).frames[0]?.place).toBe(1_201);
});

test('[RC18] pages and filters find each of them, also where a page ends among them', async () => {
  const streams = open(7);
  tell(streams, 'one');
  recorder.record({ kind: 'request', direction: 'in', method: 'ping', party: streams[2]?.party, wire: 'sse' });
  tell(streams.slice(2), 'two');
  tell(streams.slice(5), 'three', { kind: 'keep-alive' });
  const all = await found('');
  expect(all).toHaveLength(7 + 7 + 1 + 5 + 2);
  for (const limit of [1, 2, 3, 5, 100]) {
    expect(await found('', { limit })).toEqual(all);
    expect(await found('', { limit, forward: true })).toEqual(all);
    const one = all.filter(({ sessionId }) => sessionId === 'ses_5');
    expect(one).toHaveLength(4);
    expect(await found('session:ses_5', { limit })).toEqual(one);
    expect(await found('session:ses_5', { limit, forward: true })).toEqual(one);
  }
  const cases: readonly (readonly [string, (frame: FrameRecord) => boolean])[] = [
    ['agent:"agent 2"', ({ agent }) => agent === 'agent 2'],
    ['by:"agent 2"', ({ agent, direction }) => agent === 'agent 2' && direction === 'in'],
    ['key:key_1', ({ keyId }) => keyId === 'key_1'],
    ['wire:sse', ({ wire }) => wire === 'sse'],
    [`id:${recorder.idOf(11)}`, ({ place }) => place === 11],
    ['kind:notification', ({ kind }) => kind === 'notification'],
    ['"ses_4"', ({ sessionId }) => sessionId === 'ses_4'],
    ['"two"', ({ place }) => place >= 16 && place <= 20],
    [
      'key:key_1 wire:sse kind:notification',
      (frame) => frame.keyId === 'key_1' && frame.wire === 'sse' && frame.kind === 'notification',
    ],
  ];
  for (const [filter, fits] of cases) {
    expect(await found(filter), filter).toEqual(all.filter(fits));
    if (!filter.includes(' w'))
      expect(await found(`-${filter}`), `-${filter}`).toEqual(all.filter((frame) => !fits(frame)));
  }
  const { frames } = await recorder.page({ sessionId: 'ses_6', limit: 10, noKeepAlives: true });
  expect(frames.map(({ kind }) => kind)).toEqual(['notification', 'notification', 'exchange']);
});

test('[RC18] the tail has each of them, of one session or by a filter', async () => {
  const streams = open(5);
  await recorder.look();
  const tails: unknown[][] = [[], []];
  recorder.tail({ sessionId: 'ses_3' }, ({ frames }) => tails[0]?.push(...sessions(frames)));
  const filter = { terms: queryOf('key:key_0', 'frames', 0), now: 0 };
  recorder.tail({ filter }, ({ frames }) => tails[1]?.push(...sessions(frames)));
  tell(streams, 'hello');
  await recorder.look();
  expect(tails).toEqual([['ses_3'], ['ses_0', 'ses_3']]);
});

test('[RC18] one that is pinned keeps those beside it; a removed key’s go alone, and names that others have stay', async () => {
  const streams = open(6);
  tell(streams, 'kept');
  tell(streams, 'old');
  await recorder.pin(recorder.idOf(9), true);
  clock.advance(30 * DAY);
  for (let n = 0; n < 12_000; n += 1)
    recorder.record({ kind: 'exchange', direction: 'in', outcome: 'refused', subject: `/${n}` });
  clock.advance(8 * DAY);
  expect(await recorder.look()).toMatchObject({ frames: 18 + 12_000 });
  expect(await recorder.keep()).toMatchObject({ frames: 7 });
  const left = await found('kind:notification');
  expect(sessions(left)).toEqual(['ses_0', 'ses_1', 'ses_2', 'ses_3', 'ses_4', 'ses_5']);
  expect(await recorder.purge({ keyId: 'key_1' })).toBe(2);
  tell(streams.slice(0, 3), 'behind');
  expect(sessions(await found('kind:notification'))).toEqual([
    ...['ses_0', 'ses_2', 'ses_3', 'ses_5'],
    ...['ses_0', 'ses_2'],
  ]);
  await expect(recorder.get(recorder.idOf(8))).rejects.toMatchObject({ code: 'gone' });
  for (const keyId of ['key_0', 'key_2']) await recorder.purge({ keyId });
  expect(await found('kind:notification')).toEqual([]);
});

test('[RC19] a database of format 1 is taken over', async () => {
  recorder.record({ kind: 'request', direction: 'in', method: 'ping', party: { session: 'ses_a' } });
  await recorder.look();
  await recorder.close();
  const db = openDatabase(folder);
  db.exec(
    'ALTER TABLE frames DROP COLUMN streams; CREATE INDEX frames_session ON frames (session) WHERE session IS NOT NULL',
  );
  db.exec('DROP TABLE blocks; PRAGMA user_version = 1');
  db.close();
  recorder = start('l2');
  tell(open(2), 'hello');
  expect(sessions(await found(''))).toEqual(['ses_a', 'ses_0', 'ses_1', 'ses_0', 'ses_1']);
});
