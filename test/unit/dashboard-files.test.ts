import { expect, test } from 'vitest';
import { openLinks, refusedTries, usesIn, usesWords } from '../../src/dashboard/features/files/link-input.ts';
import { crumbsOf, fileName, fileUrl, inFolder } from '../../src/dashboard/features/files/file-url.ts';
import { asGlob } from '../../src/dashboard/features/files/find-glob.ts';
import { touchesFolder } from '../../src/dashboard/features/files/folder-events.ts';
import { fileSort, previewKind } from '../../src/dashboard/features/files/preview-kind.ts';
import { copyName, pathProblem } from '../../src/dashboard/features/files/target-path.ts';
import {
  appendChunk,
  decoderFor,
  emptyWindow,
  lineLimit,
  shownLine,
  type TextWindow,
} from '../../src/dashboard/features/files/text-window.ts';
import { movesInto, readMoved } from '../../src/dashboard/features/files/moves-into.ts';
import { mayGiveLink } from '../../src/protocol/owns-now.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { contentTypeOf } from '../../src/hub/files/content-type.ts';
import { isTextType } from '../../src/protocol/text-type.ts';
import { folderOf } from '../../src/protocol/folders-above.ts';

test('[UX1] a file’s address encodes each segment and keeps the slashes', () => {
  const path = `ordner/it's "ok" 100% ü#?.txt`;
  const url = fileUrl('wsp_1', path, 3);
  expect(url).not.toMatch(/["#% ](?![0-9A-F]{2})/u);
  const parsed = new URL(url, 'http://hub');
  expect(decodeURIComponent(parsed.pathname)).toBe(`/files/wsp_1/${path}`);
  expect(parsed.searchParams.get('version')).toBe('3');
});

test('[UX1] paths come apart into folder, name and crumbs, and go together again', () => {
  expect([folderOf('a/b/c.txt'), fileName('a/b/c.txt')]).toEqual(['a/b', 'c.txt']);
  expect([folderOf('c.txt'), fileName('c.txt')]).toEqual(['', 'c.txt']);
  expect(inFolder('', 'x')).toBe('x');
  expect(inFolder('a/b', 'x')).toBe('a/b/x');
  expect(crumbsOf('a/b')).toEqual([
    { name: 'a', folder: 'a' },
    { name: 'b', folder: 'a/b' },
  ]);
  expect(crumbsOf('')).toEqual([]);
});

test('[UX2] what a browser can show is previewed, the rest is only offered as a download', () => {
  const kinds = [
    'text/markdown',
    'application/json',
    'image/svg+xml',
    'image/heic',
    'application/pdf',
    'video/mp4',
    'audio/ogg',
  ];
  expect(kinds.map((mime) => previewKind(mime, 9))).toEqual(['text', 'text', 'image', 'none', 'pdf', 'video', 'audio']);
  expect(previewKind('text/plain; charset=utf-16', 9)).toBe('text');
  expect(previewKind('application/problem+json', 9)).toBe('text');
  expect(previewKind('application/octet-stream', 9)).toBe('none');
  expect(previewKind('image/png', 0)).toBe('empty');
  expect(
    ['application/zip', 'text/csv', 'application/x-yaml', 'application/vnd.ms-excel', 'x/y'].map(fileSort),
  ).toEqual(['archive', 'sheet', 'code', 'sheet', 'binary']);
});

test('[UX2] every type that the hub gives to a text is previewed as one', async () => {
  const names =
    'txt log ini conf md html css csv tsv js mjs ts tsx jsx py rs go java c h cpp rb sh sql toml yaml yml json'
      .concat(' jsonl ndjson geojson xml xhtml rtf tex diff patch vtt srt unknown')
      .split(' ');
  for (const name of names) {
    const type = await contentTypeOf(Buffer.from('plain words\n'), `a.${name}`);
    expect(previewKind(type, 9), `${name}: ${type}`).toBe('text');
    expect(isTextType(`${type}; charset=utf-8`), type).toBe(true);
  }
  expect(await contentTypeOf(Buffer.from('{}\n'), 'a.ndjson')).toBe('application/jsonl');
  expect(await contentTypeOf(Buffer.from('plain words\n'), 'a.tex')).toBe('application/x-tex');
  for (const type of [
    'application/octet-stream',
    'application/zip',
    'image/png',
    'application/json-seq',
    'text/',
    '',
  ]) {
    expect(isTextType(type), type).toBe(false);
  }
});

function readIn(bytes: Uint8Array, size: number): TextWindow {
  const decoder = decoderFor(bytes);
  let window = emptyWindow;
  for (let at = 0; at < bytes.length; at += size) {
    window = appendChunk(window, bytes.subarray(at, at + size), decoder, at + size >= bytes.length);
  }
  return window;
}

test('[UX3] text read in chunks has the same lines as text read at once, wherever the cuts fall', () => {
  const text = 'über\r\nzwei\n\nvier 🚦 fünf\rsechs\r\n';
  const lines = ['über', 'zwei', '', 'vier 🚦 fünf', 'sechs'];
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size += 1) {
    expect(readIn(bytes, size)).toEqual({ lines, readBytes: bytes.length, open: false });
  }
});

test('[UX3] a byte order mark picks UTF-16; a text without a last newline keeps its last line', () => {
  const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0, 0x62, 0]);
  expect(readIn(utf16, 3).lines).toEqual(['a', 'b']);
  expect(readIn(new TextEncoder().encode('x'), 9).lines).toEqual(['x']);
  expect(readIn(new TextEncoder().encode('\n'), 9).lines).toEqual(['']);
});

