import { expect, test, vi } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { filesNamed } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { fileReceipts } from '../../src/server/desk/file-receipts.ts';
import { openTestRecorder } from '../support/recorded.ts';
import { Deliveries } from '../../src/server/taps/deliveries.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

/** What it takes to show a file's receipts when so many sessions were sent its event and each made a call. */
async function receiptsOf(sessions: number) {
  await using parts = await openTestFiles();
  const { files, test: hubTest } = parts;
  const { hub, clock } = hubTest;
  const { keyId } = await hubTest.agent('reader');
  const recorder = openTestRecorder(hub, clock);
  const deliveries = new Deliveries();
  const file = await parts.put('drop/in.txt', 'hello');
  const { seq } = (await files.versions(file.id, {})).items[0] ?? { seq: 0 };
  const sent = deliveries.begin(seq);
  for (let n = 0; n < sessions; n++) {
    const sessionId = `ses_${n}`;
    const path = n % 2 === 0 ? file.path : 'other.txt';
    sent.push({ sessionId, keyId, frame: recorder.count, sentAt: clock.now() });
    const text = JSON.stringify({ params: { name: 'file_read', arguments: { path } } });
    const cause = recorder.idOf(
      recorder.record({
        kind: 'request',
        direction: 'in',
        party: { session: sessionId },
        body: { form: 'text', text },
      }),
    );
    const origin = { actor: { kind: 'agent', key: keyId, session: sessionId }, cause } as const;
    hub.record([{ type: 'tool.called', tool: 'file_read', sessionId, argsDigest: '', outcome: 'ok', ms: 1 }], origin);
  }
  await hub.durable();
  const reads = vi.spyOn(hub.reader, 'prepare');
  const found = await fileReceipts({ hub, files, recorder, deliveries, filesNamed }, file.id, 1);
  await recorder.close();
  return { found, reads: reads.mock.calls.length };
}

test('[DB39] the receipts of hundreds of sessions take no more reads than those of a few', async () => {
  const few = await receiptsOf(4);
  const many = await receiptsOf(400);
  expect(few.found.map(({ reactions }) => reactions.length)).toEqual([1, 0, 1, 0]);
  expect(many.found).toHaveLength(400);
  expect(many.found.filter(({ reactions }) => reactions.length > 0)).toHaveLength(200);
  expect(many.reads).toBe(few.reads);
});

/** A hub with its files, where agents are notified of a version and act on sessions of their own. */
async function openScene() {
  const parts = await openTestFiles();
  const { files, jobs, workspace } = parts;
  const { hub, clock, agent } = parts.test;
  const recorder = openTestRecorder(hub, clock);
  const deliveries = new Deliveries();

  const join = async (name: string) => {
    const { keyId: key } = await agent(name);
    const session = `ses_${name}`;
    const origin = (cause?: string): Origin => ({
      actor: { kind: 'agent', key, session },
      ...(cause === undefined ? {} : { cause }),
    });
    const frame = (tool: string, args: object): string =>
      recorder.idOf(
        recorder.record({
          kind: 'request',
          direction: 'in',
          party: { session },
          body: {
            form: 'text',
            text: JSON.stringify({ id: 1, method: 'tools/call', params: { name: tool, arguments: args } }),
          },
        }),
      );
    return {
      key,
      session,
      origin,
      /** A call as it is in the log, beside what it led to. */
      call(tool: string, args: object, ms = 1, cause = frame(tool, args)): void {
        const called = { sessionId: session, argsDigest: '', outcome: 'ok', ms } as const;
        hub.record([{ type: 'tool.called', workspace, tool, ...called }], origin(cause));
      },
      frame,
      extract: (path: string) => jobs.queue(origin(), { kind: 'file_extract', workspace, path }),
      write: (path: string, text: string) =>
        files.write(origin(), { workspace, path, content: Buffer.from(text), source: 'tool' }),
      lock: async (path: string, waitMs = 0): Promise<string> => {
        const answer = await hub.execute(acquireLock, { workspace, path, ttlMs: 600_000, waitMs }, origin());
        return answer.status === 'held' ? answer.lockId : answer.waiterId;
      },
      async release(path: string, lockId: string): Promise<void> {
        const cause = frame('lock_release', { path });
        await hub.execute(releaseLock, { workspace, path, lockId }, origin(cause));
        this.call('lock_release', { path }, 1, cause);
      },
    };
  };

  /** Says that the event of a version was sent to these agents. */
  const tell = async (
    fileId: string,
    version: number,
    agents: readonly { key: string; session: string; agent?: string }[],
  ) => {
    const { items } = await files.versions(fileId, {});
    const sent = deliveries.begin(items.find((item) => item.version === version)?.seq ?? 0);
    for (const { key, session, agent } of agents) {
      sent.push({ sessionId: session, keyId: key, agent, frame: recorder.count, sentAt: clock.now() });
    }
  };

  /** What each agent did about a version, by its name. */
  const reactions = async (fileId: string, version: number): Promise<Record<string, readonly string[]>> => {
    await hub.durable();
    const found = await fileReceipts({ hub, files, recorder, deliveries, filesNamed }, fileId, version);
    return Object.fromEntries(
      found.map(({ sessionId, reactions: did }) => [
        sessionId.slice('ses_'.length),
        did.map((event) => (event.type === 'tool.called' ? event.tool : event.type)),
      ]),
    );
  };
  return {
    parts,
    clock,
    files,
    workspace,
    join,
    tell,
    reactions,
    async [Symbol.asyncDispose]() {
      await recorder.close();
      await parts[Symbol.asyncDispose]();
    },
  };
}

