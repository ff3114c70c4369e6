import { expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import { openCatalogue, textIn } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

/** Paths that people take for `plan-a.md`. */
const alike = ['plan\u2010a.md', 'plan\u2212a.md', 'ｐlan-a.md', 'plan-a．md', 'plan\u2013a.md', 'plan-ª.md'];

test('[FI41] a lock guards the paths that look the same, for each way to change a file', async () => {
  await using t = await openCatalogue();
  const [planner, writer] = [await t.join('planner', 'owner'), await t.join('writer', 'owner')];
  for (const path of alike.slice(0, 2)) await writer.ok('file_write', { path, text: 'before' });
  await writer.ok('file_write', { path: 'other.md', text: 'other' });
  const held = await planner.ok('lock_acquire', { path: 'plan-a.md' });
  const locked = { code: 'locked', message: expect.stringContaining('looks the same') };
  for (const path of alike) {
    expect(await writer.refused('file_write', { path, text: 'x' }), path).toMatchObject(locked);
    expect(await writer.refused('upload_create', { path, size_bytes: 1 }), path).toMatchObject(locked);
    expect(await writer.refused('file_copy', { from: 'other.md', to: path }), path).toMatchObject(locked);
    expect(await writer.refused('file_move', { from: 'other.md', to: path }), path).toMatchObject(locked);
    expect(await writer.refused('lock_acquire', { path, wait_ms: 1_000 }), path).toMatchObject(locked);
    expect(await planner.refused('lock_acquire', { path }), path).toMatchObject(locked);
  }
  const [there = ''] = alike;
  expect(await writer.refused('file_delete', { path: there })).toMatchObject(locked);
  expect(await writer.refused('file_move', { from: there, to: 'away.md' })).toMatchObject(locked);
  expect(await writer.refused('file_restore', { path: there, version: 1 })).toMatchObject(locked);
  await writer.ok('file_read', { path: there });
  await writer.ok('file_write', { path: 'Plan-a.md', text: 'case can be seen' });

  await planner.ok('file_write', { path: there, text: 'by the holder', lock_token: held['lock_token'] });
  await planner.ok('lock_release', { lock_token: held['lock_token'] });
  await writer.ok('file_write', { path: there, text: 'after' });
  await writer.ok('lock_acquire', { path: there });
  expect(await planner.refused('file_write', { path: 'plan-a.md', text: 'x' })).toMatchObject(locked);
});

test('[FI40] agents make nothing at a path that nobody can tell from another, by any tool', async () => {
  await using t = await openCatalogue();
  const agent = await t.join('planner', 'owner');
  await agent.ok('file_write', { path: 'plan.md', text: 'x' });
  for (const path of ['plan\u200b.md', 'plan.md\u00a0', '\u3164', 'pl\u200can.md', 'plan\u{e0061}.md', ' plan.md']) {
    const refused = { code: 'invalid_path', details: { instead: expect.any(String) } };
    for (const [tool, args] of [
      ['file_write', { path, text: 'x' }],
      ['upload_create', { path, size_bytes: 1 }],
      ['lock_acquire', { path }],
      ['file_copy', { from: 'plan.md', to: path }],
      ['file_move', { from: 'plan.md', to: path }],
    ] as const) {
      expect(await agent.refused(tool, args), `${tool} ${JSON.stringify(path)}`).toMatchObject(refused);
    }
    expect((await agent.refused('file_read', { path }))['code']).toBe('not_found');
  }
});

test('[FI40] [FI49] a file that has such a path already is read, written, locked and moved away', async () => {
  await using t = await openCatalogue();
  const agent = await t.join('planner', 'owner');
  const first = await agent.ok('file_write', { path: 'plan.md', text: 'old' });
  const path = 'pla\u200bn.md ';
  const stored: EventBody = {
    type: 'file.written',
    workspace: t.workspace,
    fileId: 'fil_old',
    path,
    version: 1,
    sha256: textIn(first['sha256']),
    sizeBytes: 3,
    mime: 'text/markdown',
    source: 'tool',
    appears: true,
  };
  await t.hub.execute(() => ({ events: [stored], answer: () => undefined }), {}, human);
  expect(await agent.ok('file_read', { path })).toMatchObject({ text: 'old' });
  await agent.ok('file_write', { path, text: 'new', if_version: 1 });
  const held = await agent.ok('lock_acquire', { path });
  const other = await t.join('other', 'editor');
  expect((await other.refused('file_write', { path: 'plan.md', text: 'x' }))['code']).toBe('locked');
  await agent.ok('file_move', { from: path, to: 'plan 2.md', lock_token: held['lock_token'] });
  await agent.ok('file_delete', { path: 'plan 2.md' });
});

test('[FI41] the locks of an earlier version on paths that look the same stay two locks', async () => {
  await using t = await openCatalogue();
  const [one, two] = [await t.join('one', 'editor'), await t.join('two', 'editor')];
  await one.ok('lock_acquire', { path: 'a-b' });
  const lock = [...t.hub.state.locks.values()][0];
  if (!lock) throw new Error('There should be a lock');
  const { workspace, ttlMs, expiresAt } = lock;
  const acquired = { type: 'lock.acquired', workspace, path: 'a\u2010b', lockId: 'lck_two' } as const;
  const stored: EventBody = { ...acquired, keyId: two.keyId, ttlMs, expiresAt, waitedMs: 0 };
  await t.hub.execute(() => ({ events: [stored], answer: () => undefined }), {}, human);
  const again = fromSnapshot(takeSnapshot(t.hub.state));
  expect(again.locks).toEqual(t.hub.state.locks);
  expect(again.locks.alike(workspace, 'a-b').map(({ path }) => path)).toEqual(['a\u2010b']);
  await two.ok('file_write', { path: 'a\u2010b', text: 'x', lock_token: 'lck_two' });
  await two.ok('lock_release', { lock_token: 'lck_two' });
  expect(t.hub.state.locks.size).toBe(1);
  expect(t.hub.state.locks.alike(workspace, 'a\u2010b')).toHaveLength(1);
});
