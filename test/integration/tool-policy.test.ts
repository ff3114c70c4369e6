import type { CompleteRequestParams } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { createKey } from '../../src/hub/rules/keys.ts';
import { initializeSession } from '../../src/hub/rules/sessions.ts';
import { setKeyTools } from '../../src/hub/rules/key-changes.ts';
import type { Role } from '../../src/protocol/roles.ts';
import type { ToolPolicy } from '../../src/protocol/tool-policy.ts';
import { fileUri, workspaceUri } from '../../src/protocol/uris.ts';
import { fileExtract } from '../../src/jobs/file-extract/kind.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { startJobTool } from '../../src/server/mcp/catalogue/tools/start-job.ts';
import { listBytes, toolReach } from '../../src/server/mcp/catalogue/tools/tools-of.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub } from '../support/start-test-hub.ts';

const give = (box: TestCatalogue, { keyId }: CatalogueAgent, tools: ToolPolicy): Promise<void> =>
  box.hub.execute(setKeyTools, { keyId, tools }, human);

const namesFor = async (box: TestCatalogue, { ctx }: CatalogueAgent): Promise<string[]> =>
  (await box.catalogue.tools.list(ctx)).map(({ name }) => name);

/** Said where a list is too long: what it has, and what to do. */
const full = (role: string, tools: readonly object[]): string =>
  `The usual list of a key with the role ${role} has ${tools.length} tools in ${Buffer.byteLength(JSON.stringify({ tools }))} bytes, ` +
  "and may have 24 in 20,000. A tool, or a kind of job, that not every agent needs has `set: 'more'` in its description " +
  "(or `set: 'owner'`); for one that each needs, another gets that, or descriptions and those of arguments get shorter";

test('[TP1] the usual list has at most 24 tools and 20 KB for every role, and results without schemas', async () => {
  await using box = await openCatalogue();
  for (const role of ['viewer', 'editor', 'owner'] satisfies Role[]) {
    const agent = await box.join(role, role);
    await give(box, agent, { set: 'default' });
    const tools = await box.catalogue.tools.list(agent.ctx);
    expect(tools.length, full(role, tools)).toBeLessThanOrEqual(24);
    expect(Buffer.byteLength(JSON.stringify({ tools })), full(role, tools)).toBeLessThanOrEqual(20_000);
    expect(listBytes(box.hub.state, { id: agent.keyId, tools: { set: 'default' } })).toBe(
      Buffer.byteLength(JSON.stringify({ tools })),
    );
    expect(tools.filter(({ outputSchema }) => outputSchema !== undefined)).toEqual([]);
    expect(tools.filter(({ name }) => allTools.find((tool) => tool.name === name)?.set === 'owner')).toEqual([]);
    await give(box, agent, { set: 'all' });
    const whole = await box.catalogue.tools.list(agent.ctx);
    expect(whole.every(({ outputSchema }) => outputSchema !== undefined)).toBe(true);
  }
});

test('[TP10] a client whose model is given content alone is listed no schemas of results; Claude Code is asked to load what work begins with', async () => {
  await using box = await openCatalogue();
  const one = await box.join('tp10', 'owner');
  await give(box, one, { set: 'all' });
  const { sessionId, origin } = one.ctx;
  const client = {
    sessionId,
    protocolVersion: '2025-11-25',
    clientName: 'claude-code',
    clientVersion: '2',
    capabilities: [],
  };
  await box.hub.execute(initializeSession, client, origin);
  const tools = await box.catalogue.tools.list(one.ctx);
  expect(tools.filter(({ outputSchema }) => outputSchema !== undefined)).toEqual([]);
  const loaded = tools.flatMap(({ name, _meta }) => (_meta?.['anthropic/alwaysLoad'] === true ? [name] : []));
  expect(loaded).toEqual(expect.arrayContaining(['whoami', 'event_wait', 'file_read']));
  expect(loaded.length).toBeLessThan(10);
  const program = await box.join('tp10 program', 'owner');
  await give(box, program, { set: 'all' });
  expect(JSON.stringify(await box.catalogue.tools.list(program.ctx))).not.toContain('alwaysLoad');
});

