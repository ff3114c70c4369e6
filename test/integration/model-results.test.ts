import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initializeSession } from '../../src/hub/rules/sessions.ts';
import { fileUri } from '../../src/protocol/uris.ts';
import { createMethods } from '../../src/server/mcp/catalogue/methods.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;
beforeAll(async () => {
  box = await openCatalogue();
  agent = await box.join('model');
});
afterAll(() => box.dispose());

const KiB = 1024;
const write = (path: string, content: Uint8Array | string): Promise<unknown> =>
  agent.ok('file_write', { path, base64: Buffer.from(content).toString('base64') });
/** A blank file cannot be written as base64 alone where it is empty. */
const writeText = (path: string, text: string): Promise<unknown> => agent.ok('file_write', { path, text });

const blank = sharp({ create: { width: 40, height: 30, channels: 3, background: '#345' } });
const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
const formats = {
  png: () => blank.clone().png().toBuffer(),
  jpeg: () => blank.clone().jpeg().toBuffer(),
  gif: () => blank.clone().gif().toBuffer(),
  webp: () => blank.clone().webp().toBuffer(),
  'lossless.webp': () => blank.clone().webp({ lossless: true }).toBuffer(),
  'progressive.jpeg': () => blank.clone().jpeg({ progressive: true }).toBuffer(),
  'alpha.webp': () =>
    sharp({ create: { width: 9, height: 9, channels: 4, background: '#0000' } })
      .webp()
      .toBuffer(),
};

describe('[TL85] no block without visible text', () => {
  const blanks = {
    empty: '',
    spaces: '   ',
    lines: '\n\n\r\n',
    zero: '\u200b\u2060',
    filler: '\u3164 \u2800',
    mark: '\ufeff',
  };
  test.for(Object.entries(blanks))('a file that is blank: %s', async ([name, text]) => {
    await writeText(`blank/${name}`, text);
    for (const args of [{}, { as: 'text' }, { start_line: 1 }, { start_line: 7 }, { as: 'base64' }]) {
      const answer = await agent.call('file_read', { path: `blank/${name}`, ...args });
      for (const block of answer.content) {
        expect(block.type).toBe('text');
        expect('text' in block && /[!-~]{2}/u.test(block.text)).toBe(true);
      }
    }
    const read = await agent.call('file_read', { path: `blank/${name}` });
    expect(read.content).toMatchObject([{ text: expect.stringMatching(/empty|blank/u) }]);
  });

  test('a range past the end', async () => {
    await writeText('short', 'one\n');
    const answer = await agent.call('file_read', { path: 'short', start_line: 3 });
    expect(answer.content).toMatchObject([{ type: 'text', text: expect.stringContaining('only 1 lines') }]);
    expect((await agent.call('file_read', { path: 'short', start_byte: 4 })).content).toHaveLength(1);
  });
});