test('[AG17] a reaction is that of the agent, on whatever session; another agent of its key did not do it', async () => {
  await using scene = await openScene();
  const { tell, reactions, parts, workspace } = scene;
  const author = await scene.join('author');
  const { key } = await scene.join('team');
  const { id } = await author.write('plan.md', 'one');
  await tell(id, 1, [
    { key, session: 'ses_one', agent: 'codex' },
    { key, session: 'ses_two', agent: 'codex 2' },
  ]);
  const { hub } = parts.test;
  const origin = { actor: { kind: 'agent', key, agent: 'codex 2', session: 'ses_other' } } as const;
  await hub.execute(acquireLock, { workspace, path: 'plan.md', ttlMs: 60_000, waitMs: 0 }, origin);
  expect(await reactions(id, 1)).toEqual({ one: [], two: ['lock.acquired'] });
});

test('[DB44] a reaction is what an agent that was notified did about this version, before the next one', async () => {
  await using scene = await openScene();
  const { clock, join, tell, reactions } = scene;
  const [author, reader, worker, idle, stranger] = [
    await join('author'),
    await join('reader'),
    await join('worker'),
    await join('idle'),
    await join('stranger'),
  ];
  const early = reader.frame('event_wait', { path: 'plans/nov.md' });
  const { id } = await author.write('plans/nov.md', 'one');
  await tell(id, 1, [author, reader, worker, idle]);
  clock.advance(100);
  reader.call('event_wait', { path: 'plans/nov.md' }, 5_000, early); // was under way before
  reader.call('file_read', { path: 'plans/nov.md' });
  reader.call('file_read', { path: 'archive/plans/nov.md' });
  await worker.extract('plans/nov.md');
  await worker.write('reports/plans/nov.md.txt', 'read');
  await idle.write('archive/plans/nov.md', 'of the same name');
  idle.call('file_write', { path: 'other.md', text: '"plans/nov.md"' });
  await author.extract('plans/nov.md');
  await stranger.extract('plans/nov.md');
  stranger.call('file_read', { path: 'plans/nov.md' });

  await author.write('plans/nov.md', 'two');
  await tell(id, 2, [author, reader, idle]);
  clock.advance(9 * 60_000);
  reader.call('file_read', { path: 'plans/nov.md', version: 1 });
  reader.call('file_read', { path: 'plans/nov.md', version: 2 });
  await idle.extract('plans/nov.md');
  await idle.lock('plans/nov.md');

  expect(await reactions(id, 1)).toEqual({
    author: [],
    reader: ['file_read'],
    worker: ['job.queued', 'file.written'],
    idle: [],
  });
  expect(await reactions(id, 2)).toEqual({
    author: [],
    reader: ['file_read'],
    idle: ['job.queued', 'lock.acquired'],
  });
});