test('[TP9] the tool of a kind of job belongs to the set that the kind says', () => {
  expect(startJobTool({ ...fileExtract, set: 'more' })).toMatchObject({ name: 'file_extract', set: 'more' });
  expect(startJobTool(fileExtract)).not.toHaveProperty('set');
});

test('[TP2] a set gives what its name says, and tools can be added to it and taken from it', async () => {
  await using box = await openCatalogue();
  const owner = await box.join('owner', 'owner');
  await give(box, owner, { set: 'all' });
  expect(await namesFor(box, owner)).toEqual(allTools.map(({ name }) => name));
  await give(box, owner, { set: 'read' });
  const reading = await namesFor(box, owner);
  expect(allTools.filter(({ name }) => reading.includes(name)).every(({ effect }) => effect === 'reads')).toBe(true);
  expect(reading).toContain('file_read');
  await give(box, owner, { set: 'owner' });
  expect(await namesFor(box, owner)).toEqual(expect.arrayContaining(['workspace_delete', 'file_write']));
  expect(await namesFor(box, owner)).not.toContain('file_stat');
  await give(box, owner, { set: 'default', also: ['file_stat'], without: ['file_delete'] });
  expect(await namesFor(box, owner)).toContain('file_stat');
  expect(await namesFor(box, owner)).not.toContain('file_delete');
});

test('[TP3] a call of a tool that the key was not given is refused at dispatch, logged, and says whom to ask', async () => {
  await using box = await openCatalogue();
  const agent = await box.join('planner');
  await give(box, agent, { set: 'default', without: ['file_write'] });
  const refused = await agent.refused('file_write', { path: 'a.md', text: 'x' });
  expect(refused).toMatchObject({ code: 'forbidden', details: { tool: 'file_write' } });
  expect(refused.message).toContain('ask the person at the desk');
  expect(box.hub.files.byPath(box.workspace, 'a.md')).toBeUndefined();
  // Also where the arguments are wrong, or name what is not there: nothing of the call is looked at.
  const { news: _news, ...same } = refused;
  expect(await agent.refused('file_write', { workspace: 'nowhere' })).toEqual(same);
  const { items } = await box.hub.audit.page({ types: ['access.denied', 'tool.called'], by: agent.keyId, limit: 4 });
  expect(items.map(({ type }) => type).sort()).toEqual([
    'access.denied',
    'access.denied',
    'tool.called',
    'tool.called',
  ]);
  await give(box, agent, { set: 'default' });
  expect((await agent.ok('file_write', { path: 'a.md', text: 'x' })).version).toBe(1);
});

test('[TP4] a policy never widens what a role allows', async () => {
  await using box = await openCatalogue();
  const viewer = await box.join('viewer', 'viewer');
  await give(box, viewer, { set: 'default', also: ['workspace_delete', 'file_write'] });
  expect(await namesFor(box, viewer)).not.toContain('file_write');
  expect(await viewer.refused('file_write', { path: 'a.md', text: 'x' })).toMatchObject({
    code: 'forbidden',
    details: { role: 'viewer', needs: 'editor' },
  });
  const reach = toolReach(box.hub.state, { id: viewer.keyId, tools: { set: 'default', also: ['file_write'] } });
  expect(reach.find(({ name }) => name === 'file_write')?.has).toBe('role');
});

test('[TP5] a key of an earlier version keeps the tools that it had, and gets none of those for owners', async () => {
  await using box = await openCatalogue();
  const roles = { [box.workspace]: 'owner' as const };
  const { keyId } = await box.hub.execute(createKey, { name: 'old', secretSha256: 'a', roles }, human);
  expect(box.hub.state.keys.get(keyId)?.tools).toBeUndefined();
  const reach = toolReach(box.hub.state, { id: keyId });
  const others = allTools.filter(({ set }) => set !== 'owner').map(({ name }) => name);
  expect(reach.filter(({ has }) => has === 'yes').map(({ name }) => name)).toEqual(others);
});

