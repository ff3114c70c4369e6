import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { setMember } from '../../src/hub/rules/members.ts';
import { toolNamed } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { BASE_URL, openCatalogue, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

let box: TestCatalogue & AsyncDisposable;

let planner: CatalogueAgent;

let reader: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  planner = await box.join('planner');
  reader = await box.join('reader', 'viewer');
});

afterAll(() => box.dispose());

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

describe('writing', () => {
  test('[TL20] text and base64 make versions; what is written says who, when and which seq', async () => {
    const first = await planner.ok('file_write', { path: 'notes/plan.md', text: '# Plan\n', if_version: 0 });
    expect(first).toMatchObject({
      workspace: box.workspace,
      path: 'notes/plan.md',
      version: 1,
      size_bytes: 7,
      sha256: createHash('sha256').update('# Plan\n').digest('hex'),
      source: 'tool',
      written_by: { kind: 'agent', key_id: planner.keyId, key_name: 'planner', session_id: planner.ctx.sessionId },
      written_at: '2026-01-05T09:00:00.000Z',
    });
    const second = await planner.ok('file_write', {
      path: 'notes/plan.md',
      base64: base64('# Plan 2\n'),
      if_version: 1,
    });
    expect(second).toMatchObject({ version: 2, file_id: first.file_id });
    expect(Number(second.seq)).toBeGreaterThan(Number(first.seq));
  });

  test('[TL21] if_version keeps one from writing over what one has not seen', async () => {
    await planner.ok('file_write', { path: 'race.txt', text: 'a' });
    expect(await planner.refused('file_write', { path: 'race.txt', text: 'b', if_version: 0 })).toMatchObject({
      code: 'conflict',
    });
    expect(await planner.refused('file_write', { path: 'race.txt', text: 'b', if_version: 4 })).toMatchObject({
      code: 'conflict',
    });
  });

  test('[TL22] exactly one of text and base64, real base64, and the content that was announced', async () => {
    for (const content of [{}, { text: 'a', base64: 'YQ==' }, { base64: 'not base64!' }]) {
      expect(await planner.refused('file_write', { path: 'x.txt', ...content })).toMatchObject({
        code: 'invalid_argument',
      });
    }
    expect(await planner.refused('file_write', { path: 'x.txt', text: 'a', sha256: '0'.repeat(64) })).toMatchObject({
      code: 'checksum_mismatch',
    });
    expect(await planner.refused('file_write', { path: 'x.txt', text: 'a\ud800b' })).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('surrogate'),
    });
    expect(await planner.ok('file_write', { path: 'empty.txt', text: '' })).toMatchObject({ size_bytes: 0 });
  });

  test('[TL23] a path that leaves the workspace is invalid_path, everywhere', async () => {
    for (const path of ['', '../x', '/x', 'a//b', 'a\\b', 'a\u0000b', 'a/']) {
      expect(await planner.refused('file_write', { path, text: '' }), path).toMatchObject({ code: 'invalid_path' });
      expect(await planner.refused('file_read', { path }), path).toMatchObject({ code: 'invalid_path' });
      if (path === 'a/') continue; // as a lock, all that is below it
      expect(await planner.refused('lock_acquire', { path }), path).toMatchObject({ code: 'invalid_path' });
    }
    const odd = `it's "ok" 100% ü.txt`;
    await planner.ok('file_write', { path: odd, text: 'ü' });
    const stat = await reader.ok('file_stat', { path: odd.normalize('NFD') });
    expect(stat).toMatchObject({
      path: odd,
      download_url: `${BASE_URL}/files/${box.workspace}/it's%20%22ok%22%20100%25%20%C3%BC.txt?version=1`,
    });
  });

  test('[TL24] under a lock: others are locked out, the holder writes with token or fence, a stale fence fails', async () => {
    const lock = await planner.ok('lock_acquire', { path: 'locked.md', ttl_s: 30 });
    const other = await box.join('intruder');
    expect(await other.refused('file_write', { path: 'locked.md', text: 'x' })).toMatchObject({ code: 'locked' });
    await planner.ok('file_write', { path: 'locked.md', text: 'mine', lock_token: lock.lock_token, fence: lock.fence });
    expect(
      await planner.refused('file_write', { path: 'locked.md', text: 'x', fence: Number(lock.fence) - 1 }),
    ).toMatchObject({
      code: 'fence_stale',
    });
    await planner.ok('lock_release', { lock_token: lock.lock_token });
    await other.ok('file_write', { path: 'locked.md', text: 'theirs' });
  });
});

