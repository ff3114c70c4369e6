import { expect, test } from 'vitest';
import type { FrameContent, FrameRecord, FramesPage } from '../../src/protocol/frame-record.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { asClientCall, asCurl } from '../../src/dashboard/features/wire/copies.ts';
import { chosenColumns, moved, readChoice, resized, toggled } from '../../src/dashboard/features/wire/column-choice.ts';
import { WireFeed } from '../../src/dashboard/features/wire/wire-feed.ts';
import { keylessParty } from '../../src/dashboard/features/wire/keyless-party.ts';
import { wireRows } from '../../src/dashboard/features/wire/wire-rows.ts';
import { MOST_FRAMES, withTail } from '../../src/dashboard/features/wire/wire-window.ts';
import {
  MOST_RECENT,
  MOST_VIEWS,
  readMemory,
  withoutView,
  withRecent,
  withView,
} from '../../src/dashboard/ui/query-memory.ts';

function frame(place: number, more: Partial<FrameRecord> = {}): FrameRecord {
  return {
    id: `frm_a_${place}`,
    place,
    at: place,
    elapsedMs: place,
    kind: 'request',
    direction: 'in',
    outcome: 'ok',
    sizeBytes: 1,
    masked: 0,
    body: 'none',
    ...more,
  };
}

const placesOf = (frames: readonly FrameRecord[]): readonly number[] => frames.map(({ place }) => place);

/** A recording of so many frames that answers as the hub does: at most so many places in a part. */
function recording(count: number, matches: (place: number) => boolean, part: number) {
  const asked: (number | undefined)[] = [];
  return {
    asked,
    count,
    async page({
      before,
      limit = 200,
    }: { before?: number | undefined; limit?: number | undefined } = {}): Promise<FramesPage> {
      asked.push(before);
      const frames: FrameRecord[] = [];
      let reached = before ?? this.count + 1;
      for (let looked = 0; reached > 1 && looked < part && frames.length < limit; looked += 1) {
        reached -= 1;
        if (matches(reached)) frames.push(frame(reached));
      }
      return { frames, oldest: 1, newest: this.count, more: reached > 1, reached };
    },
  };
}

test('[WR4] pages, parts of a search and the tail make one list; held, new frames are counted', async () => {
  const tape = recording(1_000, (place) => place % 10 === 0, 150);
  const feed = new WireFeed((query) => tape.page(query));
  await feed.show('x');
  expect(placesOf(feed.current().frames)).toEqual(Array.from({ length: 100 }, (_, at) => 1_000 - at * 10));
  expect(feed.current()).toMatchObject({ olderThan: undefined, search: undefined });
  feed.onPush({ frames: [frame(1_010), frame(1_000, { outcome: 'error' }), frame(5)], skipped: 0 });
  expect(placesOf(feed.current().frames).slice(0, 3)).toEqual([1_010, 1_000, 990]);
  expect(feed.current().frames[1]?.outcome).toBe('error');
  expect(feed.current().frames).toHaveLength(101);
  feed.pause();
  feed.onPush({ frames: [frame(1_020), frame(1_010, { outcome: 'error' })], skipped: 3 });
  expect(feed.current()).toMatchObject({ unseen: 1, skipped: 3 });
  expect(feed.current().frames[0]).toMatchObject({ place: 1_010, outcome: 'error' });
  tape.count = 1_020;
  await feed.resume();
  expect(placesOf(feed.current().frames).slice(0, 3)).toEqual([1_020, 1_010, 1_000]);
  expect(feed.current()).toMatchObject({ unseen: 0, skipped: 0 });
});

test('[WR4] a frame that comes while the first page is read is there once; of very many the oldest go', async () => {
  const tape = recording(300, () => true, 1_000);
  const feed = new WireFeed(async (query) => {
    const page = await tape.page(query);
    feed.onPush({ frames: [frame(301), frame(300)], skipped: 0 });
    return page;
  });
  await feed.show('');
  expect(placesOf(feed.current().frames).slice(0, 2)).toEqual([301, 300]);
  expect(feed.current().frames).toHaveLength(201);
  const many = Array.from({ length: MOST_FRAMES + 10 }, (_, at) => frame(at + 1));
  const { window } = withTail({ frames: [], olderThan: undefined }, many, true);
  expect(window.frames).toHaveLength(MOST_FRAMES);
  expect(window.olderThan).toBe(11);
});

