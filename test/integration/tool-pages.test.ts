import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueJob } from '../../src/hub/rules/jobs.ts';
import { setMember } from '../../src/hub/rules/members.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { fileExtract } from '../../src/jobs/file-extract/kind.ts';
import { guideUri, workspaceUri } from '../../src/protocol/uris.ts';
import {
  openCatalogue,
  textIn,
  type CatalogueAgent,
  type Loose,
  type TestCatalogue,
} from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

const KiB = 1024;
const JOBS = 60;
/** Of each job's result; some are listed in archives that have this much. */
const entries = Array.from({ length: 500 }, (_, n) => ({ name: `${n}-${'é'.repeat(200)}`, sizeBytes: n }));
const result = { type: { mime: 'application/zip', kind: 'binary' }, archive: { entries }, size_bytes: 1, warnings: [] };

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;
const jobIds: string[] = [];

beforeAll(async () => {
  box = await openCatalogue();
  agent = await box.join('pager');
  await agent.ok('file_write', { path: 'a.zip', text: 'a' });
  for (let n = 0; n < JOBS; n += 1) {
    const asked = { workspace: box.workspace, path: 'a.zip', kind: fileExtract, input: {} };
    const { jobId } = box.hub.commit(queueJob, asked, agent.ctx.origin).answer;
    const end = { workspace: box.workspace, jobId, result, ms: 1, log: [`line ${'x'.repeat(4000)}`] };
    box.hub.record([{ type: 'job.succeeded', ...end }], agent.ctx.origin);
    jobIds.push(jobId);
  }
  await box.hub.durable();
  const other = await box.join('other');
  const long = `${'d'.repeat(250)}/`.repeat(3);
  const made = Array.from({ length: 120 }, async (_, n) => {
    const path = `${long}${n}.txt`;
    await agent.ok('file_write', { path, text: '' });
    await (n % 2 ? agent : other).ok('lock_acquire', { path, ttl_s: 3600, reason: 'r'.repeat(500) });
  });
  await Promise.all(made);
  for (let n = 0; n < 60; n += 1) await agent.ok('file_write', { path: 'versions.md', text: String(n) });
  const rooms = Array.from({ length: 120 }, async (_, n) => {
    const { workspace } = await box.hub.execute(createWorkspace, { name: `room ${n} ${'n'.repeat(50)}` }, human);
    await box.hub.execute(setMember, { workspace, keyId: agent.keyId, role: 'editor' }, human);
  });
  await Promise.all(rooms);
});
afterAll(() => box.dispose());

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const inDefault = (): object => ({ workspace: box.workspace });

/** All pages of a list, after a look at the size of each. */
async function pages(
  tool: string,
  args: object,
  most: number,
): Promise<{ readonly all: Loose[]; readonly count: number }> {
  const all: Loose[] = [];
  let count = 0;
  for (let cursor: Loose | undefined, more = true; more; more = cursor !== undefined) {
    const answer = await agent.call(tool, { ...args, ...(cursor === undefined ? {} : { cursor }) });
    expect(bytesOf(answer)).toBeLessThanOrEqual(most);
    expect(answer.isError).toBeUndefined();
    const list = Object.values(answer.structuredContent).find(Array.isArray) as Loose[] | undefined;
    all.push(...(list ?? []));
    cursor = answer.structuredContent['next_cursor'];
    count += 1;
  }
  return { all, count };
}

