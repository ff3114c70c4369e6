import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FrameRecord } from '../../src/protocol/frame-record.ts';
import type { FrameInput } from '../../src/recorder/frame-input.ts';
import type { RecorderOptions } from '../../src/recorder/recorder-options.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { FakeClock } from '../support/fake-clock.ts';
/** Threads start slowly on a busy machine. */
const WAIT = 60_000;
let dataDir: string;
let clock: FakeClock;
let folder: string;
let recorder: Recorder | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-recorder-'));
  folder = path.join(dataDir, 'frames');
  clock = new FakeClock();
});
afterEach(async () => {
  await recorder?.close();
  recorder = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

function start(options: Partial<RecorderOptions> = {}): Recorder {
  const { now, timers } = clock;
  const logger = { warn: () => undefined };
  const made = new Recorder({ folder, launchId: 'l1', now, timers, logger, ...options });
  made.open();
  recorder = made;
  return made;
}

const call = (rest: Partial<FrameInput> = {}): FrameInput => ({
  kind: 'request',
  direction: 'in',
  method: 'tools/call',
  party: { key: 'key_a', session: 'ses_a' },
  ...rest,
});
const text = (text: string): FrameInput['body'] => ({ form: 'text', text });
const all = async (from: Recorder): Promise<readonly FrameRecord[]> =>
  (await from.page({ limit: 100_000 })).frames.toReversed();
const droppedIn = ({ health }: Recorder): number => ('droppedFrames' in health ? health.droppedFrames : 0);
const kindsOf = async (from: Recorder): Promise<string[]> => (await all(from)).map(({ kind }) => kind);

test('[RC12] what the thread cannot take in time is dropped and counted, and a gap tells of it', async () => {
  const made = start({ waitingBytes: 512 * 1024 });
  const body = text('x'.repeat(100_000));
  // The thread cannot answer before this turn is over.
  for (let n = 0; n < 50; n += 1) made.record(call({ body }));
  const { droppedFrames } = made.health as { droppedFrames: number };
  expect(droppedFrames).toBeGreaterThan(20);
  await made.look();
  made.record(call());
  const frames = await all(made);
  const gap = frames.find(({ kind }) => kind === 'gap');
  expect(gap).toMatchObject({ dropped: droppedFrames });
  expect(frames.filter(({ kind }) => kind === 'request')).toHaveLength(50 - droppedFrames + 1);
  expect(frames.at(-1)?.place).toBe(52);
});

test('[RC22] a key whose frames come faster than the thread takes them loses its own and none of others', async () => {
  const made = start({ waitingBytes: 1024 * 1024 });
  const mine = { party: { key: 'key_flood', session: 'ses_flood' } };
  const others = ['key_a', 'key_b', 'key_c'].map((key) => ({ party: { key, session: `ses_${key}` } }));
  // The thread cannot answer before this turn is over.
  for (let n = 0; n < 200; n += 1) {
    made.record(call({ ...mine, body: text('x'.repeat(50_000)) }));
    for (const other of others) made.record(call({ ...other, body: text('small') }));
    // A head comes before the key is known: it counts for whose connection it was before.
    made.record(
      call({ party: undefined, body: text('head') }),
      `POST /mcp HTTP/1.1\r\nX-Long: ${'h'.repeat(10_000)}`,
      'key_flood',
    );
    made.record(call({ party: undefined, body: text('head') }), 'POST /mcp HTTP/1.1', 'key_a');
    made.update({ ...mine, n: 1, outcome: 'refused', answer: 'x'.repeat(50_000) });
  }
  await made.look();
  const frames = await all(made);
  const of = (session: string) => frames.filter(({ sessionId }) => sessionId === session).length;
  for (const { party } of others) expect(of(party.session)).toBe(200);
  expect(frames.filter(({ kind, sessionId }) => kind === 'request' && sessionId === undefined).length).toBeGreaterThan(
    200,
  );
  expect(of('ses_flood')).toBeGreaterThan(0);
  expect(of('ses_flood')).toBeLessThan(20);
  clock.advance(1_000);
  made.record(call());
  // The first loss was told at once, the others together.
  const gaps = (await all(made)).filter(({ kind }) => kind === 'gap');
  expect(gaps.map(({ dropped }) => dropped)).toEqual([1, droppedIn(made) - 1]);
});

test('[RC22] what waited and was written leaves room again, and what is of nobody has a share too', async () => {
  const made = start({ waitingBytes: 1024 * 1024 });
  for (let round = 0; round < 5; round += 1) {
    for (const key of ['key_a', undefined]) {
      made.record(call({ party: key === undefined ? undefined : { key }, body: text('x'.repeat(300_000)) }));
    }
    await made.look();
  }
  expect(made.health).toEqual({ status: 'on', droppedFrames: 0 });
  for (let n = 0; n < 20; n += 1) made.record(call({ party: undefined, body: text('x'.repeat(100_000)) }));
  made.record(call({ party: { key: 'key_a', session: 'ses_a' }, body: text('x'.repeat(100_000)) }));
  await made.look();
  expect((await all(made)).filter(({ sessionId }) => sessionId === 'ses_a')).toHaveLength(1);
});

test('[RC13] a database of a newer version, one that is damaged and one that is locked: nothing is recorded, and it is said', async () => {
  await start().close();
  const file = path.join(folder, 'frames.db');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 99');
  db.close();
  let made = start({ launchId: 'l2' });
  await vi.waitFor(() => expect(made.health).toMatchObject({ status: 'failed', code: 'recorder_newer' }), WAIT);
  made.record(call());
  await expect(made.page({ limit: 1 })).rejects.toMatchObject({ code: 'storage_failed' });
  await made.close();

  writeFileSync(file, Buffer.alloc(8_192, 'no database'));
  made = start({ launchId: 'l3' });
  await vi.waitFor(() => expect(made.health).toMatchObject({ status: 'failed', code: 'recorder_corrupt' }), WAIT);
  await made.close();

  await rm(folder, { recursive: true });
  made = start({ launchId: 'l4' });
  await made.look();
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  made.record(call());
  clock.advance(50);
  await vi.waitFor(() => expect(made.health).toMatchObject({ status: 'failed', code: 'recorder_locked' }), WAIT);
  other.exec('ROLLBACK');
  other.close();
  made.record(call());
  clock.advance(50);
  await vi.waitFor(() => expect(made.health).toMatchObject({ status: 'on' }), WAIT);
  made.record(call());
  expect(await kindsOf(made)).toEqual(['request', 'gap', 'request']);
});

test('[RC14] a disk without room: the hub shows it, and recording goes on once there is some', async () => {
  const made = start();
  await made.look();
  const bodies = path.join(folder, 'bodies');
  writeFileSync(bodies, ''); // where large bodies should go there is no folder
  chmodSync(bodies, 0o400);
  made.record(call({ body: text('x'.repeat(300 * 1024)) }));
  clock.advance(50);
  await vi.waitFor(() => expect(made.health).toMatchObject({ status: 'failed', code: 'recorder_failed' }), WAIT);
  expect(existsSync(bodies)).toBe(true);
  await rm(bodies);
  made.record(call({ body: text('x'.repeat(300 * 1024)) }));
  clock.advance(50);
  await vi.waitFor(() => expect(made.health).toMatchObject({ status: 'on' }), WAIT);
});