describe('[TL86] an image block only for a whole picture of its type, at most 8,000 px', () => {
  test.for(Object.entries(formats))('%s', async ([name, made]) => {
    const bytes = await made();
    await write(`pictures/${name}`, bytes);
    const answer = await agent.call('file_read', { path: `pictures/${name}` });
    const mime = `image/${name.split('.').at(-1)}`;
    expect(answer.content[0]).toEqual({ type: 'image', data: bytes.toString('base64'), mimeType: mime });

    const cuts = [bytes.subarray(0, bytes.length - 9), bytes.subarray(0, bytes.length >> 1), bytes.subarray(0, 20)];
    const changed = Buffer.from(bytes);
    changed.fill(0, 12, 30);
    for (const [n, broken] of [...cuts, changed].entries()) {
      const path = `broken/${n}-${name}`;
      await agent.ok('file_write', { path, base64: broken.toString('base64'), mime });
      const refused = await agent.call('file_read', { path });
      expect(refused.content.map(({ type }) => type)).not.toContain('image');
      expect(JSON.stringify(refused.content)).toContain('download_url');
      const read = await box.catalogue.resources.read(fileUri(box.workspace, path), agent.ctx);
      expect(read.contents[0]?.mimeType ?? '').not.toMatch(/^image\//u);
    }
  });

  test('what only has the name, or is empty', async () => {
    for (const [path, content] of [
      ['fake/a.png', 'not a picture\u0000'],
      ['fake/b.png', ''],
      ['fake/c.jpeg', Buffer.from([0xff, 0xd8, 0xff])],
    ] as const) {
      await agent.ok('file_write', { path, base64: Buffer.from(content).toString('base64'), mime: 'image/png' });
      const answer = await agent.call('file_read', { path });
      expect(answer.content.map(({ type }) => type)).not.toContain('image');
    }
  });

  test('one that is too large for a model is named with its address', async () => {
    const wide = await sharp({ create: { width: 8_001, height: 2, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    await write('wide.png', wide);
    const answer = await agent.call('file_read', { path: 'wide.png' });
    expect(answer.structuredContent).toMatchObject({ content: 'link' });
    expect(JSON.stringify(answer.content)).toContain('8001 × 2');

    const heavy = await sharp({ create: { width: 1500, height: 1500, channels: 3, background: '#fff', noise } })
      .png()
      .toBuffer();
    expect(heavy.length).toBeGreaterThan(3_750_000);
    await box.files.write(agent.ctx.origin, {
      workspace: box.workspace,
      path: 'heavy.png',
      content: heavy,
      source: 'tool',
    });
    expect((await agent.call('file_read', { path: 'heavy.png' })).content.map(({ type }) => type)).toEqual([
      'resource_link',
      'text',
    ]);
  });
});

describe('[TL87] file_read gives 8 KiB in whole lines unless asked for more', () => {
  const lines = Array.from({ length: 4_000 }, (_, n) => `line ${n} ${'ü'.repeat(n % 30)}\n`).join('');
  test('and says how to go on', async () => {
    await writeText('lines', lines);
    let joined = '';
    for (let next: object = {}, more = true; more;) {
      const part = await agent.ok('file_read', { path: 'lines', ...next });
      const text = textIn(part['text']);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8 * KiB);
      expect(text.endsWith('\n')).toBe(true);
      joined += text;
      more = part['next_start_byte'] !== undefined;
      next = { start_byte: part['next_start_byte'] };
    }
    expect(joined).toBe(lines);
    const more = await agent.ok('file_read', { path: 'lines', max_bytes: 1024 * KiB });
    expect(more).toMatchObject({ text: lines, truncated: false });
  });

  test('also of UTF-16, and of a line that is longer than that', async () => {
    const text = 'Grüße aus Köln\n'.repeat(2_000);
    await write('utf16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
    const part = await agent.ok('file_read', { path: 'utf16' });
    expect(part).toMatchObject({ encoding: 'utf-16le', truncated: true });
    expect(textIn(part['text']).endsWith('Köln\n')).toBe(true);
    await writeText('one line', 'x'.repeat(20_000));
    expect(await agent.ok('file_read', { path: 'one line' })).toMatchObject({ next_start_byte: 8 * KiB });
  });

  test('a client reads where more is meant', async () => {
    const tools = await box.catalogue.tools.list(agent.ctx);
    const large = tools.filter(({ _meta }) => _meta?.['anthropic/maxResultSizeChars'] === 500_000);
    expect(large.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['file_read', 'job_get', 'event_list', 'workspace_get']),
    );
    expect(large.map(({ name }) => name)).not.toContain('file_write');
  });
});

describe('[TL88] an empty text for an argument that may be left out counts as left out', () => {
  test('where an empty text means nothing', async () => {
    await writeText('plan.md', 'plan');
    const empty = { workspace: '', version: '', as: '', start_line: '', end_line: '', max_bytes: '', start_byte: '' };
    expect(await agent.ok('file_read', { path: 'plan.md', ...empty })).toMatchObject({ text: 'plan' });
    await agent.ok('file_list', { workspace: '', prefix: '', cursor: '', limit: '' });
    await agent.ok('job_list', { status: '', kind: '' });
    await agent.ok('event_list', { types: '', after_seq: '' });
    const lock = await agent.ok('lock_acquire', { path: 'plan.md', reason: '', ttl_s: '', wait_ms: '' });
    await agent.ok('lock_release', { path: '', lock_token: lock['lock_token'] });
    const conditions = { if_version: '', lock_token: '', fence: '', mime: '', sha256: '' };
    await agent.ok('file_write', { path: 'plan.md', text: 'again', base64: '', ...conditions });
    expect(await agent.ok('file_read', { path: 'plan.md' })).toMatchObject({ text: 'again' });
    await agent.ok('file_write', { path: 'plan.md', text: '', base64: Buffer.from('bytes').toString('base64') });
    expect(await agent.ok('file_read', { path: 'plan.md' })).toMatchObject({ text: 'bytes' });
  });

  test('and one that is needed is refused with what to do', async () => {
    expect(await agent.refused('file_write', { path: 'plan.md', text: '', base64: '' })).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('leave the other out'),
    });
    expect(await agent.refused('job_get', { job_id: '' })).toMatchObject({ code: 'invalid_argument' });
    await writeText('empty', '');
    expect(await agent.ok('file_stat', { path: 'empty' })).toMatchObject({ size_bytes: 0 });
  });

  test('[PR5] so it is with the arguments of prompts', async () => {
    const { prompts } = box.catalogue;
    const got = await prompts.get('triage_upload', { path: 'plan.md', workspace: '' }, agent.ctx);
    expect(got.messages.length).toBeGreaterThan(0);
    await expect(prompts.get('triage_upload', { path: '' }, agent.ctx)).rejects.toMatchObject({
      message: expect.stringContaining('"path" is missing'),
    });
  });
});

test('[RS10] what is empty or blank is read as words that say so', async () => {
  for (const [path, text] of [
    ['nothing.txt', ''],
    ['spaces.txt', ' \n '],
  ] as const) {
    await writeText(path, text);
    const { contents } = await box.catalogue.resources.read(fileUri(box.workspace, path), agent.ctx);
    expect(contents).toMatchObject([{ mimeType: 'text/plain', text: expect.stringMatching(/is (?:empty|blank)/u) }]);
  }
});

test('[TL89] a byte order mark that is left out of a text is said, and stays in a resource', async () => {
  await write('marked.csv', '\ufeffa,b\n');
  const read = await agent.call('file_read', { path: 'marked.csv' });
  expect(read.structuredContent).toMatchObject({ text: 'a,b\n', byte_order_mark: true });
  expect(JSON.stringify(read.content)).toContain('byte order mark');
  expect(await agent.ok('file_read', { path: 'marked.csv', start_line: 1 })).toMatchObject({ byte_order_mark: true });
  expect(await agent.ok('file_read', { path: 'marked.csv', start_byte: 3 })).not.toHaveProperty('byte_order_mark');
  const { contents } = await box.catalogue.resources.read(fileUri(box.workspace, 'marked.csv'), agent.ctx);
  expect(contents).toMatchObject([{ text: '\ufeffa,b\n' }]);
});

test('[TL90] schemas have no format that models do not know', async () => {
  const known = /^(?:date-time|time|date|duration|email|hostname|ipv4|ipv6|uri|uuid)$/u;
  const formats: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (name === 'format' && typeof member === 'string') formats.push(member);
      walk(member);
    }
  };
  walk(await box.catalogue.tools.list(agent.ctx));
  expect(formats.filter((format) => !known.test(format))).toEqual([]);
});

