import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { fileConvert } from '../../src/jobs/file-convert/kind.ts';
import { sourceFormat, targetsOf } from '../../src/jobs/file-convert/pairs.ts';
import { guide } from '../../src/server/mcp/catalogue/resources/guide.ts';
import { allTools, toolNamed } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { limitsWith } from '../../src/hub/limits.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { documents, golden, MARKDOWN, PLAIN } from '../support/sample-documents.ts';
import { lockedPdf, textPdf } from '../support/sample-pdfs.ts';
import { png, zip } from '../support/sample-files.ts';

/** Converts a content; answers the job when it is over. */
async function convert(t: TestFiles, name: string, content: string | Uint8Array, input: object) {
  await t.put(name, content);
  const request = { kind: 'file_convert', workspace: t.workspace, path: name, input: { ...input } };
  const { jobId } = await t.jobs.queue(human, request);
  return t.jobs.wait(jobId, { timeoutMs: 60_000 });
}

/** The bytes of the file that a conversion wrote. */
async function made(t: TestFiles, job: Awaited<ReturnType<typeof convert>>): Promise<Buffer> {
  expect(job).toMatchObject({ status: 'succeeded' });
  const path = job.status === 'succeeded' ? job.wrote?.path : undefined;
  const { stream } = await t.files.read(t.workspace, path ?? '');
  return Buffer.concat(await stream.toArray());
}

test('[CV1] the pairs are in the schema and the guide; any other pair is refused with those that there are', async () => {
  const tool = toolNamed('file_convert');
  const words = JSON.stringify(tool?.inputSchema);
  const inGuide = guide('', { tools: allTools, prompts: [] }, limitsWith());
  for (const format of ['png', 'avif', 'ndjson', 'docx', 'odt', 'pptx', 'markdown']) {
    expect(words).toContain(format);
    expect(inGuide).toContain(format);
  }
  await using t = await openTestFiles();
  await expect(convert(t, 'a.csv', 'a,b\n1,2\n', { to: 'png' })).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('csv, tsv, json, ndjson, xlsx'),
  });
  await expect(convert(t, 'a.bin', Buffer.from([0, 1, 2, 255]), { to: 'png' })).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('markdown to html'),
  });
  // What it is called does not say what it is.
  await expect(convert(t, 'picture.png', 'no picture', { to: 'jpeg' })).rejects.toMatchObject({ code: 'unsupported' });
  await expect(convert(t, 'b.csv', 'a\n', { to: 'json', width: 3 })).rejects.toMatchObject({
    code: 'invalid_argument',
  });
});

