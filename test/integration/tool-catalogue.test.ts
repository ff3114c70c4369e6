import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeMember } from '../../src/hub/rules/members.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { roleAtLeast } from '../../src/protocol/roles.ts';
import { openCatalogue, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

let box: TestCatalogue & AsyncDisposable;
let owner: CatalogueAgent;
let editor: CatalogueAgent;
let viewer: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  owner = await box.join('owner', 'owner');
  editor = await box.join('editor');
  viewer = await box.join('viewer', 'viewer');
});
afterAll(() => box.dispose());

const namesFor = async ({ ctx }: CatalogueAgent): Promise<string[]> =>
  (await box.catalogue.tools.list(ctx)).map(({ name }) => name);

describe('what is listed', () => {
  test('[TL1] each role sees the tools that it may call, a viewer none that writes', async () => {
    for (const [role, agent] of [
      ['viewer', viewer],
      ['editor', editor],
      ['owner', owner],
    ] as const) {
      const may = allTools.filter((tool) => roleAtLeast(role, tool.role)).map(({ name }) => name);
      expect(await namesFor(agent), role).toEqual(may);
    }
    expect(allTools.filter(({ role, effect }) => role === 'viewer' && effect !== 'reads')).toEqual([]);
    expect(await namesFor(viewer)).toEqual(expect.arrayContaining(['whoami', 'file_read', 'event_wait']));
    expect(await namesFor(viewer)).not.toContain('file_write');
    expect(await namesFor(editor)).not.toContain('workspace_delete');
  });

  test('[TL1] a key without any role sees what needs no workspace', async () => {
    const stray = await box.join('stray', 'viewer');
    await box.hub.execute(removeMember, { workspace: box.workspace, keyId: stray.keyId }, human);
    expect(await namesFor(stray)).toEqual(['whoami', 'guide', 'workspace_list', 'workspace_create', 'transfer_claim']);
    expect((await stray.ok('whoami')).workspaces).toEqual([]);
  });

  test('[TL2] every tool has a title, a description to act on, schemas without dialect, and annotations', () => {
    for (const tool of allTools) {
      expect(tool.title, tool.name).toMatch(/^[A-Z]/u);
      const tooShort = `The description of ${tool.name} is too short to act on: say what it does, and what its refusals mean`;
      expect(tool.description.length, tooShort).toBeGreaterThan(80);
      expect(tool.inputSchema, tool.name).toMatchObject({ type: 'object', additionalProperties: false });
      expect(tool.outputSchema, tool.name).toMatchObject({
        type: 'object',
        anyOf: [{ title: 'Result' }, { title: 'Error' }],
      });
      expect(JSON.stringify([tool.inputSchema, tool.outputSchema]), tool.name).not.toContain('"$');
      // A client may know one `type` at a time, and take an empty schema for a mistake.
      const schemas = JSON.stringify([tool.inputSchema, tool.outputSchema]);
      expect(schemas, tool.name).not.toMatch(/"type":\[|"(?:additionalProperties|items)":\{\}/u);
      expect(tool.annotations, tool.name).toEqual({
        title: tool.title,
        readOnlyHint: expect.any(Boolean),
        destructiveHint: expect.any(Boolean),
        idempotentHint: expect.any(Boolean),
        openWorldHint: false,
      });
      expect(tool.annotations, tool.name).toMatchObject({
        readOnlyHint: tool.effect === 'reads',
        destructiveHint: tool.effect === 'destroys',
      });
    }
  });

  test('[TL2] names and arguments are snake_case, and no name has two tools', () => {
    expect(new Set(allTools.map(({ name }) => name)).size).toBe(allTools.length);
    for (const { name, inputSchema } of allTools) {
      expect(name).toMatch(/^[a-z]+(?:_[a-z]+)*$/u);
      for (const argument of Object.keys(inputSchema.properties ?? {}))
        expect(argument).toMatch(/^[a-z]+\d*(?:_[a-z]+\d*)*$/u);
    }
  });
});

describe('what is refused', () => {
  test('[TL3] a tool that does not exist is a JSON-RPC error that names the likeliest', async () => {
    await expect(editor.call('file_wirte')).rejects.toMatchObject({
      code: -32_602,
      message: expect.stringContaining('file_write'),
    });
    await expect(editor.call('launch_missiles')).rejects.toMatchObject({ code: -32_602 });
  });

  test('[TL4] an unknown argument is refused with the name that was meant', async () => {
    const error = await editor.refused('lock_acquire', { path: 'a.md', ttl: 30 });
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toContain('There is no argument "ttl"; did you mean "ttl_s"?');
    expect(error.details?.['problems']).toEqual([expect.objectContaining({ argument: 'ttl', did_you_mean: 'ttl_s' })]);
    expect((await editor.refused('whoami', { verbose: true })).message).toContain(
      'There is no argument "verbose". It takes no arguments.',
    );
  });

  test('[TL5] a wrong argument is named with what was given and what is accepted', async () => {
    const range = await editor.refused('lock_acquire', { path: 'a.md', ttl_s: 4000 });
    expect(range.message).toContain('"ttl_s" was 4000; it must be an integer from 5 to 3600.');
    const type = await editor.refused('lock_acquire', { path: 'a.md', ttl_s: '60' });
    expect(type.message).toContain('"ttl_s" was "60"; it must be an integer from 5 to 3600.');
    const missing = await editor.refused('file_read', {});
    expect(missing.message).toContain('"path" is missing; it must be a string.');
    const choice = await editor.refused('file_read', { path: 'a.md', as: 'xml' });
    expect(choice.message).toContain('"as" was "xml"; it must be one of "auto", "text", "base64", "link".');
    const both = await editor.refused('job_list', { limit: 0, kind: 'transcode' });
    expect(both.details?.['problems']).toHaveLength(2);
    expect((await editor.refused('file_write', { path: 'a', text: 'x'.repeat(500), mime: 7 })).message).not.toContain(
      'xxx',
    );
    expect(await editor.refused('event_list', { types: ['file.burnt'] })).toMatchObject({ code: 'invalid_argument' });
    expect((await editor.refused('event_list', { types: ['nope'] })).message).toContain(
      '"types.0" was "nope"; it must be one of "workspace.',
    );
    expect((await editor.refused('event_list', { types: [] })).message).toContain(
      '"types" was []; it must be a list of 1 to 50 items.',
    );
    for (const tool of ['event_list', 'event_wait']) {
      expect(await editor.refused(tool, { after_seq: 1e15 })).toMatchObject({
        code: 'invalid_argument',
        message: expect.stringMatching(/after_seq is 1000000000000000, but the newest event is \d+/u),
      });
    }
    const notAnObject = await box.catalogue.tools.call('whoami', ['no'], editor.ctx);
    expect(notAnObject).toMatchObject({ isError: true, structuredContent: { code: 'invalid_argument' } });
  });

  test('[TL5] no arguments at all are none, and null is left out', async () => {
    expect(await box.catalogue.tools.call('whoami', undefined, editor.ctx)).not.toHaveProperty('isError');
    expect((await editor.ok('file_list', { workspace: null, prefix: null })).files).toEqual([]);
  });

  test('[TL6] an error has its code, words and details in text and in fields, times readable', async () => {
    await editor.ok('lock_acquire', { path: 'held.md', ttl_s: 60 });
    const other = await box.join('other');
    const answer = await other.call('lock_acquire', { path: 'held.md' });
    expect(answer.isError).toBe(true);
    const expiry = '2026-01-05T09:01:00.000Z';
    expect(answer.structuredContent).toMatchObject({
      code: 'locked',
      retry_after_ms: 60_000,
      details: { expires_at: expiry, holder: editor.keyId },
    });
    expect(answer.content).toEqual([
      { type: 'text', text: expect.stringMatching(/^locked: Lock on held\.md is held by editor/u) },
    ]);
    expect(answer.content[0]).toMatchObject({ text: expect.stringContaining(`expires_at: ${expiry}`) });
  });
});

describe('where a key may reach', () => {
  test('[TL7] outside its workspaces: as if there were none, in the log, and the connection stays', async () => {
    const { workspace } = await box.hub.execute(createWorkspace, { name: 'secret' }, human);
    const lone = await box.join('lone');
    for (const named of ['secret', workspace]) {
      expect(await lone.refused('file_list', { workspace: named })).toMatchObject({ code: 'not_found' });
    }
    expect(lone.ended).toEqual([]);
    const denied = await box.hub.audit.page({ by: lone.keyId, types: ['access.denied'] });
    expect(denied.items).toHaveLength(2);
    expect(denied.items[0]).toMatchObject({
      workspace,
      keyId: lone.keyId,
      sessionId: lone.ctx.sessionId,
      code: 'not_found',
      what: 'file_list',
      asked: workspace,
      cause: 'frm_lone',
    });
  });

  test('[TL8] too low a role: forbidden and in the log, the connection stays', async () => {
    expect(await viewer.refused('file_write', { path: 'a.md', text: 'x' })).toMatchObject({
      code: 'forbidden',
      details: { role: 'viewer', needs: 'editor' },
    });
    expect(await viewer.refused('workspace_create', { name: 'mine' })).toMatchObject({ code: 'forbidden' });
    expect(await editor.refused('workspace_update', { name: 'ours' })).toMatchObject({ code: 'forbidden' });
    expect([...viewer.ended, ...editor.ended]).toEqual([]);
    const denied = await box.hub.audit.page({ by: viewer.keyId, types: ['access.denied'] });
    expect(denied.items.map((event) => 'what' in event && event.what)).toEqual(['workspace_create', 'file_write']);
  });

  test('[TL9] a workspace that is not there is not_found, and names those that are', async () => {
    expect(await editor.refused('file_list', { workspace: 'defualt' })).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('default'),
    });
    expect(editor.ended).toEqual([]);
  });

  test('[TL9] with several workspaces one must be named', async () => {
    const wide = await box.join('wide');
    await wide.ok('workspace_create', { name: 'second' });
    const error = await wide.refused('file_list');
    expect(error).toMatchObject({ code: 'invalid_argument', message: 'Say which workspace: default, second.' });
    expect((await wide.ok('file_list', { workspace: 'second' })).files).toEqual([]);
  });
});