test('[DB56] a call counts by the arguments in which its tool names a file, and no others', async () => {
  await using scene = await openScene();
  const { join, tell, reactions } = scene;
  const author = await join('author');
  const reader = await join('reader');
  const { id } = await author.write('plan.md', 'one');
  await tell(id, 1, [reader]);
  reader.call('file_list', { prefix: 'plan.md' });
  reader.call('event_list', { cursor: 'plan.md' });
  reader.call('upload_cancel', { upload_id: 'upl_1', reason: 'plan.md' });
  reader.call('file_read', { path: 'plan.md', version: 'newest' }); // refused: it read nothing
  reader.call('file_copy', { from: 'old.md', to: 'plan.md', to_workspace: 'another' });
  expect(await reactions(id, 1)).toEqual({ reader: [] });
  reader.call('file_stat', { path: 'plan.md', version: null });
  reader.call('file_copy', { from: 'plan.md', to: 'copy.md', to_workspace: 'another' });
  reader.call('file_move', { from: 'other.md', to: 'plan.md' });
  expect(await reactions(id, 1)).toEqual({ reader: ['file_stat', 'file_copy', 'file_move'] });
});

test('[DB45] a lock counts for who got it, not for who let go, nor for a wait older than the version', async () => {
  await using scene = await openScene();
  const { parts, files, workspace, join, tell, reactions } = scene;
  const heldLock = (): string => parts.test.hub.state.locks.values().next().value?.lockId ?? '';
  const [writer, holder, old, fresh] = [
    await join('writer'),
    await join('holder'),
    await join('old'),
    await join('fresh'),
  ];
  const lockId = await holder.lock('in.txt');
  await old.lock('in.txt', 60_000);
  const content = Buffer.from('one');
  const { id } = await files.write(holder.origin(), { workspace, path: 'in.txt', content, source: 'tool', lockId });
  await tell(id, 1, [writer, old, fresh]);
  await fresh.lock('in.txt', 60_000);
  await writer.lock('in.txt', 60_000);
  await holder.release('in.txt', lockId);
  await old.release('in.txt', heldLock());
  await fresh.release('in.txt', heldLock());
  expect(await reactions(id, 1)).toEqual({
    old: [],
    fresh: ['lock.queued', 'lock.acquired', 'lock.released', 'lock_release'],
    writer: ['lock.queued', 'lock.acquired'],
  });
});

test('[DB46] a file is followed when it is moved', async () => {
  await using scene = await openScene();
  const { parts, workspace, join, tell, reactions } = scene;
  const reader = await join('reader');
  const { id } = await parts.put('in.txt', 'one');
  await tell(id, 1, [reader]);
  await parts.files.move(human, { workspace, from: 'in.txt', to: 'done/in.txt' });
  await parts.put('in.txt', 'another file');
  await reader.lock('in.txt');
  reader.call('file_read', { path: 'in.txt' });
  await reader.lock('done/in.txt');
  reader.call('file_read', { path: 'done/in.txt' });
  expect(await reactions(id, 1)).toEqual({ reader: ['lock.acquired', 'file_read'] });
});

test('[DB67] of a version from before a restart it is said that receipts are not known any more, not that nobody was notified', async () => {
  await using parts = await openTestFiles();
  const { files, test: hubTest } = parts;
  const { hub } = hubTest;
  const before = await parts.put('drop/in.txt', 'hello');
  const recorder = openTestRecorder(hub, hubTest.clock);
  const deps = {
    hub,
    files,
    recorder,
    deliveries: new Deliveries({ since: hub.state.seq }),
    filesNamed,
  };
  await expect(fileReceipts(deps, before.id, 1)).rejects.toMatchObject({ code: 'gone' });
  const after = await parts.put('drop/other.txt', 'hello');
  await expect(fileReceipts(deps, after.id, 1)).resolves.toEqual([]);
  await recorder.close();
});
