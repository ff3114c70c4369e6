import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { fileUri, guideUri, workspaceFacets, workspaceUri } from '../../src/protocol/uris.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { BASE_URL, openCatalogue, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;
let outsider: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  agent = await box.join('agent');
  outsider = await box.join('outsider');
  await box.hub.execute(createWorkspace, { name: 'secret' }, human);
});
afterAll(() => box.dispose());

async function read(uri: string): Promise<{ uri: string; mimeType?: string | undefined; text: string; blob?: string }> {
  const { contents } = await box.catalogue.resources.read(uri, agent.ctx);
  expect(contents).toHaveLength(1);
  return contents[0] as { uri: string; mimeType?: string; text: string; blob?: string };
}

describe('reading', () => {
  test('[RS1] the guide lists every tool and every prompt', async () => {
    const { mimeType, text } = await read(guideUri);
    expect(mimeType).toBe('text/markdown');
    expect(text).toContain(BASE_URL);
    for (const { name, title } of allTools) expect(text).toContain(`- \`${name}\`: ${title}`);
    for (const { name, description } of box.catalogue.prompts.list)
      expect(text).toContain(`- \`${name}\`: ${description}`);
  });

  test('[RS2] a workspace and its facets read as the tools give them, by id or by name', async () => {
    await agent.ok('file_write', { path: 'r.md', text: 'r' });
    await agent.ok('lock_acquire', { path: 'r.md' });
    await box.hub.durable();
    const state: unknown = JSON.parse((await read(workspaceUri(box.workspace))).text);
    expect(state).toEqual(
      await agent.ok('workspace_get').then((seen) => ({ ...seen, seq: expect.any(Number) as unknown })),
    );
    expect(JSON.parse((await read('signalbox://workspaces/default/locks')).text)).toMatchObject({
      locks: [{ path: 'r.md', mine: true }],
    });
    expect(JSON.parse((await read(workspaceUri(box.workspace, 'jobs'))).text)).toMatchObject({ jobs: [] });
    const events = JSON.parse((await read(workspaceUri(box.workspace, 'events'))).text) as {
      events: { type: string }[];
      last_seq: number;
    };
    expect(events.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['file.written', 'lock.acquired']));
  });

  test('[RS3] a file reads as text or as a blob, whatever its name', async () => {
    const path = `it's "ok" 100% ü/a b.txt`;
    await agent.ok('file_write', { path, text: 'grün' });
    await agent.ok('file_write', { path: 'bin', base64: 'AAEC' });
    const uri = fileUri(box.workspace, path);
    expect(await read(uri)).toEqual({ uri, mimeType: 'text/plain', text: 'grün' });
    expect(await read(fileUri(box.workspace, 'bin'))).toMatchObject({ blob: 'AAEC' });
  });

  test('[RS4] what is not there, not ours or too large is a JSON-RPC error with its code in data', async () => {
    const reading = (uri: string): Promise<unknown> => box.catalogue.resources.read(uri, agent.ctx);
    for (const uri of [
      'signalbox://nothing',
      'file:///etc/passwd',
      workspaceUri('wsp_none'),
      fileUri(box.workspace, 'none'),
    ]) {
      await expect(reading(uri), uri).rejects.toMatchObject({ code: -32_602, data: { uri, code: 'not_found' } });
    }
    await expect(reading(`signalbox://workspaces/${box.workspace}/files/..%2Fx`)).rejects.toMatchObject({
      data: { code: 'invalid_path' },
    });
    await agent.ok('file_write', { path: 'big.txt', text: 'x'.repeat(4 * 1024 * 1024 + 1) });
    await expect(reading(fileUri(box.workspace, 'big.txt'))).rejects.toMatchObject({
      data: { code: 'too_large', details: { download_url: expect.stringContaining('/files/') } },
    });
  });
});

