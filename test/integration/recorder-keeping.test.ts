import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FrameRecord } from '../../src/protocol/frame-record.ts';
import type { FrameInput, SharedBody } from '../../src/recorder/frame-input.ts';
import type { RecorderOptions } from '../../src/recorder/recorder-options.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { FakeClock } from '../support/fake-clock.ts';

const DAY = 86_400_000;
const MIB = 1024 * 1024;
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
const push: FrameInput = { kind: 'notification', direction: 'out', method: 'notifications/message' };
const refused: FrameInput = { kind: 'exchange', direction: 'in', method: 'POST', outcome: 'refused' };
const text = (text: string): FrameInput['body'] => ({ form: 'text', text });
const all = async (from: Recorder): Promise<readonly FrameRecord[]> =>
  (await from.page({ limit: 100_000 })).frames.toReversed();
const kindsOf = async (from: Recorder): Promise<string[]> => (await all(from)).map(({ kind }) => kind);

test('[RC7] handshakes and refusals are kept for seven days, calls for half of that, pushes for a quarter; a dry run removes nothing', async () => {
  const made = start();
  for (const days of [8, 3, 1, 0]) {
    for (const frame of [refused, call(), push]) made.record(frame);
    if (days > 0) clock.advance(days * DAY);
    await made.look();
  }
  // They are now 12, 4, 1 and 0 days old.
  const looked = await made.look();
  expect(looked).toMatchObject({ frames: 12, over: { handshakes: 1, calls: 2, pushes: 2 } });
  expect(await kindsOf(made)).toHaveLength(12);
  expect(await made.look({ keepMs: 2 * DAY })).toMatchObject({ over: { handshakes: 2, calls: 2, pushes: 3 } });
  const kept = await made.keep();
  expect(kept).toMatchObject({ frames: 7, over: { handshakes: 0, calls: 0, pushes: 0 } });
  expect(await kindsOf(made)).toEqual([
    ...['exchange'],
    ...['exchange', 'request', 'notification'],
    ...['exchange', 'request', 'notification'],
  ]);
});

test('[RC8] past the bytes all are kept shorter, the newest longest; what is pinned stays with its pair', async () => {
  const made = start();
  const pinned = made.record(call({ body: text('pin me') }));
  const answer = made.record({
    ...call({ body: text('answer') }),
    kind: 'response',
    direction: 'out',
    replyTo: pinned,
  });
  await made.pin(made.idOf(pinned), true);
  const body = text('x'.repeat(100_000));
  for (let n = 0; n < 60; n += 1) {
    made.record(call({ body }));
    clock.advance(DAY / 48);
  }
  await made.settings({ keepBytes: 2 * MIB });
  expect(await made.look()).toMatchObject({ over: { calls: expect.any(Number) } });
  const before = await made.look();
  expect(before.bytes).toBeGreaterThan(5 * MIB);
  expect(before.over.calls).toBeGreaterThan(10);
  const kept = await made.keep();
  expect(kept.bytes).toBeLessThanOrEqual(2 * MIB);
  const places = (await all(made)).map(({ place }) => place);
  expect(places.slice(0, 2)).toEqual([pinned, answer]);
  expect(places.at(-1)).toBe(62);
  expect(places.slice(2)).toEqual(Array.from({ length: places.length - 2 }, (_, at) => 63 - (places.length - 2) + at));
  await made.pin(made.idOf(pinned), false);
  clock.advance(30 * DAY);
  expect(await made.keep()).toMatchObject({ frames: 0 });
  await expect(made.pin(made.idOf(pinned), true)).rejects.toMatchObject({ code: 'gone' });
});