describe('[TL80] a page ends at 24 KiB, or at what is asked for, at most 1 MiB; its pages joined are the list', () => {
  const lists = [
    { tool: 'file_list', args: {}, length: 122 },
    { tool: 'file_find', args: { glob: '**' }, length: 122 },
    { tool: 'file_versions', args: { path: 'versions.md' }, length: 60 },
    { tool: 'job_list', args: {}, length: JOBS },
    { tool: 'lock_list', args: {}, length: 120 },
    { tool: 'event_list', args: { after_seq: 0, types: ['job.succeeded'] }, length: JOBS },
  ];
  test.for(lists)('$tool', async ({ tool, args, length }) => {
    const usual = await pages(tool, { ...inDefault(), ...args, limit: 1000 }, 24 * KiB);
    expect(usual.all).toHaveLength(length);
    expect(new Set(usual.all.map((item) => JSON.stringify(item))).size).toBe(length);
    expect(usual.count).toBeGreaterThan(1);
    const wide = await pages(tool, { ...inDefault(), ...args, limit: 1000, max_bytes: 1024 * KiB }, 1024 * KiB);
    expect(wide.all).toEqual(usual.all);
    expect(wide.count).toBe(1);
    const small = await pages(tool, { ...inDefault(), ...args, limit: 1000, max_bytes: 8 * KiB }, 8 * KiB);
    expect(small.all).toEqual(usual.all);
    expect(await agent.refused(tool, { ...inDefault(), ...args, max_bytes: 1024 * KiB + 1 })).toMatchObject({
      code: 'invalid_argument',
    });
  });

  test('workspace_list', async () => {
    const { all, count } = await pages('workspace_list', { limit: 1000 }, 24 * KiB);
    expect([all.length, count > 1]).toEqual([121, true]);
  });

  test('event_wait gives what has room, and a seq to go on from', async () => {
    const seqs: unknown[] = [];
    let after = 0;
    for (let more = true; more;) {
      const args = { ...inDefault(), after_seq: after, types: ['job.succeeded'], limit: 1000, timeout_ms: 0 };
      const answer = await agent.call('event_wait', args);
      expect(bytesOf(answer)).toBeLessThanOrEqual(24 * KiB);
      const { events, last_seq: last, next_cursor: next } = answer.structuredContent;
      seqs.push(...Object.values(events ?? {}).map(({ seq }) => seq));
      after = Number(last);
      more = next !== undefined;
    }
    expect([seqs.length, new Set(seqs).size]).toEqual([JOBS, JOBS]);
  });
});

test('[TL81] lists and events have a digest of a large result and log; job_get has them whole', async () => {
  const [jobId = ''] = jobIds;
  const whole = await agent.ok('job_get', { job_id: jobId });
  expect(whole['result']).toEqual(result);
  expect(whole).not.toHaveProperty('cut');
  const listed = await agent.ok('job_list', { ...inDefault(), limit: 1 });
  const events = await agent.ok('event_list', { ...inDefault(), types: ['job.succeeded'], limit: 1 });
  for (const [job, cut] of [
    [listed['jobs']?.['0'], ['result']],
    [events['events']?.['0'], ['result', 'log']],
  ] as const) {
    expect(bytesOf(job?.['result'])).toBeLessThanOrEqual(KiB);
    expect(job).toMatchObject({ result: { type: result.type, size_bytes: 1, warnings: [] }, cut });
  }
});

test('[TL81] subscribers are given the digest too', async () => {
  const emitted: string[] = [];
  const stop = box.hub.subscribe((batch) => emitted.push(...batch.map(({ json }) => json)));
  const asked = { workspace: box.workspace, path: 'a.zip', kind: fileExtract, input: {} };
  const { jobId } = box.hub.commit(queueJob, asked, agent.ctx.origin).answer;
  const end = { workspace: box.workspace, jobId, result, ms: 1, log: [] };
  const [event] = box.hub.record([{ type: 'job.succeeded', ...end }], agent.ctx.origin).answer;
  await box.hub.durable();
  stop();
  const json = emitted.find((text) => text.includes('"type":"job.succeeded"')) ?? '';
  expect(JSON.parse(json)).toMatchObject({ seq: event?.seq, jobId, cut: ['result'], result: { size_bytes: 1 } });
  expect(json.length).toBeLessThan(2 * KiB);
  expect(await box.hub.audit.event(event?.seq ?? 0)).toMatchObject({ result });
});