describe('listing', () => {
  test('[RS5] the list has the guide, the granted workspaces and their files, page by page', async () => {
    for (let n = 0; n < 105; n++)
      await box.files.write(agent.ctx.origin, {
        workspace: box.workspace,
        path: `many/${n}.txt`,
        content: Buffer.from('x'),
        source: 'tool',
      });
    const uris: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await box.catalogue.resources.list(agent.ctx, cursor);
      uris.push(...page.resources.map(({ uri }) => uri));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(2);
    const base = workspaceUri(box.workspace);
    expect(uris.slice(0, 5)).toEqual([guideUri, base, `${base}/events`, `${base}/locks`, `${base}/jobs`]);
    expect(new Set(uris).size).toBe(uris.length);
    expect(uris.filter((uri) => uri.startsWith(`${base}/files/many/`))).toHaveLength(105);
    expect(uris.some((uri) => uri.includes('secret'))).toBe(false);
    await expect(box.catalogue.resources.list(agent.ctx, 'nonsense')).rejects.toMatchObject({ code: -32_602 });
  });

  test('[RS5] over several workspaces every file comes once', async () => {
    const wide = await box.join('wide');
    for (const name of ['w1', 'w2']) {
      await wide.ok('workspace_create', { name });
      await wide.ok('file_write', { workspace: name, path: `${name}.txt`, text: name });
    }
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await box.catalogue.resources.list(wide.ctx, cursor);
      seen.push(...page.resources.map(({ title }) => title ?? ''));
      cursor = page.nextCursor;
    }
    expect(seen.filter((title) => /^w[12]\.txt$/u.test(title)).sort()).toEqual(['w1.txt', 'w2.txt']);
  });

  test('[RS5] a list whose workspace is lost between two pages is refused, and does not begin again', async () => {
    const lister = await box.join('lister');
    for (const name of ['l1', 'l2', 'l3']) {
      await lister.ok('workspace_create', { name });
      const paths = Array.from({ length: name === 'l2' ? 100 : 1 }, (_, at) => `${name}-${at}.txt`);
      await Promise.all(paths.map((path) => lister.ok('file_write', { workspace: name, path, text: name })));
    }
    let cursor: string | undefined;
    const titles: string[] = [];
    while (!titles.includes('l2-0.txt')) {
      const page = await box.catalogue.resources.list(lister.ctx, cursor);
      titles.push(...page.resources.map(({ title }) => title ?? ''));
      cursor = page.nextCursor;
    }
    await lister.ok('workspace_delete', { workspace: 'l2', confirm: 'l2' });
    await expect(box.catalogue.resources.list(lister.ctx, cursor)).rejects.toMatchObject({
      code: -32_602,
      message: expect.stringContaining('list again'),
      data: { code: 'invalid_argument' },
    });
    const begun = await box.catalogue.resources.list(lister.ctx, undefined);
    expect(begun.resources[0]?.uri).toBe(guideUri);
  });

  test('[RS6] there is a template for each kind of resource', () => {
    expect(box.catalogue.resources.templates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'signalbox://workspaces/{workspace}',
      ...workspaceFacets.map((facet) => `signalbox://workspaces/{workspace}/${facet}`),
      'signalbox://workspaces/{workspace}/files/{+path}',
    ]);
  });
});

describe('subscribing', () => {
  test('[RS7] every resource may be subscribed to, under one form of its URI', () => {
    const allowed = (uri: string) => box.catalogue.resources.canSubscribe(uri, agent.ctx);
    const { workspace } = box;
    expect(allowed(guideUri)).toEqual({ uri: guideUri });
    expect(allowed('signalbox://workspaces/default')).toEqual({ uri: workspaceUri(workspace), workspace });
    expect(allowed('signalbox://workspaces/default/events')).toEqual({
      uri: workspaceUri(workspace, 'events'),
      workspace,
    });
    expect(allowed(`signalbox://workspaces/default/files/${encodeURIComponent('u\u0308.txt')}`)).toEqual({
      uri: fileUri(workspace, 'ü.txt'),
      workspace,
    });
    expect(allowed('signalbox://nothing')).toMatchObject({ code: 'not_found' });
  });

  test('[RS8] reading or subscribing outside: as if there were nothing, in the log; only subscribing ends the connection', async () => {
    const uri = 'signalbox://workspaces/secret/events';
    await expect(box.catalogue.resources.read(uri, outsider.ctx)).rejects.toMatchObject({
      code: -32_602,
      data: { code: 'not_found' },
    });
    const refusal = box.catalogue.resources.canSubscribe(uri, outsider.ctx);
    expect(refusal).toBeInstanceOf(HubError);
    expect(refusal).toMatchObject({ code: 'not_found' });
    expect(outsider.ended).toHaveLength(1);
    const { items } = await box.hub.audit.page({ by: outsider.keyId, types: ['access.denied'] });
    expect(items.map((event) => event.type === 'access.denied' && event.what)).toEqual([
      `resources/subscribe ${uri}`,
      `resources/read ${uri}`,
    ]);
  });
});
