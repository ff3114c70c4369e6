import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { setMember } from '../../src/hub/rules/members.ts';
import { BASE_URL, openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

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

describe('reading', () => {
  test('[TL25] text whole, by bytes and by lines, with where to go on', async () => {
    const text = 'one\ntwo ü\nthree\nfour';
    await planner.ok('file_write', { path: 'lines.txt', text });
    expect(await reader.ok('file_read', { path: 'lines.txt' })).toMatchObject({
      content: 'text',
      text,
      encoding: 'utf-8',
      start_byte: 0,
      end_byte: 21,
      truncated: false,
    });
    expect(await reader.ok('file_read', { path: 'lines.txt', start_line: 2, end_line: 3 })).toMatchObject({
      text: 'two ü\nthree\n',
      start_line: 2,
      end_line: 3,
      truncated: false,
    });
    expect(await reader.ok('file_read', { path: 'lines.txt', start_line: 3 })).toMatchObject({
      text: 'three\nfour',
      end_line: 4,
      total_lines: 4,
    });
    expect(await reader.ok('file_read', { path: 'lines.txt', start_line: 9 })).toMatchObject({
      text: '',
      total_lines: 4,
      truncated: false,
    });
    // The cut falls into the ü: it comes with the next part.
    const part = await reader.ok('file_read', { path: 'lines.txt', max_bytes: 9 });
    expect(part).toMatchObject({ text: 'one\ntwo ', end_byte: 8, truncated: true, next_start_byte: 8 });
    const rest = await reader.ok('file_read', { path: 'lines.txt', start_byte: 8 });
    expect(`${textIn(part.text)}${textIn(rest.text)}`).toBe(text);
    const byLine = await reader.ok('file_read', { path: 'lines.txt', start_line: 1, max_bytes: 12 });
    expect(byLine).toMatchObject({ text: 'one\ntwo ü\n', end_line: 2, truncated: true, next_start_line: 3 });
  });

  test('[TL25] a line longer than the answer may be is cut, and says so', async () => {
    await planner.ok('file_write', { path: 'long.txt', text: `${'x'.repeat(5000)}\nend\n` });
    const cut = await reader.call('file_read', { path: 'long.txt', start_line: 1, max_bytes: 100 });
    expect(cut.structuredContent).toMatchObject({ text: 'x'.repeat(100), start_line: 1, end_line: 1, truncated: true });
    expect(cut.content.at(-1)).toMatchObject({ text: expect.stringContaining('go on within it with start_byte: 100') });
  });

  test('[TL26] other encodings are detected; what is not text is base64, a picture an image, too large a link', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße', 'utf16le')]);
    await planner.ok('file_write', { path: 'utf16.txt', base64: base64(utf16) });
    expect(await reader.ok('file_read', { path: 'utf16.txt' })).toMatchObject({ encoding: 'utf-16le', text: 'Grüße' });
    await planner.ok('file_write', {
      path: 'latin1.txt',
      base64: base64(Buffer.from('Die Straße nach Köln ist über Düren länger.', 'latin1')),
    });
    expect(await reader.ok('file_read', { path: 'latin1.txt' })).toMatchObject({
      text: 'Die Straße nach Köln ist über Düren länger.',
    });

    const bytes = Buffer.from([0, 1, 2, 250, 251]);
    await planner.ok('file_write', { path: 'data.bin', base64: base64(bytes) });
    expect(await reader.ok('file_read', { path: 'data.bin' })).toMatchObject({
      content: 'base64',
      base64: base64(bytes),
      truncated: false,
    });
    expect(await reader.ok('file_read', { path: 'data.bin', start_byte: 1, end_byte: 3 })).toMatchObject({
      base64: base64(bytes.subarray(1, 3)),
      start_byte: 1,
      end_byte: 3,
    });
    expect(await reader.refused('file_read', { path: 'data.bin', as: 'text' })).toMatchObject({
      code: 'invalid_argument',
    });

    await planner.ok('file_write', { path: 'dot.png', base64: base64(png) });
    const picture = await reader.call('file_read', { path: 'dot.png' });
    expect(picture.structuredContent).toMatchObject({ content: 'image', mime: 'image/png' });
    expect(picture.content[0]).toEqual({ type: 'image', data: base64(png), mimeType: 'image/png' });

    const large = await reader.call('file_read', { path: 'dot.png', max_bytes: 10 });
    expect(large.structuredContent).toMatchObject({
      content: 'link',
      download_url: `${BASE_URL}/files/${box.workspace}/dot.png?version=1`,
    });
    expect(large.content[0]).toMatchObject({
      type: 'resource_link',
      name: 'dot.png',
      size: png.length,
      mimeType: 'image/png',
    });
  });

  test('[TL26] a client of a revision without resource links is given the address alone', async () => {
    await planner.ok('file_write', { path: 'old.bin', base64: base64(Buffer.from([0, 1])) });
    const answer = await reader.call('file_read', { path: 'old.bin', as: 'link' }, { protocolVersion: '2024-11-05' });
    expect(answer.content).toEqual([{ type: 'text', text: expect.stringContaining(`${BASE_URL}/files/`) }]);
  });

  test('[TL27] ranges that make no sense are refused', async () => {
    await planner.ok('file_write', { path: 'short.txt', text: 'abc' });
    const wrong = [
      { start_line: 1, start_byte: 0 },
      { start_line: 3, end_line: 2 },
      { start_byte: 5, end_byte: 5 },
      { start_byte: 9 },
      { as: 'base64', start_line: 1 },
    ];
    for (const range of wrong) {
      expect(await reader.refused('file_read', { path: 'short.txt', ...range })).toMatchObject({
        code: 'invalid_argument',
      });
    }
    expect(await reader.ok('file_read', { path: 'short.txt', start_byte: 3 })).toMatchObject({
      text: '',
      truncated: false,
    });
  });

  test('[TL28] a file that is not there names those with a similar path', async () => {
    await planner.ok('file_write', { path: 'reports/summary.md', text: 's' });
    const error = await reader.refused('file_stat', { path: 'reports/sumary.md' });
    expect(error).toMatchObject({ code: 'not_found', details: { near: ['reports/summary.md'] } });
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
    expect(await planner.refused('file_delete', { path: 'v.txt', purge: true })).toMatchObject({ code: 'forbidden' });
    const chief = await box.join('chief', 'owner');
    expect(await chief.ok('file_delete', { path: 'v.txt', purge: true })).toMatchObject({
      deleted: true,
      purged: true,
    });
    expect(await reader.refused('file_versions', { path: 'v.txt' })).toMatchObject({ code: 'not_found' });
    expect(await planner.refused('file_restore', { path: 'v.txt', version: 1 })).toMatchObject({ code: 'not_found' });
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
    expect(await stranger.refused('file_copy', args)).toMatchObject({ code: 'forbidden' });
    expect(stranger.ended).toHaveLength(1);
  });
});

