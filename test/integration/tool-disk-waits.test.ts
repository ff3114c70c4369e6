import { expect, test } from 'vitest';
import { kindNamed } from '../../src/jobs/kinds.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { nextOf } from '../support/until.ts';

/** Types of agents' events in each write of the log that happens while `act` runs; jobs begin and end by themselves. */
async function writesOf(box: TestCatalogue, act: () => Promise<unknown>): Promise<string[][]> {
  await box.hub.durable();
  const writes: string[][] = [];
  const stop = box.hub.subscribe((batch) => {
    const byAgents = batch.filter(({ event }) => event.actor.kind === 'agent');
    if (byAgents.length > 0) writes.push(byAgents.map(({ event }) => event.type));
  });
  await act();
  stop();
  return writes;
}

/** What a call changes and its own line, in one write of the log. */
async function writesOnce(box: TestCatalogue, agent: CatalogueAgent, tool: string, args: object, types: string[]) {
  let answer = {};
  const writes = await writesOf(box, async () => {
    answer = await agent.ok(tool, args);
  });
  expect({ tool, writes }).toEqual({ tool, writes: [[...types, 'tool.called']] });
  return answer as Awaited<ReturnType<CatalogueAgent['ok']>>;
}

test('[TL13] what a writing tool changes is written together with its line: it waits for the disk once', async () => {
  await using box = await openCatalogue();
  const ann = await box.join('ann', 'owner');
  const called = new Set<string>();
  const onceAs = (agent: CatalogueAgent, tool: string, args: object, ...types: string[]) => {
    called.add(tool);
    return writesOnce(box, agent, tool, args, types);
  };
  const once = (tool: string, args: object, ...types: string[]) => onceAs(ann, tool, args, ...types);

  await once('file_write', { path: 'a.md', text: 'one' }, 'file.written');
  await once('file_write', { path: 'a.md', text: 'two' }, 'file.written');
  await once('file_restore', { path: 'a.md', version: 1 }, 'file.restored');
  await once('file_copy', { from: 'a.md', to: 'b.md' }, 'file.copied');
  await once('file_move', { from: 'b.md', to: 'c.md' }, 'file.moved');
  await once('file_delete', { path: 'c.md' }, 'file.deleted');
  await once('file_purge', { path: 'a.md' }, 'file.deleted');

  const upload = await once('upload_create', { path: 'big.bin', size_bytes: 10 }, 'upload.started');
  await once('upload_cancel', { upload_id: textIn(upload['upload_id']) }, 'upload.cancelled');

  const lock = await once('lock_acquire', { path: 'a.md' }, 'lock.acquired');
  const token = { lock_token: textIn(lock['lock_token']) };
  await once('lock_renew', token, 'lock.renewed');
  await once('lock_release', token, 'lock.released');

  await ann.ok('file_write', { path: 'd.md', text: 'text' });
  const job = await once('file_extract', { path: 'd.md' }, 'job.queued');
  const jobId = { job_id: textIn(job['job_id']) };
  await once('job_cancel', jobId, 'job.cancelled');
  await once('job_retry', jobId, 'job.queued');

  const bob = await box.join('bob', 'viewer');
  await once('member_set', { key: bob.keyId, role: 'editor' }, 'member.set');
  await once('member_remove', { key: bob.keyId }, 'member.removed');
  const link = await once('link_create', { path: 'd.md' }, 'link.created');
  await once('link_revoke', { link_id: textIn(link['link_id']) }, 'link.revoked');

  const made = await once('workspace_create', { name: 'second' }, 'workspace.created', 'member.set');
  const workspace = textIn(made['workspace']);
  await once('workspace_update', { workspace, name: 'third' }, 'workspace.updated');
  const offer = await once('transfer_create', { workspace }, 'transfer.created');
  await once('transfer_cancel', { transfer_id: textIn(offer['transfer_id']) }, 'transfer.cancelled');
  const { token: claim } = await ann.ok('transfer_create', { workspace });
  await onceAs(bob, 'transfer_claim', { token: textIn(claim) }, 'workspace.transferred', 'member.set', 'member.set');
  await onceAs(bob, 'workspace_delete', { workspace, confirm: 'third' }, 'workspace.deleted');

  const writing = allTools.filter(({ name, effect }) => effect !== 'reads' && !kindNamed(name));
  expect(
    writing.filter(({ name }) => !called.has(name)).map(({ name }) => name),
    'tools that change something, which this test does not call yet',
  ).toEqual([]);
});