test('[UX3] a line of megabytes is cut, and says by how much', () => {
  expect(shownLine('x'.repeat(lineLimit + 5))).toEqual({ text: 'x'.repeat(lineLimit), hidden: 5 });
  expect(shownLine('short\r')).toEqual({ text: 'short', hidden: 0 });
});

const written = {
  seq: 1,
  at: 1,
  actor: { kind: 'human' },
  type: 'file.written',
  workspace: 'w',
  fileId: 'fil_1',
  path: 'a/b/c.txt',
  version: 1,
  sha256: '',
  sizeBytes: 1,
  mime: 'text/plain',
  appears: true,
  source: 'upload',
} satisfies HubEvent;

test('[UX4] a pushed event refreshes the folders above it, and no others', () => {
  expect(['', 'a', 'a/b', 'a/bb', 'a/b/c.txt', 'b'].map((folder) => touchesFolder(written, 'w', folder))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(touchesFolder(written, 'other', '')).toBe(false);
  const { source: _s, appears: _a, ...fields } = written;
  const moved: HubEvent = { ...fields, type: 'file.moved', path: 'z/c.txt', from: 'a/c.txt' };
  expect(['a', 'z', 'y'].map((folder) => touchesFolder(moved, 'w', folder))).toEqual([true, true, false]);
});

test('[UX5] a word finds names that contain it; a glob is taken as it is', () => {
  expect(asGlob(' plan ')).toBe('**/*[pP][lL][aA][nN]*');
  expect(asGlob('/1/É!')).toBe('**/*1/[éÉ]?*');
  expect(asGlob('**/*.md')).toBe('**/*.md');
  expect([asGlob('*.md'), asGlob('/*.md'), asGlob('a/*')]).toEqual(['**/*.md', '*.md', 'a/*']);
});

test('[UX6] a path that the hub would refuse is refused while it is typed, with the reason', () => {
  expect(pathProblem('a/ü "b".txt')).toBeUndefined();
  for (const bad of ['', '  ', '/a', 'a/', 'a//b', 'a/../b', 'a\u0000b']) expect(pathProblem(bad), bad).toBeTruthy();
  expect([copyName('a/plan.md'), copyName('a/plan copy.md'), copyName('.env'), copyName('plan copy 9.md')]).toEqual([
    'a/plan copy.md',
    'a/plan copy 2.md',
    '.env copy',
    'plan copy 10.md',
  ]);
});

test('[UX94] files that are dragged to a folder keep their names; those of another workspace, or that are there, stay', () => {
  const dragged = [
    { workspace: 'w', path: 'a.md' },
    { workspace: 'w', path: 'notes/b.md' },
    { workspace: 'w', path: 'notes/deep/c.md' },
    { workspace: 'x', path: 'd.md' },
  ];
  expect(movesInto(dragged, { workspace: 'w', folder: 'notes' })).toEqual([
    { workspace: 'w', from: 'a.md', to: 'notes/a.md' },
    { workspace: 'w', from: 'notes/deep/c.md', to: 'notes/c.md' },
  ]);
  expect(movesInto(dragged, { workspace: 'w', folder: '' }).map(({ to }) => to)).toEqual(['b.md', 'c.md']);
  expect(readMoved(JSON.stringify(dragged))).toEqual(dragged);
  for (const damaged of ['', '{', '{"path":1}', '[{"path":"a"}]', '[1]']) expect(readMoved(damaged)).toEqual([]);
});

test('[UX60] letters in a preview have the marks of their script, and not hundreds', () => {
  const written = 'Việt עִבְרִ֑ית हिन्दी བརྒྱུད เกี๊ยว';
  expect(shownLine(written)).toEqual({ text: written, hidden: 0 });
  const stacked = `a${'\u0301\u0302'.repeat(1_000)}b${'\u0323'.repeat(20)}`;
  expect(shownLine(`x${'\u0301'.repeat(17)}y`)).toEqual({ text: `x${'\u0301'.repeat(16)}y`, hidden: 1 });
  const { text, hidden } = shownLine(stacked);
  expect(text).toBe(`a${'\u0301\u0302'.repeat(8)}`);
  expect(hidden).toBe(stacked.length - text.length);
});

test('[DK9] the dialog of links takes a number of downloads, and lists the links that still give the file', () => {
  expect(['', ' 3 ', '1000', '0', '1001', '2.5', 'many'].map(usesIn)).toEqual([
    undefined,
    3,
    1000,
    'wrong',
    'wrong',
    'wrong',
    'wrong',
  ]);
  const link = {
    workspace: 'w',
    path: 'a',
    version: 1,
    createdBy: { kind: 'human' as const },
    expiresAt: 100,
    uses: 1,
  };
  const links = [
    { ...link, id: 'old', fileId: 'f', createdAt: 1 },
    { ...link, id: 'new', fileId: 'f', createdAt: 2, maxUses: 2 },
    { ...link, id: 'used', fileId: 'f', createdAt: 3, maxUses: 1 },
    { ...link, id: 'other', fileId: 'g', createdAt: 4 },
    { ...link, id: 'late', fileId: 'f', createdAt: 5, expiresAt: 50 },
    { ...link, id: 'ended', fileId: 'f', createdAt: 6, revokedAt: 7 },
  ];
  const open = openLinks(links, 'f', 50);
  expect(open.map(({ id }) => id)).toEqual(['new', 'old']);
  expect(open.map(usesWords)).toEqual(['1 of 2 downloads', '1 download']);
  const owners = { keys: new Map(), roles: {} };
  const [first] = open;
  if (!first) throw new Error('a link should be open');
  expect(mayGiveLink(owners, first, 50)).toBe(true);
  expect(mayGiveLink(owners, { ...first, createdBy: { kind: 'agent', key: 'k' } }, 50)).toBe(false); // it lost its role
});

test('[DK12] tries that a link refused are counted, with the last of them', () => {
  const refused = { tries: 1, why: 'password', remote: '10.0.0.4', at: 1 } as const;
  expect(refusedTries({})).toBeUndefined();
  expect(refusedTries({ refused })).toBe('1 try refused: the password was wrong');
  expect(refusedTries({ refused: { ...refused, tries: 3 } })).toBe(
    '3 tries refused, the last from 10.0.0.4: the password was wrong',
  );
});