test('[TP8] [TP12] a key reads no file as a resource without the tool that reads files', async () => {
  await using box = await openCatalogue();
  const agent = await box.join('planner');
  await agent.ok('file_write', { path: 'a.md', text: 'x' });
  await give(box, agent, { set: 'default', without: ['file_read'] });
  const refused = await agent.refused('file_read', { path: 'a.md' });
  for (const uri of [fileUri(box.workspace, 'a.md'), fileUri(box.workspace, 'none.md'), fileUri('nowhere', 'a.md')]) {
    await expect(box.catalogue.resources.read(uri, agent.ctx)).rejects.toMatchObject({
      message: refused['message'],
      data: { code: 'forbidden', details: { tool: 'file_read' } },
    });
  }
  const { items } = await box.hub.audit.page({ types: ['access.denied'], by: agent.keyId, limit: 9 });
  expect(items).toHaveLength(4);
  const facet = await box.catalogue.resources.read(workspaceUri(box.workspace), agent.ctx);
  expect(facet.contents).toHaveLength(1);
  await give(box, agent, { set: 'read' });
  expect((await box.catalogue.resources.read(fileUri(box.workspace, 'a.md'), agent.ctx)).contents).toMatchObject([
    { text: 'x' },
  ]);
});

test('[TP11] what a tool would give is given in no other way to a key without it: as a resource, a prompt or a completion', async () => {
  await using box = await openCatalogue();
  const agent = await box.join('planner');
  await agent.ok('file_write', { path: 'plan.md', text: 'x' });
  await agent.ok('lock_acquire', { path: 'held.md' });
  const { workspace } = box;
  const path = { name: 'path', value: '' };
  const seen = async () => {
    const { resources } = await box.catalogue.resources.list(agent.ctx, undefined);
    const complete = async (ref: CompleteRequestParams['ref'], argument = path) =>
      (await box.catalogue.completions.complete({ ref, argument }, agent.ctx)).completion.values;
    return {
      resources: resources.map(({ uri }) => uri.replace(workspaceUri(workspace), '')),
      files: await complete({ type: 'ref/resource', uri: 'signalbox://workspaces/{workspace}/files/{+path}' }),
      triage: await complete({ type: 'ref/prompt', name: 'triage_upload' }),
      locks: await complete({ type: 'ref/prompt', name: 'resolve_lock_conflict' }),
    };
  };
  expect(await seen()).toEqual({
    resources: ['signalbox://guide', '', '/events', '/locks', '/jobs', '/files/plan.md'],
    files: ['plan.md'],
    triage: ['plan.md'],
    locks: ['held.md'],
  });
  const ways = [
    ['workspace_get', undefined, 'summarize_workspace'],
    ['event_list', 'events', undefined],
    ['lock_list', 'locks', 'resolve_lock_conflict'],
    ['job_list', 'jobs', undefined],
    ['file_list', undefined, 'triage_upload'],
  ] as const;
  for (const [tool, facet, prompt] of ways) {
    await give(box, agent, { set: 'all', without: [tool] });
    const refusal = { data: { code: 'forbidden', details: { tool } } };
    if (tool !== 'file_list') {
      for (const where of [workspace, 'nowhere'])
        await expect(box.catalogue.resources.read(workspaceUri(where, facet), agent.ctx)).rejects.toMatchObject(
          refusal,
        );
    }
    if (prompt !== undefined) {
      const args: Record<string, string> = prompt === 'summarize_workspace' ? {} : { path: 'plan.md' };
      await expect(box.catalogue.prompts.get(prompt, args, agent.ctx)).rejects.toMatchObject(refusal);
    }
  }
  await give(box, agent, { set: 'all', without: ways.map(([tool]) => tool) });
  expect(await seen()).toEqual({ resources: ['signalbox://guide'], files: [], triage: [], locks: [] });
  // It may still be notified: that goes by its role alone.
  expect(box.catalogue.resources.canSubscribe(workspaceUri(workspace, 'events'), agent.ctx)).toMatchObject({
    workspace,
  });
});

