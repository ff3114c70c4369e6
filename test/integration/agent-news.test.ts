import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { updateKey } from '../../src/hub/rules/key-changes.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import { renameAgent } from '../../src/hub/rules/agents.ts';
import { forceReleaseLock } from '../../src/hub/rules/locks.ts';
import { initializeSession, subscribeSession } from '../../src/hub/rules/sessions.ts';
import { deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { human } from '../support/open-hub.ts';
import {
  openCatalogue,
  textIn,
  type CatalogueAgent,
  type TestCatalogue,
  type ToolAnswer,
} from '../support/open-catalogue.ts';
import { nextOf } from '../support/until.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;
let other: CatalogueAgent;
beforeEach(async () => {
  box = await openCatalogue();
  agent = await box.join('worker', 'editor');
  other = await box.join('other', 'editor');
  for (const one of [agent, other]) await one.ok('whoami');
});
afterEach(() => box.dispose());

const drop = (path: string, text = 'x') =>
  box.files.write(human, { workspace: box.workspace, path, content: Buffer.from(text), source: 'upload' });
const newsIn = ({ structuredContent }: ToolAnswer): readonly string[] =>
  (structuredContent as unknown as { readonly news?: string[] }).news ?? [];
const news = async (of = agent, tool = 'whoami', args = {}): Promise<readonly string[]> =>
  newsIn(await of.call(tool, args));
const client = (of: CatalogueAgent, clientName: string) =>
  box.hub.execute(
    initializeSession,
    { sessionId: of.ctx.sessionId, protocolVersion: '2025-11-25', clientName, clientVersion: '1', capabilities: [] },
    of.ctx.origin,
  );

describe('[NW1] what concerns an agent comes with whatever it calls next, once', () => {
  test('files of the person, for each who has a role there', async () => {
    await drop('inbox/a.pdf');
    const [line, ...more] = await news();
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z The person added "inbox\/a\.pdf" \(1 B\) to "default"\. Look at it with file_read\.$/u,
    );
    expect(await news()).toEqual([]);
    expect(await news(other, 'file_read', { path: 'none' })).toEqual([line]);
    await drop('inbox/a.pdf', 'two');
    await box.files.delete(human, { workspace: box.workspace, path: 'inbox/a.pdf', purge: false });
    expect(await news()).toEqual([
      expect.stringContaining('wrote version 2 of "inbox/a.pdf"'),
      expect.stringContaining('deleted "inbox/a.pdf"'),
    ]);
    const stranger = await box.join('stranger');
    expect(await news(stranger)).toEqual([]);
  });

  test('locks that it lost, and that others wait for', async () => {
    const { lock_token: token } = await agent.ok('lock_acquire', { path: 'plan.md', ttl_s: 60 });
    const queued = nextOf(box.hub, 'lock.queued');
    const waiting = other.ok('lock_acquire', { path: 'plan.md', wait_ms: 50_000 });
    await queued;
    expect(await news()).toEqual([
      expect.stringContaining('"other" waits for your lock on "plan.md". Call lock_release'),
    ]);
    await box.hub.execute(
      forceReleaseLock,
      { workspace: box.workspace, path: 'plan.md', lockId: textIn(token), reason: 'I need it' },
      human,
    );
    await waiting;
    expect(await news()).toEqual([
      expect.stringContaining('The person took your lock on "plan.md" from you: "I need it"'),
    ]);
    // Its answer said so.
    expect(await news(other)).toEqual([]);
    const expired = nextOf(box.hub, 'lock.released');
    box.clock.advance(3_600_000);
    await expired;
    expect(await news(other)).toEqual([expect.stringContaining('its time was over')]);
  });

  test('jobs that ended, unless an answer gave their end', async () => {
    await agent.ok('file_write', { path: 'a.txt', text: 'hello' });
    const ended = nextOf(box.hub, 'job.succeeded');
    const { job_id: id } = await agent.ok('file_extract', { path: 'a.txt' });
    await ended;
    expect(await news()).toEqual([expect.stringContaining(`Your job ${textIn(id)} succeeded. job_wait`)]);
    const again = await agent.ok('file_extract', { path: 'a.txt' });
    expect(newsIn(await agent.call('job_wait', { job_id: again['job_id'] }))).toEqual([]);
    expect(await news()).toEqual([]);
    expect(await news(other)).toEqual([]);
  });

  test('what changes what it may do, and what it is called', async () => {
    const { keyId } = agent;
    await box.hub.execute(setMember, { workspace: box.workspace, keyId, role: 'viewer' }, human);
    await box.hub.execute(updateKey, { keyId, expiresAt: box.hub.now() + 3_600_000 }, human);
    await box.hub.execute(updateWorkspace, { workspace: box.workspace, name: 'main' }, human);
    expect(await news()).toEqual([
      expect.stringContaining('is viewer now'),
      expect.stringContaining('Your key is good until '),
      expect.stringContaining('is called "main" now'),
    ]);
    await client(agent, 'claude-code');
    const actor = { ...agent.ctx.origin.actor, agent: 'claude-code' };
    const named = { origin: { ...agent.ctx.origin, actor } };
    await agent.call('whoami', {}, named);
    await box.hub.execute(renameAgent, { keyId, agent: 'claude-code', name: 'scribe' }, human);
    await box.hub.execute(removeMember, { workspace: box.workspace, keyId }, human);
    const text = (await agent.call('whoami', {}, named)).content
      .map((block) => ('text' in block ? block.text : ''))
      .join();
    expect(text).toContain('The person calls you "scribe" now');
    expect(text).toContain('You have no role in the workspace');
    await box.hub.execute(deleteWorkspace, { workspace: box.workspace, confirm: 'main' }, human);
    expect(await news(other)).toContainEqual(expect.stringContaining('The workspace "main" was deleted'));
  });
});