test('[TL82] workspace_get gives how many there are and the first of each; a cursor goes on with one list', async () => {
  const answer = await agent.call('workspace_get', inDefault());
  expect(bytesOf(answer)).toBeLessThanOrEqual(24 * KiB);
  const first = answer.structuredContent;
  expect(first).toMatchObject({ lock_count: 120, job_count: 0, upload_count: 0, session_count: 2 });
  expect(first['members']).toHaveLength(Number(first['member_count']));
  const paths = Object.values(first['locks'] ?? {}).map(({ path }) => textIn(path));
  let cursor = first['next_cursors']?.['locks'];
  expect(first['next_cursors']).toEqual({ locks: expect.any(String) });
  while (cursor !== undefined) {
    const next = await agent.ok('workspace_get', { ...inDefault(), cursor });
    expect(Object.keys(next)).not.toContain('members');
    paths.push(...Object.values(next['locks'] ?? {}).map(({ path }) => textIn(path)));
    cursor = next['next_cursors']?.['locks'];
  }
  expect(new Set(paths).size).toBe(120);
  expect(paths).toHaveLength(120);
  const foreign = (await agent.ok('lock_list', { ...inDefault(), limit: 1 }))['next_cursor'];
  expect(await agent.refused('workspace_get', { ...inDefault(), cursor: foreign })).toMatchObject({
    code: 'invalid_argument',
  });
});

test('[TL83] whoami and the refusals of a key with many workspaces name the first, and how many there are', async () => {
  const me = await agent.call('whoami');
  expect(bytesOf(me)).toBeLessThanOrEqual(24 * KiB);
  expect(me.structuredContent['workspace_count']).toBe(121);
  for (const args of [{ workspace: 'room 7' }, {}]) {
    const refusal = await agent.call('file_list', args);
    expect(refusal.isError).toBe(true);
    expect(bytesOf(refusal)).toBeLessThan(4 * KiB);
    expect(textIn(refusal.structuredContent['message'])).toContain('workspace_list');
  }
  expect(textIn((await agent.refused('file_list', { workspace: 'room 77' }))['message'])).toContain('room 77 n');
});

test('[TL83] a refusal is bounded, whatever was sent', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`argument number ${n}`, n]));
  const long = 'x'.repeat(1_000_000);
  for (const [tool, args] of [
    ['file_list', { ...inDefault(), ...unknown }],
    ['file_read', { ...inDefault(), path: long }],
    ['file_read', { ...inDefault(), path: `${long}/../a` }],
    ['file_find', { ...inDefault(), glob: long }],
    ['event_list', { ...inDefault(), types: Array.from({ length: 20_000 }, () => 'nonsense') }],
    ['event_list', { ...inDefault(), types: [long] }],
    ['workspace_delete', { ...inDefault(), confirm: '"'.repeat(200) }],
  ] as const) {
    const refusal = await agent.call(tool, args);
    expect([tool, refusal.isError, bytesOf(refusal) < 24 * KiB]).toEqual([tool, true, true]);
  }
});

test('[RS9] a workspace and its facets are read, and resources are listed, within 24 KiB', async () => {
  const { resources } = box.catalogue;
  for (const facet of [undefined, 'events', 'locks', 'jobs'] as const) {
    const read = await resources.read(workspaceUri(box.workspace, facet), agent.ctx);
    expect(bytesOf(read)).toBeLessThanOrEqual(24 * KiB);
  }
  const uris: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await resources.list(agent.ctx, cursor);
    expect(bytesOf(page)).toBeLessThanOrEqual(24 * KiB);
    uris.push(...page.resources.map(({ uri }) => uri));
    cursor = page.nextCursor;
  }
  expect(uris[0]).toBe(guideUri);
  expect(uris).toHaveLength(1 + 121 * 4 + 122);
  expect(new Set(uris).size).toBe(uris.length);
});