describe('uploading', () => {
  test('[TL32] upload_create gives a URL and an expiry, upload_status how far it is, and the end a file', async () => {
    const content = Buffer.from('uploaded in two pieces');
    const begun = await planner.ok('upload_create', { path: 'up.txt', size_bytes: content.length });
    const { upload_id: id } = begun;
    expect(begun).toMatchObject({ upload_url: `${BASE_URL}/uploads/${textIn(id)}`, received_bytes: 0, path: 'up.txt' });
    const pieces = async function* (from: number, to: number) {
      yield Promise.resolve(content.subarray(from, to));
    };
    await box.uploads.append(textIn(id), 0, pieces(0, 8));
    expect(await reader.ok('upload_status', { upload_id: id })).toMatchObject({
      status: 'receiving',
      received_bytes: 8,
    });
    await box.uploads.append(textIn(id), 8, pieces(8, content.length));
    expect(await reader.ok('upload_status', { upload_id: id })).toMatchObject({
      status: 'finished',
      received_bytes: content.length,
      version: 1,
    });
    expect(await planner.ok('file_read', { path: 'up.txt' })).toMatchObject({ text: content.toString() });
  });

  test('[TL33] a cancelled upload is gone, and says so', async () => {
    const { upload_id: id } = await planner.ok('upload_create', { path: 'never.bin', size_bytes: 10 });
    expect(await reader.refused('upload_cancel', { upload_id: id })).toMatchObject({ code: 'forbidden' });
    expect(await planner.ok('upload_cancel', { upload_id: id, reason: 'not needed' })).toMatchObject({
      cancelled: true,
      path: 'never.bin',
    });
    expect(['gone', 'not_found']).toContain((await planner.refused('upload_status', { upload_id: id })).code);
    expect(await planner.refused('upload_status', { upload_id: 'upl_none' })).toMatchObject({ code: 'not_found' });
    const done = await planner.ok('upload_create', { path: 'nothing.bin', size_bytes: 0 });
    expect(await planner.refused('upload_cancel', { upload_id: done.upload_id })).toMatchObject({ code: 'conflict' });
  });
});