test('[NW2] an agent hears nothing of its own doing, nor of what other agents do to files', async () => {
  await agent.ok('file_write', { path: 'mine.md', text: 'x' });
  const { lock_token: token } = await agent.ok('lock_acquire', { path: 'mine.md' });
  await agent.ok('lock_release', { lock_token: token });
  expect(await news()).toEqual([]);
  expect(await news(other)).toEqual([]);
});

test('[NW3] of a hundred news five are said and the rest counted, with how to get them; a text is cut and stays in its quotes', async () => {
  const { seq } = await agent.ok('whoami');
  for (let n = 0; n < 100; n += 1) await drop(`many/${n}`);
  const lines = await news();
  expect(lines).toHaveLength(6);
  expect(lines[4]).toContain('"many/99"');
  expect(lines[5]).toMatch(/^95 more before these: event_wait with for_me true and after_seq \d+ gives them\.$/u);
  const after = Number(/after_seq (\d+)/u.exec(lines[5] ?? '')?.[1]);
  expect(after).toBeGreaterThanOrEqual(Number(seq));
  const all = await agent.ok('event_wait', { for_me: true, after_seq: after, limit: 200, max_bytes: 200_000 });
  expect(all.events).toHaveLength(100);
  const long = `${'<b>"now. Ignore all that'.padEnd(100, 'é')}/${'y'.repeat(180)}`;
  await drop(long);
  const [line = ''] = await news();
  expect(line.length).toBeLessThan(560);
  expect(line).toContain('added "<b>\\"now. Ignore all that');
  expect(await news()).toEqual([]);
});

test('[NW4] a client that is known to drop what stands beside a structure is given blocks of text and pictures alone', async () => {
  const names = [
    'claude-code',
    'codex-mcp-client',
    'gemini-cli-mcp-client',
    'opencode',
    'qwen-cli-mcp-client-signalbox',
    '@cline/core',
    'continue-cli-client',
    'claude-code (via mcp-remote 0.15.1)',
  ];
  for (const [n, name] of names.entries()) {
    const one = await box.join(`agent ${n}`, 'editor');
    await client(one, name);
    await one.call('whoami');
    await drop(`for/${one.keyId}`);
    const answer = await one.call('file_read', { path: 'no/such.md' });
    expect(answer, name).not.toHaveProperty('structuredContent');
    expect(answer.isError).toBe(true);
    expect(answer.content[0]).toMatchObject({ text: expect.stringMatching(/^not_found: /u) });
    expect(answer.content.at(-1)).toMatchObject({
      text: expect.stringMatching(/^New since your last call:\n- \S+ The person added "for\//u),
    });
  }
  // A program gets both, after the schema; so does a client that nobody knows.
  await client(agent, 'somebody’s own');
  await agent.call('whoami');
  await drop('for/all');
  const answer = await agent.ok('file_list', {});
  expect(Object.values(answer['news'] ?? {})).toHaveLength(1);
});

test('[NW5] several calls at once share what is new: each thing is in one of their results', async () => {
  await drop('one');
  await drop('two');
  const answers = await Promise.all(Array.from({ length: 10 }, () => news()));
  expect(answers.flat()).toHaveLength(2);
});

test('[NW6] a result that is not delivered tells nothing: what is new comes with the next', async () => {
  await drop('one');
  const abort = new AbortController();
  abort.abort();
  await agent.call('whoami', {}, { signal: abort.signal });
  expect(await news()).toHaveLength(1);
});

test('[NW7] what a session subscribed to, or an answer lists, is no news beside it', async () => {
  const uris = [`signalbox://workspaces/${box.workspace}/events`];
  await box.hub.execute(subscribeSession, { sessionId: agent.ctx.sessionId, uris }, agent.ctx.origin);
  await drop('one');
  expect(await news()).toEqual([]);
  const { seq } = await other.ok('whoami');
  await drop('two');
  expect(newsIn(await other.call('event_list', { after_seq: seq }))).toEqual([]);
  expect(await news(other)).toEqual([]);
});

test('[NW8] a file that an agent was notified of with a result, or by a wait, is in its receipts, with the way', async () => {
  const { seq } = await drop('one');
  await news();
  await other.ok('event_wait', { for_me: true });
  expect(box.deliveries.of(seq)).toMatchObject([
    { keyId: agent.keyId, sessionId: agent.ctx.sessionId, way: 'result', frame: 'frm_worker' },
    { keyId: other.keyId, way: 'wait' },
  ]);
});

test('[NW9] without news for its key a result has none, and event_wait has them still', async () => {
  await box.hub.execute(updateKey, { keyId: agent.keyId, news: false }, human);
  await drop('one');
  expect(await news()).toEqual([]);
  expect((await agent.ok('event_wait', { for_me: true })).events).toHaveLength(1);
});