test('[RC21] whose frames are most gives way: who has less than an equal share keeps all of it, strangers have a tenth', async () => {
  const made = start();
  const body = text('x'.repeat(50_000));
  const small = text('y'.repeat(1_000));
  const of = (key: string): Pick<FrameInput, 'party'> => ({ party: { key, session: `ses_${key}` } });
  for (let n = 0; n < 20; n += 1) {
    made.record({ ...call({ body: small }), ...of('key_quiet') });
    made.record({ ...call({ method: 'initialize', body: small }), ...of('key_quiet') });
    clock.advance(DAY / 48);
  }
  // A key calls more than all may keep, and so does somebody without one, by refusals; both within a minute.
  for (let n = 0; n < 80; n += 1) made.record({ ...call({ body }), ...of('key_loud') });
  for (let n = 0; n < 80; n += 1) {
    const exchange = made.record({ ...refused, outcome: 'pending', subject: '/mcp' }, `POST /mcp HTTP/1.1\r\nX: ${n}`);
    made.update({ n: exchange, outcome: 'refused', status: 401, body: 'z'.repeat(50_000) });
  }
  await made.settings({ keepBytes: 4 * MIB });
  const looked = await made.look();
  const kept = await made.keep();
  expect(kept.bytes).toBeLessThanOrEqual(4 * MIB);
  const frames = await all(made);
  const countOf = (which: (frame: FrameRecord) => boolean): number => frames.filter(which).length;
  expect(countOf(({ keyId }) => keyId === 'key_quiet')).toBe(40);
  const loud = countOf(({ keyId }) => keyId === 'key_loud');
  const strangers = countOf(({ keyId }) => keyId === undefined);
  expect(loud).toBeGreaterThan(50);
  expect(strangers).toBeGreaterThan(0);
  expect(strangers * 50_000).toBeLessThanOrEqual(0.1 * 4 * MIB);
  // What was said beforehand is what went.
  expect(looked.over).toMatchObject({ handshakes: 80 - strangers, calls: 80 - loud });
});

test('[RC21] a flood does not wait for the timer: what is past the bytes goes while it is written', async () => {
  const made = start();
  await made.settings({ keepBytes: 2 * MIB });
  for (let n = 0; n < 200; n += 1) {
    const exchange = made.record({ ...refused, outcome: 'pending' });
    made.update({ n: exchange, outcome: 'refused', status: 401, body: 'z'.repeat(60_000) });
    if (n % 8 === 7) await made.page({ limit: 1 });
  }
  const { bytes } = await made.look();
  expect(bytes).toBeLessThan(4 * MIB);
});

test('[RC9] recording is switched off as a whole and per workspace, also for the next start', async () => {
  let made = start();
  await made.settings({ offWorkspaces: ['wsp_quiet'] });
  made.record(call({ workspace: 'wsp_quiet', body: text('not this') }));
  made.record(call({ workspace: 'wsp_loud' }));
  expect((await all(made)).map(({ workspace }) => workspace)).toEqual(['wsp_loud']);
  await made.settings({ on: false });
  expect(made.health).toEqual({ status: 'off' });
  made.record(call());
  await made.close();
  made = start({ launchId: 'l2' });
  await vi.waitFor(() => expect(made.health).toEqual({ status: 'off' }), WAIT);
  made.record(call());
  expect(await all(made)).toHaveLength(1);
  expect(await made.settings({ on: true })).toMatchObject({ on: true, offWorkspaces: ['wsp_quiet'] });
  made.record(call({ workspace: 'wsp_loud' }));
  made.record(call({ workspace: 'wsp_quiet' }));
  expect(await all(made)).toHaveLength(2);
});

test('[RC10] what concerns a removed key, a deleted workspace or a purged file is removed; a body of many goes with the last', async () => {
  const made = start();
  const shared: SharedBody = { text: 'fil_gone was written' };
  const notice = (workspace: string): FrameInput => ({ ...push, workspace, body: { form: 'shared', shared } });
  const begun = made.record({ ...refused, outcome: 'pending' });
  made.record(call({ party: { key: 'key_gone' } }));
  made.record(call({ workspace: 'wsp_gone', body: text('x'.repeat(300 * 1024)) }));
  made.record(notice('wsp_a'));
  made.record(notice('wsp_a'));
  made.record(call({ workspace: 'wsp_a', body: text('{"path":"plans/gone.md"}') }));
  made.record(call({ workspace: 'wsp_a', body: text('{"path":"other.md"}') }));
  expect((await all(made)).map(({ body }) => body)).toEqual([
    ...['none', 'none', 'preview'],
    ...['whole', 'whole', 'whole', 'whole'],
  ]);
  expect(readdirSync(path.join(folder, 'bodies'))).toHaveLength(1);
  expect(await made.purge({ workspace: 'wsp_gone' })).toBe(1);
  expect(readdirSync(path.join(folder, 'bodies'))).toEqual([]);
  expect(await made.purge({ keyId: 'key_gone' })).toBe(1);
  made.record(call({ party: { key: 'key_gone' } })); // what was on its way
  made.update({ n: begun, party: { key: 'key_gone' }, outcome: 'ok' });
  const late = made.record({ ...refused, outcome: 'pending' });
  made.update({ n: late, party: { key: 'key_gone' }, outcome: 'ok' });
  expect(await made.purge({ workspace: 'wsp_a', names: ['fil_gone', 'plans/gone.md'] })).toBe(3);
  expect((await all(made)).map(({ body }) => body)).toEqual(['none', 'none', 'none', 'whole']);
  await made.close();
  const db = new DatabaseSync(path.join(folder, 'frames.db'));
  expect(db.prepare('SELECT count(*) AS n FROM bodies').get()).toEqual({ n: 1 });
  db.close();
});

