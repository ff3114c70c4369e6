import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { removeMember } from '../../src/hub/rules/members.ts';
import { eventWords } from '../../src/server/mcp/catalogue/reading/event-words.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { nextOf } from '../support/until.ts';
import { human } from '../support/open-hub.ts';
import { changedUris, isNotified, notifiedEventTypes } from '../../src/protocol/notified-events.ts';
import { nounOf } from '../../src/protocol/noun.ts';

let box: TestCatalogue & AsyncDisposable;
let writer: CatalogueAgent;
let watcher: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  writer = await box.join('writer');
  watcher = await box.join('watcher', 'viewer');
});
afterAll(() => box.dispose());

test('[TL95] a call that waits from now on reads nothing of the log, however many of them begin at once', async () => {
  const reads = vi.spyOn(box.hub.audit, 'page');
  try {
    const waits = Array.from({ length: 100 }, () => watcher.ok('event_wait', { types: ['file'] }));
    await writer.ok('file_write', { path: 'from-now-on.txt', text: 'x' });
    for (const answer of await Promise.all(waits)) {
      expect(answer).toMatchObject({ events: [{ path: 'from-now-on.txt' }], timed_out: false });
    }
    expect(reads).not.toHaveBeenCalled();
  } finally {
    reads.mockRestore();
  }
});

test('[TL50] event_list continues exactly where workspace_get was, page by page', async () => {
  const { seq } = await watcher.ok('workspace_get');
  for (const name of ['1', '2', '3']) await writer.ok('file_write', { path: `list/${name}`, text: name });
  const first = await watcher.ok('event_list', { after_seq: seq, limit: 2 });
  expect(first.events).toMatchObject([
    {
      type: 'file.written',
      path: 'list/1',
      workspace: box.workspace,
      at: expect.stringMatching(/^2\d{3}-\S+Z$/u),
      size_bytes: 1,
      actor: { kind: 'agent', key_id: writer.keyId, key_name: 'writer' },
      cause: 'frm_writer',
    },
    { type: 'file.written', path: 'list/2' },
  ]);
  expect(JSON.stringify(first)).not.toContain('hash":"');
  const second = await watcher.ok('event_list', { cursor: first.next_cursor });
  expect(second.events).toMatchObject([{ path: 'list/3' }]);
  expect(second).not.toHaveProperty('next_cursor');
  expect(await watcher.ok('event_list', { after_seq: first.last_seq })).toMatchObject({ events: second.events });
  expect((await watcher.ok('event_list', { after_seq: second.last_seq })).events).toEqual([]);
});

test('[TL51] events are narrowed by type and noun; without after_seq come the newest', async () => {
  const lock = await writer.ok('lock_acquire', { path: 'typed.md' });
  await writer.ok('lock_release', { lock_token: lock.lock_token });
  await writer.ok('file_write', { path: 'typed.md', text: '' });
  const locks = await watcher.ok('event_list', { types: ['lock'], limit: 2 });
  expect(locks.events).toMatchObject([{ type: 'lock.acquired' }, { type: 'lock.released' }]);
  expect(await watcher.ok('event_list', { types: ['file.written', 'lock.released'], limit: 2 })).toMatchObject({
    events: [{ type: 'lock.released' }, { type: 'file.written', path: 'typed.md' }],
  });
});

test('[TL52] logins, keys, tool calls and refused access are not sent to agents', async () => {
  const all = await watcher.ok('event_list', { after_seq: 0, limit: 1000 });
  const types = new Set(Object.values(all.events ?? {}).map(({ type }) => textIn(type)));
  expect(types.size).toBeGreaterThan(3);
  for (const type of types) expect(notifiedEventTypes).toContain(type);
  const nouns = [...new Set(notifiedEventTypes.map(nounOf))].toSorted();
  const mend =
    'A noun more or less: put it into this list, rule TL52 and the decision "Agents hear of workspaces …" in CONTRIBUTING.md';
  expect(nouns, mend).toEqual(['file', 'index', 'job', 'lock', 'member', 'upload', 'workspace']);
});

test('[TL53] event_wait answers at once with what there is, else with the first that happens', async () => {
  const { last_seq: seq } = await watcher.ok('event_list');
  await writer.ok('file_write', { path: 'wait/there', text: '' });
  expect(await watcher.ok('event_wait', { after_seq: seq })).toMatchObject({
    events: [{ path: 'wait/there' }],
    timed_out: false,
  });
  const waiting = watcher.ok('event_wait', { types: ['file'] });
  await writer.ok('lock_acquire', { path: 'wait/other' });
  await writer.ok('file_write', { path: 'wait/new', text: '' });
  const answer = await waiting;
  expect(answer.events).toMatchObject([{ type: 'file.written', path: 'wait/new' }]);
  expect((await watcher.ok('event_list', { after_seq: answer.last_seq })).events).toEqual([]);
});

test('[TL84] one event wakes hundreds of calls, each once, and a call that comes meanwhile is answered before the last', async () => {
  const answered: string[] = [];
  const waits = Array.from({ length: 300 }, async (_, n) => {
    const answer = await watcher.ok('event_wait', { types: ['file'] });
    answered.push(`wait ${n}`);
    return answer.events;
  });
  await watcher.ok('whoami');
  const stop = box.hub.subscribe((batch) => {
    if (!batch.some(({ event }) => event.type === 'file.written')) return;
    stop();
    void watcher.ok('whoami').then(() => answered.push('whoami'));
  });
  await writer.ok('file_write', { path: 'wakes/all', text: '' });
  for (const events of await Promise.all(waits)) expect(events).toMatchObject([{ path: 'wakes/all' }]);
  expect(answered.indexOf('whoami')).toBeLessThan(200);
  expect(answered).toContain('whoami');
});