test('[TL13] other agents’ events do not make a writing tool wait again', async () => {
  await using box = await openCatalogue();
  const [ann, bob] = [await box.join('ann'), await box.join('bob')];
  await ann.ok('file_write', { path: 'a.md', text: 'one' });
  const writes = await writesOf(box, () =>
    Promise.all([ann.ok('file_move', { from: 'a.md', to: 'b.md' }), bob.ok('lock_acquire', { path: 'x.md' })]),
  );
  expect(writes).toHaveLength(1);
});

test('[TL13] [LG16] a write that the disk loses is refused, and nothing of it stays', async () => {
  const pages = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(pages, 0, 1_000_000);
  await using box = await openCatalogue({ pageLimit: pages });
  const ann = await box.join('ann');
  Atomics.store(pages, 0, 1);
  const emitted: string[] = [];
  box.hub.subscribe((batch) => emitted.push(...batch.map(({ event }) => event.type)));

  const written: string[] = [];
  for (let n = 0; n < 400 && box.hub.storage.status === 'ok'; n++) {
    const answer = await ann.call('file_write', { path: `${n}.md`, text: `text ${n}` });
    if (answer.isError) expect(answer.structuredContent).toMatchObject({ code: 'storage_failed' });
    else written.push(`${n}.md`);
  }
  expect(box.hub.storage.status).toBe('failed');
  const list = await ann.ok('file_list', { limit: 200, max_bytes: 1_048_576 });
  expect(list['files']).toHaveLength(written.length);
  expect(emitted.filter((type) => type === 'file.written')).toHaveLength(written.length);

  const healed = new Promise<void>((resolve) => {
    box.hub.onStorage(({ status }) => status === 'ok' && resolve());
  });
  Atomics.store(pages, 0, 1_000_000);
  box.clock.advance(1000);
  await healed;
  await box.files.changes.close();
  // The content that was lost with its event has been removed already.
  expect(await box.files.sweep()).toBe(0);
});

test('[TL16] a lock that a call waited for is answered as soon as its grant is on disk', async () => {
  await using box = await openCatalogue();
  const [ann, bob] = [await box.join('ann'), await box.join('bob')];
  const { lock_token } = await ann.ok('lock_acquire', { path: 'a.md' });
  const queued = nextOf(box.hub, 'lock.queued');
  let answered = false;
  const waiting = bob.ok('lock_acquire', { path: 'a.md', wait_ms: 10_000 }).then((lock) => {
    answered = true;
    return lock;
  });
  await queued;
  // In the turn in which the line of its call is applied, and so not on disk, the answer is out.
  const line = new Promise<boolean>((resolve) => {
    const stop = box.hub.subscribe((batch) => {
      if (
        !batch.some(
          ({ event }) => event.type === 'tool.called' && event.actor.kind === 'agent' && event.actor.key === bob.keyId,
        )
      )
        return;
      stop();
      resolve(answered);
    });
  });
  const released = ann.ok('lock_release', { lock_token });
  expect((await waiting)['lock_token']).toBeDefined();
  expect(await line).toBe(true);
  await released;
});

test('[TL16] the line of a lock that was waited for is written with what comes next, not as a write of its own', async () => {
  await using box = await openCatalogue();
  const [ann, bob] = [await box.join('ann'), await box.join('bob')];
  const { lock_token } = await ann.ok('lock_acquire', { path: 'a.md' });
  const queued = nextOf(box.hub, 'lock.queued');
  const waiting = bob.ok('lock_acquire', { path: 'a.md', wait_ms: 10_000 });
  await queued;
  const writes = await writesOf(box, async () => {
    const released = ann.ok('lock_release', { lock_token });
    await bob.ok('lock_release', { lock_token: (await waiting)['lock_token'] });
    await released;
  });
  expect(writes).toEqual([
    ['lock.released', 'lock.acquired', 'tool.called'],
    ['tool.called', 'lock.released', 'tool.called'],
  ]);
});
