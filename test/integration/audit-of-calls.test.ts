import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

let box: TestCatalogue & AsyncDisposable;
let owner: CatalogueAgent;
let editor: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  owner = await box.join('owner', 'owner');
  editor = await box.join('editor');
});
afterAll(() => box.dispose());

/** The last events of these types, the newest first. */
const last = async (type: string, limit = 1) => (await box.hub.audit.page({ types: [type], limit })).items;

test('[AD1] a call is logged with names, paths and sizes, and never with contents, however much it brings', async () => {
  await editor.ok('file_write', { path: 'plan.md', text: 'TOPSECRET ünd mehr', if_version: 0 });
  expect(await last('tool.called')).toMatchObject([
    { tool: 'file_write', args: { path: 'plan.md', if_version: 0, text_bytes: 19 } },
  ]);
  const { lock_token: token } = await editor.ok('lock_acquire', { path: 'plan.md', ttl_s: 60, reason: 'TOPSECRET' });
  await editor.ok('lock_release', { lock_token: token });
  const [release, acquire] = await last('tool.called', 2);
  expect(release).not.toHaveProperty('args');
  expect(acquire).toMatchObject({ args: { path: 'plan.md', ttl_s: 60 } });
  // Arguments that no tool takes are bounded too.
  const long = 'x'.repeat(100_000);
  const types = Array.from({ length: 1000 }, () => long);
  await editor.refused('event_list', { types, after_seq: long, workspace: { deep: [long] }, limit: Number.NaN });
  await editor.refused('file_write', { path: long, text: 7 });
  const called = await last('tool.called', 10);
  for (const event of called) expect(JSON.stringify(event).length).toBeLessThan(4096);
  expect(JSON.stringify(called)).not.toContain('TOPSECRET');
});

test('[AD1] no tool declares a secret or a content as what the log has', async () => {
  await editor.ok('file_write', { path: 'a.md', text: 'x' });
  const secrets = ['token', 'password', 'lock_token', 'text', 'base64', 'reason', 'cursor'];
  for (const { name, inputSchema } of allTools) {
    const given = Object.fromEntries(Object.keys(inputSchema.properties ?? {}).map((each) => [each, `SECRET ${each}`]));
    await owner.call(name, given);
    const [event] = await last('tool.called');
    expect(event, name).toMatchObject({ tool: name });
    const args = event?.type === 'tool.called' ? (event.args ?? {}) : {};
    for (const secret of secrets) expect(args, name).not.toHaveProperty(secret);
  }
});

test('[AD2] a refusal stays in the log with its message and details, without tokens', async () => {
  const { lock_token: token } = await editor.ok('lock_acquire', { path: 'held.md', ttl_s: 60 });
  const refused = await owner.refused('file_write', { workspace: 'default', path: 'held.md', text: 'x' });
  expect(await last('tool.called')).toMatchObject([
    { outcome: 'locked', message: textIn(refused.message), details: { holder: editor.keyId } },
  ]);
  expect((await editor.refused('lock_acquire', { path: 'held.md' })).code).toBe('conflict');
  const [again] = await last('tool.called');
  expect(again).toMatchObject({ outcome: 'conflict', message: expect.stringContaining('lck_••••') });
  expect(JSON.stringify(again)).not.toContain(textIn(token));
  await editor.refused('workspace_update', { name: 'mine' });
  expect(await last('access.denied')).toMatchObject([
    { code: 'forbidden', message: expect.stringContaining('needs the role owner in the workspace default') },
  ]);
});

test('[AD20] no refusal repeats a password, a token or a content that was wrong, and nor does the log', async () => {
  await editor.ok('file_write', { workspace: 'default', path: 'a.md', text: 'x' });
  const wrong = {
    link_create: [{ workspace: 'default', path: 'a.md', password: 'hunter2' }, 'hunter2'],
    lock_release: [{ lock_token: 'x'.repeat(300) }, 'xxxx'],
    transfer_claim: [{ token: 77_001_177 }, '77001177'],
    file_write: [{ workspace: 'default', path: 'b.md', text: ['the secret plan'] }, 'secret plan'],
  } as const;
  for (const [tool, [args, secret]] of Object.entries(wrong)) {
    const refused = await owner.refused(tool, args);
    expect(refused).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('cannot be what was given; it must be '),
    });
    expect(JSON.stringify([refused, await last('tool.called')])).not.toContain(secret);
  }
});

test('[AD3] an owner does not learn from the audit which other workspaces a member has', async () => {
  await box.hub.execute(createWorkspace, { name: 'mine alone' }, editor.ctx.origin);
  await editor.ok('file_write', { workspace: 'default', path: 'b.md', text: 'x' });
  const copy = { workspace: 'default', from: 'b.md', to: 'b.md' };
  await editor.ok('file_copy', { ...copy, to_workspace: 'mine alone' });
  await editor.refused('file_copy', { ...copy, to_workspace: 'nowhere' });
  const outsider = await box.join('outsider', 'viewer');
  await box.hub.execute(createWorkspace, { name: 'hidden' }, human);
  await outsider.refused('file_list', { workspace: 'hidden' });
  await editor.refused('file_list');
  const { events } = await owner.ok('audit_list', { workspace: 'default', types: ['tool', 'access'], limit: 20 });
  expect(JSON.stringify(events)).toContain('"from":"b.md"');
  expect(JSON.stringify(events)).not.toContain('mine alone');
});