test('[TL54] when nothing happens the time is up: no events, and a seq to go on from', async () => {
  const { seq } = await watcher.ok('whoami');
  const sent: number[] = [];
  const began = box.hub.timers.elapsed();
  const armed = untilTimer();
  const waiting = watcher.ok('event_wait', { timeout_ms: 600_000 }, { progress: (fraction) => sent.push(fraction) });
  await armed;
  box.clock.advance(600_000);
  const answer = await waiting;
  expect(answer).toMatchObject({ events: [], timed_out: true });
  expect(Number(answer.last_seq)).toBeGreaterThanOrEqual(Number(seq));
  expect(sent.length).toBeGreaterThan(50);
  expect(box.hub.timers.elapsed() - began).toBe(600_000);
});

test('[TL55] a waiting agent that loses its role hears so at once', async () => {
  const guest = await box.join('guest', 'viewer');
  const armed = untilTimer();
  const waiting = guest.refused('event_wait', { workspace: box.workspace, types: ['job'] });
  await armed;
  await box.hub.execute(removeMember, { workspace: box.workspace, keyId: guest.keyId }, human);
  expect(await waiting).toMatchObject({ code: 'not_found' });
  expect(guest.ended).toEqual([]);
});

test('[TL55] a cancelled wait ends', async () => {
  const abort = new AbortController();
  const armed = untilTimer();
  const waiting = watcher.call('event_wait', {}, { signal: abort.signal });
  await armed;
  abort.abort();
  expect((await waiting).structuredContent).toMatchObject({ code: 'cancelled' });
});

test('[TL56] each event that agents are notified of names the resources that it changed, the workspace’s events first', async () => {
  const found = await box.hub.audit.page({ workspace: box.workspace, limit: 1000 });
  const notified = found.items.flatMap((event) => (isNotified(event) ? [event] : []));
  expect(notified.length).toBeGreaterThan(10);
  const base = `signalbox://workspaces/${box.workspace}`;
  for (const event of notified) {
    const uris = changedUris(event);
    expect(uris.slice(0, 2)).toEqual([`${base}/events`, base]);
    if (event.type.startsWith('lock.')) expect(uris).toContain(`${base}/locks`);
    if (event.type === 'file.written') expect(uris).toContain(`${base}/files/${event.path}`);
  }
});

/** Resolves when something waits on the hub's timers that did not before: a call has got that far. */
function untilTimer(): Promise<void> {
  const { timers } = box.hub;
  const { setTimeout: original } = timers;
  return new Promise((resolve) => {
    timers.setTimeout = (run, ms) => {
      if (ms >= 20_000) {
        timers.setTimeout = original;
        resolve();
      }
      return original(run, ms);
    };
  });
}

test('[BC25] a refused try for a lock, or a place in its queue, wakes nobody: agents that try again do not wake each other', async () => {
  await using own = await openCatalogue();
  const [a, b, c] = [await own.join('a', 'editor'), await own.join('b', 'editor'), await own.join('c', 'editor')];
  await a.ok('lock_acquire', { path: 'x' });
  const waiting = c.ok('event_wait', { timeout_ms: 50_000 });
  await b.refused('lock_acquire', { path: 'x' });
  const leave = new AbortController();
  const queued = nextOf(own.hub, 'lock.queued');
  const queue = b.call('lock_acquire', { path: 'x', wait_ms: 50_000 }, { signal: leave.signal });
  await queued;
  leave.abort();
  await queue;
  await a.ok('file_write', { path: 'y', text: 'y' });
  expect((await waiting)['events']).toMatchObject([{ type: 'file.written' }]);
  const all = await c.ok('event_list', { after_seq: 0, limit: 100 });
  expect(JSON.stringify(all)).not.toContain('lock.refused');
});

test('[TL102] events are in the words of all else, and no reason is a bare code', () => {
  const envelope = {
    seq: 7,
    at: 0,
    actor: { kind: 'agent', key: 'key_a', agent: 'codex 2', session: 'ses_a' },
  } as const;
  const nameOf = (id: string): string => id.replace('key_', '');
  const view = (event: object) => eventWords({ ...envelope, ...event }, nameOf);
  expect(view({ type: 'lock.acquired', keyId: 'key_b', ttlMs: 60_000, expiresAt: 60_000, waitedMs: 3 })).toEqual({
    seq: 7,
    at: '1970-01-01T00:00:00.000Z',
    actor: { kind: 'agent', key_id: 'key_a', key_name: 'a', session_id: 'ses_a', agent: 'codex 2' },
    type: 'lock.acquired',
    key_id: 'key_b',
    key_name: 'b',
    ttl_s: 60,
    expires_at: '1970-01-01T00:01:00.000Z',
    waited_ms: 3,
  });
  expect(view({ type: 'session.dropped', sessionId: 'ses_a', reason: 'hub_restarted' })).toMatchObject({
    session_id: 'ses_a',
    reason: 'The hub was started again',
  });
  expect(view({ type: 'session.opened', wire: 'modern', traffic: { framesIn: 1 } })).toMatchObject({
    wire: 'stateless',
    traffic: { frames_in: 1 },
  });
  expect(view({ type: 'job.succeeded', result: { pageCount: 3 } })).toMatchObject({ result: { pageCount: 3 } });
});