describe('pictures', () => {
  test('[CV2] each format becomes each other one, under a name beside it', async () => {
    await using t = await openTestFiles();
    const picture = sharp({ create: { width: 40, height: 20, channels: 4, background: '#ff000080' } });
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>',
    );
    const sources: Record<string, Buffer> = { svg };
    for (const format of targetsOf('svg'))
      sources[format] = await picture
        .clone()
        .toFormat(format as 'png')
        .toBuffer();
    for (const [from, content] of Object.entries(sources)) {
      const to = from === 'webp' ? 'png' : 'webp';
      const job = await convert(t, `p/${from}.${from}`, content, { to });
      expect(job, from).toMatchObject({
        result: { from, to, width: 40, height: 20 },
        wrote: { path: `p/${from}.${to}`, mime: `image/${to}` },
      });
    }
    for (const to of targetsOf('png')) {
      const content = await made(
        t,
        await convert(t, 'again.png', sources['png'] ?? '', { to, quality: to === 'png' ? undefined : 60 }),
      );
      const { format, width, height } = await sharp(content).metadata();
      expect([to, format, width, height]).toEqual([to, to === 'avif' ? 'heif' : to, 40, 20]);
    }
  });

  test('[CV3] it is cropped, then turned, then made to fit; a crop out of the picture is refused', async () => {
    await using t = await openTestFiles();
    const job = await convert(t, 'a.png', await png(100, 60), {
      to: 'png',
      crop: '10,10,80,40',
      rotate: '90',
      width: 20,
    });
    expect(job).toMatchObject({ result: { width: 20, height: 40 }, wrote: { path: 'a-converted.png' } });
    // A red corner at the top left, and where it is when only it is kept and turned.
    const corner = {
      input: { create: { width: 2, height: 2, channels: 3, background: '#f00' } },
      left: 0,
      top: 0,
    } as const;
    const marked = await sharp({ create: { width: 8, height: 6, channels: 3, background: '#fff' } })
      .composite([corner])
      .png()
      .toBuffer();
    for (const [rotate, at] of [
      ['90', [3, 0]],
      ['180', [3, 3]],
      ['270', [0, 3]],
    ] as const) {
      const content = await made(t, await convert(t, 'm.png', marked, { to: 'png', crop: '0,0,4,4', rotate }));
      const { data, info } = await sharp(content).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const [x, y] = at;
      const pixel = data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3);
      expect([rotate, info.width, info.height, ...pixel]).toEqual([rotate, 4, 4, 255, 0, 0]);
    }
    expect(await convert(t, 'a.png', await png(100, 60), { to: 'png', crop: '90,0,20,20' })).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_argument', message: expect.stringContaining('out of the picture') },
    });
  });

  test('[CV4] a drawing sees nothing of this machine, and what a picture says of camera and place is gone', async () => {
    await using t = await openTestFiles();
    const stored = await t.put(
      'red.png',
      await sharp({ create: { width: 4, height: 4, channels: 3, background: '#f00' } })
        .png()
        .toBuffer(),
    );
    const file = await t.files.blobs.fileOf(stored.sha256);
    for (const href of [`file://${file}`, file, stored.sha256]) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="4" height="4"><image xlink:href="${href}" width="4" height="4"/></svg>`;
      const content = await made(t, await convert(t, 'a.svg', svg, { to: 'png' }));
      const { data } = await sharp(content).raw().toBuffer({ resolveWithObject: true });
      expect(
        data.every((value) => value === 0),
        href,
      ).toBe(true);
    }
    const camera = await sharp(await png(8, 8))
      .withExif({ IFD0: { Make: 'Secret' } })
      .jpeg()
      .toBuffer();
    const content = await made(t, await convert(t, 'camera.jpg', camera, { to: 'webp' }));
    expect((await sharp(content).metadata()).exif).toBeUndefined();
  });

  test('[CV5] a picture that claims too many pixels, is cut off or empty fails with what is wrong', async () => {
    await using t = await openTestFiles();
    const huge = await png(1, 1);
    huge.writeUInt32BE(50_000, 16);
    huge.writeUInt32BE(50_000, 20);
    const cut = (await png(200, 200)).subarray(0, 120);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="50000" height="50000"/>';
    for (const [name, content, code] of [
      ['huge.png', huge, /too_large|unreadable_file/u],
      ['cut.png', cut, /unreadable_file/u],
      ['huge.svg', svg, /too_large|unreadable_file/u],
    ] as const) {
      const job = await convert(t, name, content, { to: 'webp' });
      expect(job.status === 'failed' ? job.error.code : job.status, name).toMatch(code);
    }
    await t.put('empty.png', '');
    expect(
      (await t.files.list(t.workspace)).items.map(({ path }) => path).filter((path) => path.endsWith('.webp')),
    ).toEqual([]);
  });
});

describe('tables', () => {
  const rows = 'name,note,count\n"screws, M4","says ""yes""",12\n名前,"two\nlines",007\n';

  test('[CV6] csv, tsv, json, ndjson and xlsx become each other, and what was in a cell stays', async () => {
    await using t = await openTestFiles();
    for (const to of ['tsv', 'json', 'ndjson', 'xlsx']) {
      const there = await convert(t, `a.csv`, rows, { to });
      expect(there, to).toMatchObject({ result: { rows: 3, columns: 3 } });
      const content = await made(t, there);
      const back = await made(t, await convert(t, `b.${to}`, content, { to: 'csv' }));
      expect(back.toString(), to).toBe(rows);
    }
    const json = await made(t, await convert(t, 'a.csv', rows, { to: 'json' }));
    expect(JSON.parse(json.toString())).toEqual([
      { name: 'screws, M4', note: 'says "yes"', count: '12' },
      { name: '名前', note: 'two\nlines', count: '007' },
    ]);
  });

  test('[CV7] JSON of other shapes: missing names, lists, plain values, nothing; and what is no list', async () => {
    await using t = await openTestFiles();
    const csv = async (value: unknown) =>
      (await made(t, await convert(t, 'a.json', JSON.stringify(value), { to: 'csv' }))).toString();
    expect(await csv([{ a: 1 }, { b: { c: [true] } }])).toBe('a,b\n1,\n,"{""c"":[true]}"\n');
    expect(
      await csv([
        [1, 'x'],
        [null, 2.5],
      ]),
    ).toBe('1,x\n,2.5\n');
    expect(await csv([1, 'two'])).toBe('value\n1\ntwo\n');
    for (const [text, words] of [
      ['{"a":1}', 'no list'],
      ['[1,', 'cannot be read'],
    ] as const) {
      expect(await convert(t, 'b.json', text, { to: 'csv' })).toMatchObject({
        status: 'failed',
        error: { code: 'unreadable_file', message: expect.stringContaining(words) },
      });
    }
  });

  test('[CV8] a table in another encoding is read in it; one that is too large is refused before it is read', async () => {
    await using t = await openTestFiles();
    const latin = Buffer.from('name;größe\nmüller;3\n', 'latin1');
    expect((await made(t, await convert(t, 'a.csv', latin, { to: 'ndjson' }))).toString()).toBe(
      '{"name":"müller","größe":"3"}\n',
    );
    await expect(convert(t, 'big.csv', Buffer.alloc(65 * 1024 * 1024, 'x'), { to: 'json' })).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('64 MiB'),
    });
  });
});

describe('documents', () => {
  test.each(Object.entries(documents))('[CV9] %s keeps headings, lists, tables and links', async (name, make) => {
    await using t = await openTestFiles();
    const content = make();
    const { markdown, text } = { markdown: MARKDOWN, text: PLAIN, ...golden[name] };
    expect((await made(t, await convert(t, `a.${name}`, content, { to: 'markdown' }))).toString()).toBe(markdown);
    expect((await made(t, await convert(t, `a.${name}`, content, { to: 'text' }))).toString()).toBe(text);
  });

  test('[CV10] Markdown becomes a page; what would run in it is shown as text', async () => {
    await using t = await openTestFiles();
    const source = `${MARKDOWN}\n[x](javascript:alert(1)) [y](https://y.example/)\n\n<script>alert(1)</script>\n`;
    const page = (await made(t, await convert(t, 'notes.md', source, { to: 'html' }))).toString();
    expect(page).toContain('<h1>Plan</h1>');
    expect(page).toContain('<th>Part</th>');
    expect(page).toContain('<a href="https://y.example/">y</a>');
    expect(page).not.toMatch(/<script|javascript:/u);
    const plain = await made(t, await convert(t, 'plan.md', MARKDOWN, { to: 'html' }));
    const back = await made(t, await convert(t, 'back.html', plain, { to: 'markdown' }));
    expect(back.toString()).toBe(MARKDOWN);
  });

  test('[CV11] a PDF gives its text by page; one with a password, and documents that are none, fail', async () => {
    await using t = await openTestFiles();
    const content = textPdf(['Some words', 'More words of the text']);
    const job = await convert(t, 'a.pdf', content, { to: 'markdown' });
    expect((await made(t, job)).toString()).toContain('words of the text');
    expect(job).toMatchObject({ result: { pages: 2 } });
    expect(await convert(t, 'locked.pdf', lockedPdf(), { to: 'text' })).toMatchObject({
      status: 'failed',
      error: { code: 'unreadable_file', message: expect.stringContaining('password') },
    });
    for (const type of ['docx', 'odt', 'pptx', 'xlsx']) {
      expect(await convert(t, `none.${type}`, zip([{ name: 'x', content: 'y' }]), { to: 'text' }), type).toMatchObject({
        status: 'failed',
        error: { code: 'unreadable_file' },
      });
    }
  });
});

test('[CV12] each media type that is taken has a format, and each format something to become', () => {
  expect(sourceFormat('application/x-sh')).toBeUndefined();
  const from = sourceFormat('text/markdown');
  expect(from && targetsOf(from)).toEqual(['html']);
  expect(fileConvert.output?.into('a.b/notes', { to: 'markdown' })).toBe('a.b/notes.md');
  expect(fileConvert.output?.into('.hidden', { to: 'text' })).toBe('.hidden.txt');
});