describe('what is logged', () => {
  test('[TL10] every call is in the log with its outcome before it is answered', async () => {
    const scribe = await box.join('scribe');
    await scribe.ok('file_list', { prefix: 'a', limit: 5 });
    await scribe.ok('file_list', { limit: 5, prefix: 'a' });
    await scribe.refused('file_read', { path: 'none.md' });
    const seq = box.hub.state.seq;
    await box.hub.durable(seq);
    const { items } = await box.hub.audit.page({
      sessionId: scribe.ctx.sessionId,
      types: ['tool.called'],
      order: 'asc',
    });
    expect(items).toHaveLength(3);
    expect(items.map((event) => event.type === 'tool.called' && [event.tool, event.outcome])).toEqual([
      ['file_list', 'ok'],
      ['file_list', 'ok'],
      ['file_read', 'not_found'],
    ]);
    expect(items[0]).toMatchObject({
      workspace: box.workspace,
      cause: 'frm_scribe',
      actor: { kind: 'agent', key: scribe.keyId },
      argsDigest: expect.stringMatching(/^[0-9a-f]{16}$/u),
      ms: expect.any(Number),
    });
    const digests = items.map((event) => event.type === 'tool.called' && event.argsDigest);
    expect(digests[0]).toBe(digests[1]);
    expect(digests[2]).not.toBe(digests[0]);
  });
});