test('[WR5] a long search says how far it is, is stopped, and goes on; a page that failed is asked for again', async () => {
  const tape = recording(1_000, (place) => place === 7, 100);
  let fails = false;
  const seen: (number | undefined)[] = [];
  const feed = new WireFeed((query) => (fails ? Promise.reject(new HubError('hub_closed', 'gone')) : tape.page(query)));
  feed.subscribe(() => {
    const { search } = feed.current();
    if (!search) return;
    seen.push(search.reached);
    if (search.reached === 501) feed.cancel();
  });
  await feed.show('x');
  expect(seen).toEqual([901, 801, 701, 601, 501]);
  expect(feed.current()).toMatchObject({ isCancelled: true, search: undefined, olderThan: 501, frames: [] });
  await feed.more();
  expect(feed.current().isCancelled).toBe(true);
  fails = true;
  await feed.goOn();
  expect(feed.current().error?.code).toBe('hub_closed');
  fails = false;
  await feed.goOn();
  expect(placesOf(feed.current().frames)).toEqual([7]);
  expect(feed.current()).toMatchObject({ error: undefined, isCancelled: false, olderThan: undefined });
});

test('[WR6] joined rows leave out what only carried, and fold keep-alives; rows that are the same stay the same', () => {
  const frames = [
    frame(9, { kind: 'keep-alive' }),
    frame(8, { kind: 'keep-alive' }),
    frame(7, { kind: 'response', direction: 'out', pair: 'frm_a_6' }),
    frame(6, { exchange: 'frm_a_5', pair: 'frm_a_7' }),
    frame(5, { kind: 'exchange', method: 'POST', status: 200 }),
    frame(4, { kind: 'keep-alive' }),
    frame(3, { kind: 'exchange', method: 'POST', status: 401, outcome: 'refused' }),
    frame(2, { kind: 'exchange', method: 'GET', status: 200 }),
    frame(1, { kind: 'response', direction: 'out', pair: 'frm_a_0', exchange: 'frm_a_2' }),
  ];
  const rows = wireRows(frames, 'joined', []);
  expect(rows.map(({ frame, count }) => [frame.place, count])).toEqual([
    [9, 2],
    [6, 1],
    [4, 1],
    [3, 1],
    [2, 1],
    [1, 1],
  ]);
  const of = (place: number, sessionId: string) => frame(place, { kind: 'keep-alive', sessionId, sizeBytes: 8 });
  const quiet = wireRows([of(14, 'ses_a'), of(13, 'ses_b'), of(12, 'ses_a'), frame(11), of(10, 'ses_a')], 'joined', []);
  expect(quiet.map(({ count, sessions, sizeBytes }) => [count, sessions, sizeBytes])).toEqual([
    [3, 2, 24],
    [1, 1, frame(11).sizeBytes],
    [1, 1, 8],
  ]);
  const next = wireRows([frame(10), ...frames], 'joined', rows);
  expect(next.slice(1)).toEqual(rows);
  expect(next[2]).toBe(rows[1]);
  expect(wireRows(frames, 'frames', rows)).toHaveLength(frames.length);
});

test('[WR6] what one event sent to many streams is one row, also where several messages of each are between', () => {
  const sent = (place: number, seq: number, more: Partial<FrameRecord> = {}) =>
    frame(place, { kind: 'notification', direction: 'out', method: 'notifications/message', seq, ...more });
  const updated = { method: 'notifications/resources/updated', subject: 'signalbox://workspaces/a' };
  const frames = [
    sent(9, 5, { sessionId: 'ses_b', ...updated }),
    sent(8, 5, { sessionId: 'ses_b' }),
    sent(7, 5, { sessionId: 'ses_a', ...updated }),
    sent(6, 5, { sessionId: 'ses_a' }),
    sent(5, 4, { sessionId: 'ses_a' }),
    frame(4, { kind: 'notification', direction: 'in', seq: 4 }),
    sent(3, 4, { sessionId: 'ses_b' }),
  ];
  const rows = wireRows(frames, 'joined', []);
  expect(rows.map(({ frame: { place }, count, sessions }) => [place, count, sessions])).toEqual([
    [9, 2, 2],
    [8, 2, 2],
    [5, 1, 1],
    [4, 1, 1],
    [3, 1, 1],
  ]);
  expect(wireRows(frames, 'frames', rows)).toHaveLength(frames.length);
});

