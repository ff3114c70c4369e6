import { expect, test } from 'vitest';
import { openCatalogue } from '../support/open-catalogue.ts';
import { stoppableDisk } from '../support/stopped-disk.ts';

/** Lets everything that waits for no disk come to its end. */
async function turns(): Promise<void> {
  for (let n = 0; n < 20; n++) await new Promise((resolve) => void setImmediate(resolve));
}

/** What was answered, in order, and when the disk went on. */
function ledger() {
  const order: string[] = [];
  return { order, note: (name: string) => (): void => void order.push(name) };
}

test('[TL10] while the disk is stopped, a call that changes something is not answered, nor is a refusal', async () => {
  const disk = stoppableDisk();
  await using box = await openCatalogue({ startWriter: disk.startWriter });
  const ann = await box.join('ann');
  await box.hub.durable();
  disk.stop();
  const { order, note } = ledger();
  const calls = [
    ann.ok('lock_acquire', { path: 'a.md' }).then(note('lock_acquire')),
    ann.refused('lock_release', { lock_token: 'lck_none' }).then(note('lock_release')),
    ann.refused('file_list', { workspace: 'elsewhere' }).then(note('file_list')),
    ann.refused('whoami', { wrong: 1 }).then(note('whoami')),
  ];
  await turns();
  order.push('the disk goes on');
  disk.goOn();
  await Promise.all(calls);
  expect(order[0]).toBe('the disk goes on');
  expect(order).toHaveLength(5);
});

test('[TL97] a call that only read waits for what it saw, and for no line of a call', async () => {
  const disk = stoppableDisk();
  await using box = await openCatalogue({ startWriter: disk.startWriter });
  const [ann, bob] = [await box.join('ann'), await box.join('bob')];
  await ann.ok('file_write', { path: 'a.md', text: 'one' });
  await box.hub.durable();
  const onDisk = box.hub.state.seq;
  disk.stop();

  // Each leaves a line that is not on disk, and none waits for that of another.
  expect(Number((await bob.ok('whoami'))['seq'])).toBeLessThanOrEqual(onDisk);
  const state = await bob.ok('workspace_get');
  expect(Number(state['seq'])).toBeLessThanOrEqual(onDisk);
  expect((await bob.ok('file_list'))['files']).toHaveLength(1);
  expect((await bob.ok('file_read', { path: 'a.md' }))['text']).toBe('one');
  expect((await bob.ok('lock_list'))['locks']).toEqual([]);
  expect((await bob.ok('job_list'))['jobs']).toEqual([]);
  const events = await bob.ok('event_list', { after_seq: 0 });
  expect(Number(events['last_seq'])).toBeLessThanOrEqual(onDisk);
  const waited = await bob.ok('event_wait', { timeout_ms: 0 });
  expect(Number(waited['last_seq'])).toBeLessThanOrEqual(onDisk);
  expect(box.hub.state.seq).toBe(onDisk + 8);

  const { order, note } = ledger();
  const written = ann.ok('lock_acquire', { path: 'b.md' }).then(note('written'));
  const reads = [bob.ok('lock_list'), bob.ok('workspace_get'), bob.ok('event_list', { after_seq: onDisk })];
  const seen = Promise.all(reads.map((read) => read.finally(note('seen'))));
  await turns();
  order.push('the disk goes on');
  disk.goOn();
  const [locks, now, happened] = await seen;
  await written;
  expect(order[0]).toBe('the disk goes on');
  expect(order).toHaveLength(5);
  expect(locks?.['locks']).toHaveLength(1);
  expect(now?.['lock_count']).toBe(1);
  expect(happened?.['events']).toHaveLength(1);
});

test('[TL97] the line of a call that only read is written soon by itself', async () => {
  await using box = await openCatalogue();
  const ann = await box.join('ann');
  await box.hub.durable();
  const line = new Promise<string>((resolve) => {
    box.hub.subscribe((batch) => {
      for (const { event } of batch) if (event.type === 'tool.called') resolve(event.tool);
    });
  });
  await ann.ok('whoami');
  expect(await line).toBe('whoami');
});

test('[TL97] a seq that was given before a crash is never that of another event', async () => {
  const disk = stoppableDisk();
  await using box = await openCatalogue({ startWriter: disk.startWriter });
  const ann = await box.join('ann');
  await box.hub.durable();
  disk.stop();
  for (let n = 0; n < 3; n++) await ann.ok('whoami');
  const seq = Number((await ann.ok('workspace_get'))['seq']);
  // What a crash now would leave: the log without the lines that were not written.
  const left = box.hub.reader.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq'];
  expect(seq).toBe(left);
  disk.goOn();
});

test('[TL98] while much waits for the disk, a call that only read waits for its line', async () => {
  const disk = stoppableDisk();
  await using box = await openCatalogue({ startWriter: disk.startWriter });
  const ann = await box.join('ann');
  await box.hub.durable();
  disk.stop();
  const prefix = 'x'.repeat(200);
  let read = 0;
  while (!box.hub.isBehind) {
    await ann.call('lock_list', { prefix });
    read += 1;
  }
  expect(read).toBeGreaterThan(4_000);
  const { order, note } = ledger();
  const late = ann.ok('lock_list').then(note('late'));
  await turns();
  order.push('the disk goes on');
  disk.goOn();
  await late;
  expect(order).toEqual(['the disk goes on', 'late']);
  await box.hub.durable();
  expect(box.hub.isBehind).toBe(false);
});
