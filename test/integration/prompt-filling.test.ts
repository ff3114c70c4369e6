import type { CompleteRequestParams } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { openCatalogue, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;
let holder: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  agent = await box.join('agent');
  holder = await box.join('holder');
  await box.hub.execute(createWorkspace, { name: 'secret' }, human);
  for (const path of ['inbox/a.pdf', 'inbox/b.md', 'other.md']) await agent.ok('file_write', { path, text: path });
  await holder.ok('lock_acquire', { path: 'inbox/b.md', reason: 'tidying up' });
});
afterAll(() => box.dispose());

async function textOf(name: string, args: Record<string, string> = {}): Promise<string> {
  const { messages } = await box.catalogue.prompts.get(name, args, agent.ctx);
  expect(messages.every(({ role }) => role === 'user')).toBe(true);
  return messages.map(({ content }) => JSON.stringify(content)).join('\n');
}

test('[PR1] the three prompts, with their arguments', () => {
  expect(
    box.catalogue.prompts.list.map(({ name, arguments: args }) => [name, args?.map((one) => [one.name, one.required])]),
  ).toEqual([
    [
      'triage_upload',
      [
        ['path', true],
        ['workspace', false],
      ],
    ],
    ['summarize_workspace', [['workspace', false]]],
    [
      'resolve_lock_conflict',
      [
        ['path', true],
        ['workspace', false],
      ],
    ],
  ]);
});

test('[PR2] each is filled with how things stand now', async () => {
  const triage = await textOf('triage_upload', { path: 'inbox/a.pdf' });
  expect(triage).toContain('inbox/a.pdf');
  expect(triage).toContain('"type":"resource_link"');
  expect(await textOf('summarize_workspace', { workspace: 'default' })).toContain('tidying up');
  const conflict = await textOf('resolve_lock_conflict', { path: 'inbox/b.md' });
  expect(conflict).toContain('holder holds the lock on inbox/b.md');
  expect(conflict).toContain('tidying up');
  expect(await textOf('resolve_lock_conflict', { path: 'other.md' })).toContain('nobody holds it now');
  const mine = await box.catalogue.prompts.get('resolve_lock_conflict', { path: 'inbox/b.md' }, holder.ctx);
  expect(JSON.stringify(mine)).toContain('You hold the lock');
});

test('[PR3] unknown prompts, wrong arguments and what may not be seen are refused', async () => {
  const getting = (name: string, args: Record<string, string>, ctx = agent.ctx): Promise<unknown> =>
    box.catalogue.prompts.get(name, args, ctx);
  await expect(getting('triage_uplaod', {})).rejects.toMatchObject({
    code: -32_602,
    message: expect.stringContaining('triage_upload'),
  });
  await expect(getting('triage_upload', {})).rejects.toMatchObject({
    code: -32_602,
    message: expect.stringContaining('"path" is missing'),
  });
  await expect(getting('triage_upload', { path: 'a', file: 'b' })).rejects.toMatchObject({
    data: { code: 'invalid_argument' },
  });
  await expect(getting('triage_upload', { path: 'none' })).rejects.toMatchObject({ data: { code: 'not_found' } });
  const outsider = await box.join('outsider');
  await expect(getting('summarize_workspace', { workspace: 'secret' }, outsider.ctx)).rejects.toMatchObject({
    data: { code: 'not_found' },
  });
  expect(outsider.ended).toEqual([]);
});

test('[PR4] arguments complete to workspaces, paths and locked paths that the key may see', async () => {
  const prompt = (name: string) => ({ type: 'ref/prompt' as const, name });
  const template = { type: 'ref/resource' as const, uri: 'signalbox://workspaces/{workspace}/files/{+path}' };
  const complete = async (
    ref: CompleteRequestParams['ref'],
    name: string,
    value: string,
    given?: Record<string, string>,
  ) => {
    const { completion } = await box.catalogue.completions.complete(
      { ref, argument: { name, value }, ...(given ? { context: { arguments: given } } : {}) },
      agent.ctx,
    );
    return completion.values;
  };
  expect(await complete(prompt('summarize_workspace'), 'workspace', '')).toEqual(['default']);
  expect(await complete(template, 'workspace', 'DEF')).toEqual(['default']);
  expect(await complete(template, 'workspace', 'wsp_')).toEqual([box.workspace]);
  expect(await complete(prompt('triage_upload'), 'path', 'inbox/')).toEqual(['inbox/a.pdf', 'inbox/b.md']);
  expect(await complete(template, 'path', 'o', { workspace: 'default' })).toEqual(['other.md']);
  expect(await complete(prompt('resolve_lock_conflict'), 'path', '')).toEqual(['inbox/b.md']);
  expect(await complete(template, 'path', '', { workspace: 'secret' })).toEqual([]);
  expect(await complete(prompt('triage_upload'), 'colour', '')).toEqual([]);
  expect(agent.ended).toEqual([]);
});

test('[PR4] what is typed completes whatever its Unicode form', async () => {
  const { hub, workspace } = box;
  hub.commit(updateWorkspace, { workspace, name: 'Gr\u00fcn' }, human);
  await agent.ok('lock_acquire', { path: 'gr\u00fcn/plan.md' });
  const complete = async (promptName: string, name: string, value: string) => {
    const ref = { type: 'ref/prompt' as const, name: promptName };
    const { completion } = await box.catalogue.completions.complete({ ref, argument: { name, value } }, agent.ctx);
    return completion.values;
  };
  expect(await complete('resolve_lock_conflict', 'path', 'gru\u0308n/')).toEqual(['gr\u00fcn/plan.md']);
  expect(await complete('summarize_workspace', 'workspace', 'gru\u0308')).toEqual(['Gr\u00fcn']);
  hub.commit(updateWorkspace, { workspace, name: 'default' }, human);
});

test('[PR4] completion gives at most 100 values and says that there are more', async () => {
  for (let n = 0; n < 101; n++) {
    await box.files.write(agent.ctx.origin, {
      workspace: box.workspace,
      path: `many/${n}`,
      content: Buffer.from(''),
      source: 'tool',
    });
  }
  const ref = { type: 'ref/prompt', name: 'triage_upload' } as const;
  const { completion } = await box.catalogue.completions.complete(
    { ref, argument: { name: 'path', value: 'many/' } },
    agent.ctx,
  );
  expect(completion.values).toHaveLength(100);
  expect(completion.hasMore).toBe(true);
});

test('[PR4] long values are as many as have room in 24 KiB', async () => {
  const folder = `long/${'x'.repeat(250)}/${'y'.repeat(250)}/${'z'.repeat(250)}`;
  for (let n = 0; n < 50; n++) {
    const file = {
      workspace: box.workspace,
      path: `${folder}/${n}`,
      content: Buffer.from(''),
      source: 'tool',
    } as const;
    await box.files.write(agent.ctx.origin, file);
  }
  const ref = { type: 'ref/prompt', name: 'triage_upload' } as const;
  const { completion } = await box.catalogue.completions.complete(
    { ref, argument: { name: 'path', value: 'long/' } },
    agent.ctx,
  );
  expect(completion.values.length).toBeGreaterThan(20);
  expect(JSON.stringify(completion).length).toBeLessThanOrEqual(25 * 1024);
  expect(completion.hasMore).toBe(true);
});