test('[WR7] views, last filters and columns are bounded, and what is damaged counts as nothing', () => {
  const store = (text: string | undefined) => ({ get: () => text, set: () => undefined });
  let memory = readMemory(store('{"recent": 7, "views": [{"name": "", "filter": "x"}]}'));
  expect(memory).toEqual({ recent: [], views: [] });
  expect(readMemory(store('{')).views).toEqual([]);
  for (let at = 0; at < MOST_RECENT + 5; at += 1) memory = withRecent(memory, `x${at} `);
  memory = withRecent(memory, 'x9');
  expect(memory.recent).toHaveLength(MOST_RECENT);
  expect(memory.recent.slice(0, 2)).toEqual(['x9', `x${MOST_RECENT + 4}`]);
  expect(withRecent(memory, '  ')).toBe(memory);
  for (let at = 0; at < MOST_VIEWS + 5; at += 1) memory = withView(memory, `view ${at}`, 'agent:a');
  memory = withView(memory, `view ${MOST_VIEWS} `, 'agent:b');
  expect(memory.views).toHaveLength(MOST_VIEWS);
  expect(memory.views.at(-1)).toEqual({ name: `view ${MOST_VIEWS}`, filter: 'agent:b' });
  expect(withoutView(memory, `view ${MOST_VIEWS}`).views).toHaveLength(MOST_VIEWS - 1);
  expect(withView(memory, ' ', 'x')).toBe(memory);
  expect(readMemory(store(JSON.stringify(memory)))).toEqual(memory);

  const usual = ['a', 'b'];
  expect(readChoice(store('[]'), usual)).toEqual([{ key: 'a' }, { key: 'b' }]);
  expect(readChoice(store('[{"key": 1}]'), usual)).toEqual([{ key: 'a' }, { key: 'b' }]);
  const columns = ['a', 'b', 'c'].map((key) => ({ key, label: key, width: '100px', render: () => null }));
  const choice = resized(moved(toggled(readChoice(store(undefined), usual), 'c'), 'c', -1), 'c', 1, '100px');
  expect(chosenColumns([...choice, { key: 'gone' }], columns).map(({ key, width }) => [key, width])).toEqual([
    ['a', '100px'],
    ['c', '124px'],
    ['b', '100px'],
  ]);
  expect(toggled([{ key: 'a' }], 'a')).toEqual([{ key: 'a' }]);
  let narrow = choice;
  for (let at = 0; at < 20; at += 1) narrow = resized(narrow, 'c', -1, '100px');
  expect(narrow.find(({ key }) => key === 'c')?.widthPx).toBe(40);
});

test('[WR8] a command for curl has head and body as they were sent, and takes the masked key from the environment', () => {
  const content: FrameContent = {
    frame: frame(1, { kind: 'request', direction: 'in' }),
    request: {
      line: 'POST /mcp HTTP/1.1',
      headers: [
        ['Host', '127.0.0.1:7337'],
        ['Authorization', 'Bearer sbx_••••abcd'],
        ['Content-Length', '3'],
        ['X-Odd', `it's "$HOME"`],
      ],
    },
    body: { encoding: 'utf8', text: `{"method":"tools/call","params":{"name":"it's"}}`, sizeBytes: 40, cut: false },
  };
  expect(asCurl(content, 'http://127.0.0.1:7337')).toBe(
    [
      `curl -X POST 'http://127.0.0.1:7337/mcp'`,
      `-H "Authorization: Bearer $SIGNALBOX_KEY"`,
      String.raw`-H 'X-Odd: it'\''s "$HOME"'`,
      String.raw`--data-raw '{"method":"tools/call","params":{"name":"it'\''s"}}'`,
    ].join(' \\\n  '),
  );
  expect(asClientCall(content)).toBe(`const result = await client.callTool({\n  "name": "it's"\n});`);
  expect(asCurl({ frame: content.frame }, 'http://127.0.0.1:7337')).toBeUndefined();
  expect(asClientCall({ frame: frame(2, { kind: 'response', direction: 'out' }) })).toBeUndefined();
});

test('[WR12] whose an exchange without a key is goes by what was given', () => {
  const of = (subject: string, status?: number, method = 'GET') =>
    keylessParty(frame(1, { kind: 'exchange', method, subject, ...(status === undefined ? {} : { status }) }));
  expect([of('/files/wsp_1/a.md', 200), of('/files/wsp_1/a.md', 206), of('/uploads', 201, 'POST')]).toEqual(
    Array.from({ length: 3 }, () => 'you'),
  );
  expect(of('/links/lnk_1/x', 200)).toBe('a link');
  const none = [of('/files/wsp_1/a.md', 401), of('/files/wsp_1/a.md'), of('/uploads', 204, 'OPTIONS'), of('/mcp', 200)];
  expect(new Set(none)).toEqual(new Set(['nobody known']));
  const pending = frame(1, { kind: 'exchange', method: 'POST', subject: '/mcp', outcome: 'pending' });
  expect(keylessParty(pending)).toBe('not known yet');
});