describe('keeping', () => {
  test('[TL29] versions, restore, delete and purge', async () => {
    for (const text of ['1', '22', '333']) await planner.ok('file_write', { path: 'v.txt', text });
    expect(await reader.ok('file_read', { path: 'v.txt', version: 2 })).toMatchObject({ text: '22', version: 2 });
    expect(await planner.ok('file_restore', { path: 'v.txt', version: 1 })).toMatchObject({
      version: 4,
      size_bytes: 1,
    });
    await planner.ok('file_delete', { path: 'v.txt' });
    expect(await reader.refused('file_read', { path: 'v.txt' })).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('file_restore'),
    });
    const gone = await reader.ok('file_list', { deleted: true, prefix: 'v.txt' });
    expect(gone.files).toEqual([expect.objectContaining({ path: 'v.txt', deleted_at: '2026-01-05T09:00:00.000Z' })]);
    const versions = await reader.ok('file_versions', { path: 'v.txt', limit: 3 });
    expect(versions).toMatchObject({
      versions: [{ version: 4 }, { version: 3 }, { version: 2 }],
      next_cursor: expect.any(String),
    });
    expect(await reader.ok('file_versions', { path: 'v.txt', cursor: versions.next_cursor })).toMatchObject({
      versions: [{ version: 1 }],
    });
    await planner.ok('file_restore', { path: 'v.txt', version: 3 });
    expect(await planner.refused('file_purge', { path: 'v.txt' })).toMatchObject({ code: 'forbidden' });
    const chief = await box.join('chief', 'owner');
    expect(await chief.ok('file_purge', { path: 'v.txt' })).toMatchObject({ purged: true });
    expect(await reader.refused('file_versions', { path: 'v.txt' })).toMatchObject({ code: 'not_found' });
    expect(await planner.refused('file_restore', { path: 'v.txt', version: 1 })).toMatchObject({ code: 'not_found' });
  });

  test('[TL100] only what cannot be brought back is destructive', async () => {
    const chief = await box.join('tl100', 'owner');
    const destroys = (name: string) => toolNamed(name)?.annotations.destructiveHint;
    expect(['file_move', 'file_delete', 'file_purge'].map(destroys)).toEqual([false, false, true]);
    await chief.ok('file_write', { path: 'tl100.md', text: 'one' });
    await chief.ok('file_write', { path: 'tl100.md', text: 'two' });
    await chief.ok('file_move', { from: 'tl100.md', to: 'tl100.to.md' });
    const { versions } = await chief.ok('file_versions', { path: 'tl100.to.md' });
    expect(Object.keys(versions ?? {})).toHaveLength(2);
    const { version } = await chief.ok('file_delete', { path: 'tl100.to.md' });
    await chief.ok('file_restore', { path: 'tl100.to.md', version });
    expect(await chief.ok('file_read', { path: 'tl100.to.md' })).toMatchObject({ text: 'two' });
  });

  test('[TL30] lists by prefix and glob come page by page', async () => {
    for (const name of ['a.md', 'b.md', 'c.txt', 'deep/d.md'])
      await planner.ok('file_write', { path: `many/${name}`, text: name });
    const pages: unknown[] = [];
    for (let cursor: unknown; ;) {
      const page = await reader.ok('file_list', { prefix: 'many/', limit: 3, cursor });
      pages.push(page.files);
      if (page.next_cursor === undefined) break;
      cursor = page.next_cursor;
    }
    expect(pages).toMatchObject([
      [{ path: 'many/a.md' }, { path: 'many/b.md' }, { path: 'many/c.txt' }],
      [{ path: 'many/deep/d.md' }],
    ]);
    expect(await reader.ok('file_find', { glob: 'many/**/*.md' })).toMatchObject({
      files: [{ path: 'many/a.md' }, { path: 'many/b.md' }, { path: 'many/deep/d.md' }],
    });
    expect(await reader.refused('file_find', { glob: '[' })).toMatchObject({ code: 'invalid_argument' });
    expect(await reader.refused('file_list', { cursor: 'nonsense' })).toMatchObject({ code: 'invalid_argument' });
  });

  test('[TL31] copy and move, and what stands in their way', async () => {
    const from = await planner.ok('file_write', { path: 'from.txt', text: 'content' });
    expect(await planner.ok('file_copy', { from: 'from.txt', to: 'copy.txt' })).toMatchObject({
      path: 'copy.txt',
      version: 1,
      sha256: from.sha256,
    });
    expect(await planner.refused('file_copy', { from: 'from.txt', to: 'copy.txt' })).toMatchObject({
      code: 'name_taken',
    });
    expect(await planner.ok('file_copy', { from: 'from.txt', to: 'copy.txt', overwrite: true })).toMatchObject({
      version: 2,
    });
    expect(await planner.ok('file_move', { from: 'from.txt', to: 'moved.txt' })).toMatchObject({
      path: 'moved.txt',
      file_id: from.file_id,
    });
    expect(await planner.refused('file_stat', { path: 'from.txt' })).toMatchObject({ code: 'not_found' });
  });

  test('[TL34] if_version of a move is the version of what is moved, of a copy that of what it writes over', async () => {
    await planner.ok('file_write', { path: 'goes.txt', text: '1' });
    await planner.ok('file_write', { path: 'goes.txt', text: '2' });
    await planner.ok('file_write', { path: 'there.txt', text: 'there' });
    const move = { from: 'goes.txt', to: 'went.txt' };
    for (const version of [0, 1, 3]) {
      expect(await planner.refused('file_move', { ...move, if_version: version })).toMatchObject({
        code: 'conflict',
        details: { current_version: 2, if_version: version },
      });
    }
    // What it says of its source is no leave to write over its target.
    expect(await planner.refused('file_move', { from: 'goes.txt', to: 'there.txt', if_version: 2 })).toMatchObject({
      code: 'name_taken',
    });
    const copy = { from: 'goes.txt', to: 'there.txt' };
    expect(await planner.refused('file_copy', { ...copy, if_version: 2 })).toMatchObject({ code: 'conflict' });
    expect(await planner.ok('file_copy', { ...copy, if_version: 1 })).toMatchObject({ version: 2 });
    expect(await planner.ok('file_move', { ...move, if_version: 2 })).toMatchObject({ path: 'went.txt', version: 2 });
  });

  test('[TL31] a copy into another workspace needs to read the one and write the other', async () => {
    const { workspace } = await box.hub.execute(createWorkspace, { name: 'archive' }, human);
    await planner.ok('file_write', { path: 'keep.txt', text: 'keep' });
    const args = { workspace: 'default', from: 'keep.txt', to: 'kept.txt', to_workspace: 'archive' };
    await box.hub.execute(setMember, { workspace, keyId: reader.keyId, role: 'editor' }, human);
    expect(await reader.ok('file_copy', args)).toMatchObject({ workspace, path: 'kept.txt' });
    const stranger = await box.join('stranger');
    expect(await stranger.refused('file_copy', args)).toMatchObject({ code: 'not_found' });
    expect(stranger.ended).toEqual([]);
  });
});