test('[TP8] [TP12] a key neither uploads nor downloads over HTTP without the tool for that; the person needs none', async () => {
  const box = await startTestHub();
  const { hub, files, uploads } = box.server;
  const { secret, keyId } = await box.newKey('tp8', 'editor');
  const path = 'a.md';
  await files.write(human, { workspace: box.workspace, path, content: Buffer.from('x'), source: 'import' });
  const origin = { actor: { kind: 'agent', key: keyId } } as const;
  const { id } = await uploads.create(origin, { workspace: box.workspace, path: 'begun.md', sizeBytes: 1 });
  const ask = async (method: string, at: string, by: string): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${by}`,
      'tus-resumable': '1.0.0',
      ...(method === 'PATCH' ? { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' } : {}),
      ...(method === 'POST' ? { 'upload-length': '1', 'upload-metadata': `path ${btoa('new.md')}` } : {}),
    };
    const answer = await fetch(box.url + at, { method, headers, ...(method === 'PATCH' ? { body: 'x' } : {}) });
    const body = await answer.text();
    if (answer.ok) return answer.status;
    const { error } = JSON.parse(body) as { error: { code: string; details?: { tool?: string } } };
    return [answer.status, error.code, error.details?.tool];
  };
  const file = `/files/${box.workspace}/${path}`;
  await hub.execute(setKeyTools, { keyId, tools: { set: 'read' } }, human);
  const noUpload = [403, 'forbidden', 'upload_create'];
  expect(await ask('POST', '/uploads', secret)).toEqual(noUpload);
  for (const at of [`/uploads/${id}`, '/uploads/upl_none']) {
    expect(await ask('PATCH', at, secret)).toEqual(noUpload);
    expect(await ask('DELETE', at, secret)).toEqual(noUpload);
  }
  expect(await ask('HEAD', `/uploads/${id}`, secret)).toBe(200);
  expect(await ask('GET', file, secret)).toBe(200);
  await hub.execute(setKeyTools, { keyId, tools: { set: 'default', without: ['file_read'] } }, human);
  for (const at of [file, `/files/${box.workspace}/none.md`, '/files/nowhere/a.md']) {
    expect(await ask('GET', at, secret)).toEqual([403, 'forbidden', 'file_read']);
  }
  expect(await ask('POST', '/uploads', secret)).toBe(201);
  expect(await ask('PATCH', `/uploads/${id}`, secret)).toBe(204);
  expect(await ask('GET', file, box.server.adminToken)).toBe(200);
  const { items } = await hub.audit.page({ types: ['access.denied'], by: keyId, limit: 20 });
  expect(items.map((event) => event.type === 'access.denied' && event.what).toReversed()).toEqual([
    'POST /uploads',
    'PATCH /uploads',
    'DELETE /uploads',
    'PATCH /uploads',
    'DELETE /uploads',
    `GET ${file}`,
    `GET /files/${box.workspace}/none.md`,
    'GET /files/nowhere/a.md',
  ]);
  await box.close();
});

test('[TL96] the guide is a tool too: whole or a part, the same text as the resource', async () => {
  await using box = await openCatalogue();
  const agent = await box.join('reader', 'viewer');
  const [resource] = (await box.catalogue.resources.read('signalbox://guide', agent.ctx)).contents;
  const whole = textIn((await agent.ok('guide'))['text']);
  expect(resource).toMatchObject({ text: whole });
  for (const heading of whole.matchAll(/^## (.*)$/gmu)) {
    const section = String(heading[1]).toLowerCase();
    expect(textIn((await agent.ok('guide', { section }))['text'])).toMatch(new RegExp(`^## ${heading[1]}\\n`, 'u'));
  }
  expect(await agent.refused('guide', { section: 'cooking' })).toMatchObject({ code: 'invalid_argument' });
});
