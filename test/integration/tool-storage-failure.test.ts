import { expect, test } from 'vitest';
import { openCatalogue } from '../support/open-catalogue.ts';

test('[TL12] while the disk refuses writes, reading goes on and writing is refused', async () => {
  const pages = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(pages, 0, 1_000_000);
  await using box = await openCatalogue({ pageLimit: pages });
  const agent = await box.join('agent');
  await agent.ok('file_write', { path: 'kept.txt', text: 'kept' });
  const { seq } = await agent.ok('whoami');
  Atomics.store(pages, 0, 1);

  // The first refusal of the disk may come at any call: none that only reads may notice it.
  const answers: unknown[] = [];
  for (let n = 0; n < 400 && box.hub.storage.status === 'ok'; n++) {
    answers.push((await agent.ok('file_read', { path: 'kept.txt' })).text);
    answers.push((await agent.ok('workspace_get')).file_count);
  }
  expect(box.hub.storage.status).toBe('failed');
  expect(new Set(answers)).toEqual(new Set(['kept', 1]));

  expect(await agent.refused('file_write', { path: 'new.txt', text: 'x' })).toMatchObject({
    code: 'storage_failed',
    retry_after_ms: 1000,
  });
  expect(await agent.refused('lock_acquire', { path: 'kept.txt' })).toMatchObject({ code: 'storage_failed' });
  expect(await agent.ok('file_read', { path: 'kept.txt' })).toMatchObject({ text: 'kept' });
  expect((await agent.ok('event_list', { after_seq: 0, types: ['file'] })).events).toMatchObject([
    { path: 'kept.txt' },
  ]);
  expect(Number((await agent.ok('whoami')).seq)).toBeGreaterThanOrEqual(Number(seq));
  expect(await agent.refused('file_list', { workspace: 'nowhere' })).toMatchObject({ code: 'not_found' });

  const healed = new Promise<void>((resolve) => {
    box.hub.onStorage(({ status }) => status === 'ok' && resolve());
  });
  Atomics.store(pages, 0, 1_000_000);
  box.clock.advance(1000);
  await healed;
  await agent.ok('file_write', { path: 'new.txt', text: 'x' });
});