test('[RC10] a purged file takes along the large bodies that name it, and the answers to requests that do, and no others', async () => {
  const made = start();
  const large = (said: string): Partial<FrameInput> => ({
    workspace: 'wsp_a',
    body: text(`${'x'.repeat(1024 * 1024 - 8)} ${said} ${'y'.repeat(300_000)}`),
  });
  const named = made.record(call(large('"path":"plans/gone \\"1\\".md"')));
  made.record(call(large('"path":"plans/other.md"')));
  const asked = made.record(call({ workspace: 'wsp_a', body: text('{"file":"fil_gone"}') }));
  made.record({ ...call(large('what was in it')), kind: 'response', direction: 'out', replyTo: asked });
  made.record(call({ ...large('fil_gone'), workspace: 'wsp_b' }));
  expect(await made.purge({ workspace: 'wsp_a', names: ['fil_gone', 'plans/gone "1".md'] })).toBe(3);
  expect((await all(made)).map(({ body }) => body)).toEqual(['none', 'preview', 'none', 'none', 'preview']);
  expect(readdirSync(path.join(folder, 'bodies'))).not.toContain(String(2 * named));
  expect(readdirSync(path.join(folder, 'bodies'))).toHaveLength(2);
});

test('[RC11] a body for many streams is stored once; one over 256 KiB lies in a file of its own, and is read in parts', async () => {
  const made = start();
  const chunk = Buffer.from('5c\r\n7.e0\nevent: message\ndata: {"shared":true}\n\n\r\n');
  const shared: SharedBody = { chunk };
  for (let n = 0; n < 1_000; n += 1) {
    made.record({ ...push, party: { session: `ses_${n}` }, sizeBytes: 15, body: { form: 'shared', shared } });
  }
  const large = `{"text":"${'ž'.repeat(700_000)}"}`;
  const n = made.record(call({ body: text(large) }));
  const frames = await all(made);
  expect(frames[999]).toMatchObject({ eventId: 'ses_999.7.e0', sizeBytes: 15, body: 'whole' });
  expect((await made.get(frames[999]?.id ?? '')).body?.text).toBe('{"shared":true}');
  const { body } = await made.get(made.idOf(n));
  expect(body).toMatchObject({ cut: true, sizeBytes: Buffer.byteLength(large), encoding: 'utf8' });
  expect(large.startsWith(body?.text ?? 'none')).toBe(true);
  let whole = '';
  for (let offset = 0; offset < Buffer.byteLength(large);) {
    const { base64 } = await made.part({ frameId: made.idOf(n), of: 'body', offset });
    const part = Buffer.from(base64, 'base64');
    whole += part.toString('latin1');
    offset += part.length;
  }
  expect(Buffer.from(whole, 'latin1').toString()).toBe(large);
  await made.close();
  const db = new DatabaseSync(path.join(folder, 'frames.db'));
  expect(db.prepare('SELECT count(*) AS n FROM bodies').get()).toEqual({ n: 2 });
  db.close();
  for (const name of ['frames.db', 'bodies/2002']) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('[RC16] names that no frame has any more are removed with them, once they are many', async () => {
  const made = start();
  const known = made.record(call({ subject: 'first' }));
  await made.pin(made.idOf(known), true);
  for (let n = 0; n < 12_000; n += 1) made.record({ ...refused, subject: `/probe/${n}` });
  await made.look();
  clock.advance(8 * DAY);
  await made.keep();
  made.record({ ...refused, subject: '/probe/7' });
  const frames = await all(made);
  expect(frames.map(({ subject }) => subject)).toEqual(['first', '/probe/7']);
  expect(frames[0]).toMatchObject({ method: 'tools/call', keyId: 'key_a', sessionId: 'ses_a' });
  await made.close();
  const db = new DatabaseSync(path.join(folder, 'frames.db'));
  expect(db.prepare('SELECT count(*) AS n FROM names').get()?.['n']).toBeLessThan(20);
  db.close();
});