test('[RS11] a cursor that no list gave is refused on each list', async () => {
  const methods = createMethods(box.catalogue);
  for (const name of ['tools/list', 'prompts/list', 'resources/templates/list', 'resources/list']) {
    const list = (params: Record<string, unknown>): Promise<object> =>
      Promise.resolve().then(() => methods.get(name)?.(params, agent.ctx) ?? {});
    for (const cursor of ['invented', 'WyJ4Il0', 7, {}]) {
      await expect(list({ cursor }), `${name} ${JSON.stringify(cursor)}`).rejects.toMatchObject({ code: -32_602 });
    }
    for (const params of [{}, { cursor: '' }]) expect(Object.keys(await list(params)).length).toBeGreaterThan(0);
  }
});

test('[TL30] prefixes are found however they were typed, of locks too', async () => {
  const path = 'gr\u00fcn/plan.md';
  await agent.ok('lock_acquire', { path });
  for (const prefix of ['gr\u00fcn/', 'gru\u0308n/']) {
    expect((await agent.ok('lock_list', { prefix }))['locks']).toMatchObject([{ path }]);
  }
});

test('[TL101] a client that would hand a picture on as base64 text is given a sentence and its address', async () => {
  const bytes = await blank.clone().png().toBuffer();
  await write('seen.png', bytes);
  for (const [n, clientName] of ['@cline/core', 'continue-cli-client', 'codex-mcp-client'].entries()) {
    const one = await box.join(`tl101 ${n}`);
    const { sessionId, origin } = one.ctx;
    const client = { sessionId, protocolVersion: '2025-11-25', clientName, clientVersion: '1', capabilities: [] };
    await box.hub.execute(initializeSession, client, origin);
    const { content } = await one.call('file_read', { path: 'seen.png' });
    const text = content.map((block) => ('text' in block ? block.text : '')).join();
    const isShown = clientName === 'codex-mcp-client';
    expect(content.some(({ type }) => type === 'image')).toBe(isShown);
    expect(text.includes('your client cannot show you')).toBe(!isShown);
    expect(text).toContain('download_url: http');
  }
});
