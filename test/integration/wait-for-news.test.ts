import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeMember } from '../../src/hub/rules/members.ts';
import { updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { statelessRequest } from '../support/agent.ts';
import { human } from '../support/open-hub.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { ask } from '../support/wire-client.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;
let other: CatalogueAgent;
const open = async (limits = {}): Promise<void> => {
  box = await openCatalogue({ limits });
  agent = await box.join('worker', 'editor');
  other = await box.join('other', 'editor');
  for (const one of [agent, other]) await one.ok('whoami');
};
beforeEach(() => open());
afterEach(() => box.dispose());

const drop = (path: string) =>
  box.files.write(human, { workspace: box.workspace, path, content: Buffer.from('x'), source: 'upload' });

/** Resolves when a call waits for its time to be up, in so many ms at least. */
function untilTimer(leastMs = 20_000): Promise<void> {
  const { timers } = box.hub;
  const { setTimeout: original } = timers;
  return new Promise((resolve) => {
    timers.setTimeout = (run, ms) => {
      if (ms >= leastMs) {
        timers.setTimeout = original;
        resolve();
      }
      return original(run, ms);
    };
  });
}

test('[EW1] event_wait with for_me gives at once what is new to the agent, else waits for the first thing that concerns it', async () => {
  await drop('there.md');
  const first = await agent.ok('event_wait', { for_me: true });
  expect(first).toMatchObject({
    events: [
      { type: 'file.written', workspace: box.workspace, says: expect.stringContaining('Look at it with file_read') },
    ],
    timed_out: false,
  });
  const armed = untilTimer();
  const waiting = agent.call('event_wait', { for_me: true, timeout_ms: 50_000 });
  await armed;
  await other.ok('file_write', { path: 'by/other', text: '' });
  await agent.ok('file_write', { path: 'by/me', text: '' });
  await other.ok('lock_acquire', { path: 'by/me' });
  await drop('new.md');
  const answer = await waiting;
  expect(answer.structuredContent['events']).toMatchObject([{ says: expect.stringContaining('"new.md"') }]);
  expect(answer.structuredContent).not.toHaveProperty('news');
  expect(answer.content[0]).toMatchObject({ text: expect.stringContaining('then call event_wait with for_me again') });
  // What a wait gave comes with no result, and what a result had with no wait.
  expect((await agent.ok('whoami'))['news']).toBeUndefined();
  await drop('notified.md');
  expect((await agent.ok('whoami'))['news']).toHaveLength(1);
  expect(await agent.ok('event_wait', { for_me: true, timeout_ms: 0 })).toMatchObject({ events: [], timed_out: true });
});

test('[EW2] a wait in vain says to call again, and its last_seq goes on from there', async () => {
  const armed = untilTimer();
  const waiting = agent.call('event_wait', { for_me: true, timeout_ms: 50_000 });
  await armed;
  box.clock.advance(50_000);
  const { structuredContent: answer, content } = await waiting;
  expect(answer).toMatchObject({ events: [], timed_out: true });
  expect(content[0]).toMatchObject({ text: expect.stringContaining('Call event_wait with for_me again') });
  await drop('after.md');
  await agent.ok('whoami'); // notified
  const again = await agent.ok('event_wait', { for_me: true, after_seq: answer['last_seq'] });
  expect(again['events']).toHaveLength(1);
  expect(await agent.refused('event_wait', { for_me: true, after_seq: 1_000_000 })).toMatchObject({
    code: 'invalid_argument',
  });
});

test('[EW3] of ten calls of one agent that wait, each thing is given to one, and the others wait on; how many may wait is bounded', async () => {
  await box.dispose();
  await open({ 'waits-per-key': 10 });
  const given: unknown[] = [];
  const abort = new AbortController();
  const waits: Promise<unknown>[] = [];
  for (let n = 0; n < 10; n += 1) {
    const armed = untilTimer();
    waits.push(
      agent
        .call('event_wait', { for_me: true, timeout_ms: 50_000 }, { signal: abort.signal })
        .then(({ structuredContent }) => {
          const { events, code } = structuredContent;
          if (events) given.push(...Object.values(events).map(({ says }) => says));
          return code;
        }),
    );
    await armed;
  }
  expect(await agent.refused('event_wait', { for_me: true })).toMatchObject({ code: 'limit_reached' });
  await drop('one.md');
  await Promise.race(waits);
  await drop('two.md');
  await agent.ok('whoami');
  abort.abort();
  const codes = await Promise.all(waits);
  expect(given).toHaveLength(2);
  expect(codes.filter((code) => String(code) === 'cancelled')).toHaveLength(8);
  await drop('three.md');
  expect((await agent.ok('event_wait', { for_me: true }))['events']).toHaveLength(1);
});

test('[EW4] an agent that is far behind is given the last of it in pages, and learns that there was more', async () => {
  const { seq } = await agent.ok('whoami');
  for (let n = 0; n < 2_100; n += 1) {
    box.hub.commit(updateWorkspace, { workspace: box.workspace, name: `name ${n}` }, human);
  }
  await box.hub.durable();
  const lines = (await agent.ok('whoami'))['news'];
  expect(
    Object.values(lines ?? {})
      .map(String)
      .at(-1),
  ).toMatch(/^More than \d{3,4} more before these/u);
  let after: unknown = seq;
  const names: string[] = [];
  for (let isMore = true; isMore;) {
    const page = await agent.call('event_wait', { for_me: true, after_seq: after, limit: 150, timeout_ms: 0 });
    const { events, last_seq: last, next_cursor: next } = page.structuredContent;
    if (names.length === 0) {
      expect(page.content[0]).toMatchObject({ text: expect.stringContaining('More may have happened before') });
    }
    names.push(...Object.values(events ?? {}).map(({ says }) => textIn(says)));
    after = last;
    isMore = next !== undefined;
  }
  expect(names.length).toBeGreaterThanOrEqual(1_000);
  expect(new Set(names).size).toBe(names.length);
  expect(names.at(-1)).toContain('"name 2099"');
});

test('[EW5] losing its role, or the cancelling of its call, ends a wait at once', async () => {
  let armed = untilTimer();
  const waiting = other.ok('event_wait', { for_me: true, timeout_ms: 50_000 });
  await armed;
  await box.hub.execute(removeMember, { workspace: box.workspace, keyId: other.keyId }, human);
  expect((await waiting)['events']).toMatchObject([
    { type: 'member.removed', says: expect.stringContaining('no role') },
  ]);
  const abort = new AbortController();
  armed = untilTimer();
  const cancelled = agent.call('event_wait', { for_me: true, timeout_ms: 50_000 }, { signal: abort.signal });
  await armed;
  abort.abort();
  expect((await cancelled).structuredContent).toMatchObject({ code: 'cancelled' });
});

test('[EW6] with a progressToken a wait lasts an hour and shows life, without one 55 s', async () => {
  const sent: string[] = [];
  let armed = untilTimer();
  const long = agent.ok(
    'event_wait',
    { for_me: true, timeout_ms: 3_600_000 },
    { progress: (_, words) => sent.push(words ?? '') },
  );
  await armed;
  box.clock.advance(3_599_999);
  await drop('late.md');
  expect((await long)['events']).toHaveLength(1);
  expect(sent.length).toBeGreaterThan(300);
  expect(new Set(sent)).toEqual(new Set(['Waiting for what concerns you']));
  armed = untilTimer();
  const short = agent.ok('event_wait', { for_me: true, timeout_ms: 3_600_000 });
  await armed;
  box.clock.advance(55_000);
  expect(await short).toMatchObject({ timed_out: true });
});

test('[NW10] what happened before the hub was started again is given once, from the last call of each agent on; and what a client calls itself decides how alone', async () => {
  const hub = await startTestHub();
  const call = async (name: string, args = {}, client = 'claude-code'): Promise<{ text: string; fields: unknown }> => {
    const sent = statelessRequest(hub.key, 1, 'tools/call', { name, arguments: args }, client);
    const { json } = await ask(hub.server.mcp, { ...sent, headers: { ...sent.headers, accept: 'application/json' } });
    const { content, structuredContent } = json.result as { content: { text: string }[]; structuredContent?: unknown };
    return { text: content.map(({ text }) => text).join('\n'), fields: structuredContent };
  };
  const put = (path: string) =>
    hub.server.files.write(human, { workspace: hub.workspace, path, content: Buffer.from('x'), source: 'upload' });
  await put('before.md');
  for (const client of ['claude-code', 'program']) await call('whoami', {}, client);
  await put('between.md');
  await hub.restart();
  const first = await call('whoami');
  expect(first.text).toContain('"between.md"');
  expect(first.text).not.toContain('"before.md"');
  expect(first.fields).toBeUndefined();
  await put('after.md');
  const second = await call('event_wait', { for_me: true });
  expect(second.text).toContain('after.md');
  expect(second.text).not.toContain('between.md');
  const program = await call('whoami', {}, 'program');
  expect(program.fields).toMatchObject({
    news: [expect.stringContaining('"between.md"'), expect.stringContaining('"after.md"')],
  });
  expect((await call('whoami')).text).not.toContain('New since');
  await hub.close();
});
