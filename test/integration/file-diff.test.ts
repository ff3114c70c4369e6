import { applyPatch } from 'diff';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { openTestFiles } from '../support/open-files.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  agent = await box.join('agent');
});
afterAll(() => box.dispose());

/** Writes texts as versions of one file. */
async function versions(path: string, ...texts: string[]): Promise<void> {
  for (const text of texts) await agent.ok('file_write', { path, text });
}

test('[DF1] the newest version is compared with the one before, versions and files that are named with each other', async () => {
  await versions('plan.md', 'one\ntwo\nthree\n', 'one\n2\nthree\n', 'one\n2\nthree\nfour');
  expect(await agent.ok('file_diff', { path: 'plan.md' })).toMatchObject({
    form: 'text',
    before: { path: 'plan.md', version: 2 },
    after: { path: 'plan.md', version: 3 },
    added_lines: 1,
    removed_lines: 0,
    diff: '@@ -1,3 +1,4 @@\n one\n 2\n three\n+four\n\\ No newline at end of file',
    total_lines: 6,
    truncated: false,
  });
  expect(await agent.ok('file_diff', { path: 'plan.md', to: 2, context_lines: 0 })).toMatchObject({
    before: { version: 1 },
    diff: '@@ -2 +2 @@\n-two\n+2',
  });
  expect(await agent.ok('file_diff', { path: 'plan.md', from: 3, to: 1 })).toMatchObject({
    added_lines: 1,
    removed_lines: 2,
  });
  await versions('it\u2019s "another".md', 'one\nzwei\nthree\n');
  expect(await agent.ok('file_diff', { path: 'plan.md', from: 1, other: 'it\u2019s "another".md' })).toMatchObject({
    before: { path: 'plan.md', version: 1 },
    after: { path: 'it\u2019s "another".md', version: 1 },
    diff: '@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n three',
  });
});

test('[DF1] a first version, a version or a file that is not there are refused with what to do', async () => {
  await versions('first.md', 'one\n');
  expect(await agent.refused('file_diff', { path: 'first.md' })).toMatchObject({
    code: 'invalid_argument',
    message: expect.stringContaining('Name another file as other'),
  });
  expect(await agent.refused('file_diff', { path: 'first.md', to: 7 })).toMatchObject({ code: 'not_found' });
  expect(await agent.refused('file_diff', { path: 'frist.md' })).toMatchObject({ code: 'not_found' });
});

test('[DF1] a long diff is given in parts that join to one that makes one version of the other', async () => {
  const lines = Array.from({ length: 1_200 }, (_, n) => `line ${n} of a text that is long`);
  const before = `${lines.join('\n')}\n`;
  const after = `${lines.map((line, n) => (n % 3 === 0 ? `${line}, changed` : line)).join('\n')}\n`;
  await versions('long.txt', before, after);
  const joined: string[] = [];
  let parts = 0;
  for (let start: unknown = 1; start !== undefined; parts += 1) {
    const part = await agent.ok('file_diff', { path: 'long.txt', start_line: start });
    expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(24 * 1024);
    joined.push(...textIn(part['diff']).split('\n'));
    expect(part).toMatchObject({ added_lines: 400, removed_lines: 400, truncated: 'next_start_line' in part });
    start = part['next_start_line'];
    if (start === undefined) expect(part).toMatchObject({ total_lines: joined.length });
  }
  expect(parts).toBeGreaterThan(3);
  expect(applyPatch(before, `--- a\n+++ b\n${joined.join('\n')}\n`)).toBe(after);
});

test('[DF2] equal contents, bytes, large and wholly different texts are compared by what is known of them, and the hub goes on', async () => {
  await versions('same.md', 'one\n', 'two\n', 'one\n');
  expect(await agent.ok('file_diff', { path: 'same.md', from: 1 })).toMatchObject({ form: 'same', truncated: false });
  const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');
  await agent.ok('file_write', { path: 'same.md', base64: picture });
  expect(await agent.ok('file_diff', { path: 'same.md' })).toMatchObject({
    form: 'facts',
    why: 'not_text',
    after: { size_bytes: 16 },
  });
  await versions('large.txt', 'a\n'.repeat(600_000), 'b\n');
  expect(await agent.ok('file_diff', { path: 'large.txt' })).toMatchObject({ form: 'facts', why: 'too_large' });
  const noise = (seed: number): string =>
    Array.from({ length: 60_000 }, (_, n) => ((n * 48_271 + seed) % 2_147_483_647).toString(36)).join('\n');
  await versions('noise.txt', noise(1), noise(7));
  const slow = agent.ok('file_diff', { path: 'noise.txt' });
  let answered = 0;
  const others = (async () => {
    for (; answered < 5; answered += 1) await agent.ok('file_stat', { path: 'noise.txt' });
  })();
  expect(await Promise.race([others.then(() => 'others'), slow.then(() => 'slow')])).toBe('others');
  expect(await slow).toMatchObject({ form: 'facts', why: 'too_different' });
});

test('[DF3] words that differ within a line are marked, and lines without anything in common are not', async () => {
  await using t = await openTestFiles();
  await t.put('a.md', 'the quick brown fox\nfirst line of all\n');
  await t.put('a.md', 'the slow brown fox\n0123456789\n');
  const [before, after] = [await t.files.stat(t.workspace, 'a.md', 1), await t.files.stat(t.workspace, 'a.md')];
  const diff = await t.files.compare(before, after, 3, 'a');
  expect(diff.form === 'text' && diff.hunks[0]?.lines).toEqual([
    { kind: 'removed', text: 'the quick brown fox', before: 1, marks: [[4, 9]] },
    { kind: 'removed', text: 'first line of all', before: 2 },
    { kind: 'added', text: 'the slow brown fox', after: 1, marks: [[4, 8]] },
    { kind: 'added', text: '0123456789', after: 2 },
  ]);
});

test('[DF2] a key may have eight comparisons at once, which are all answered, and old encodings are read as text', async () => {
  await using t = await openTestFiles();
  await t.put('a.txt', Buffer.from('gr\u00fc\u00dfe an alle\n', 'latin1'));
  await t.put('a.txt', Buffer.from('gr\u00fc\u00dfe an viele\n', 'latin1'));
  const [before, after] = [await t.files.stat(t.workspace, 'a.txt', 1), await t.files.stat(t.workspace, 'a.txt')];
  const asked = Array.from({ length: 8 }, () => t.files.compare(before, after, 0, 'a'));
  await expect(t.files.compare(before, after, 0, 'a')).rejects.toMatchObject({ code: 'limit_reached' });
  expect(await t.files.compare(before, after, 0, 'b')).toMatchObject({ form: 'text' });
  const found = await Promise.all(asked);
  for (const diff of found) {
    expect(diff).toMatchObject({
      form: 'text',
      hunks: [{ lines: [{ text: 'gr\u00fc\u00dfe an alle' }, { text: 'gr\u00fc\u00dfe an viele' }] }],
    });
  }
});
