import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { finishUpload } from '../../src/hub/rules/uploads.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { ToolSpec } from '../../src/server/mcp/catalogue/define-tool/tool-spec.ts';
import { human } from '../support/open-hub.ts';
import { openTestFiles } from '../support/open-files.ts';

const forbidden = { code: 'forbidden' };

test('[KY7] only an owner purges, also where no tool stands before the rule', async () => {
  await using t = await openTestFiles();
  const [owner, editor] = [await t.test.agent('owner', 'owner'), await t.test.agent('editor')];
  await t.put('a', 'text');
  const purge = { workspace: t.workspace, path: 'a', purge: true };
  await expect(t.files.delete(editor.origin, purge)).rejects.toMatchObject(forbidden);
  await t.files.delete(editor.origin, { ...purge, purge: false });
  await expect(t.files.delete(editor.origin, purge)).rejects.toMatchObject(forbidden);
  await t.files.delete(owner.origin, purge);
});

test('[KY9] a key that may not copy a file does not learn whether its content is there', async () => {
  await using t = await openTestFiles();
  const stranger = await t.test.agent('stranger');
  const { workspace } = await t.test.hub.execute(createWorkspace, { name: 'hidden' }, human);
  const write = (path: string) =>
    t.files.write(human, { workspace, path, content: Buffer.from(path), source: 'import' });
  await write('whole');
  const lost = await write('lost');
  const { sha256 } = lost;
  rmSync(await t.files.blobs.fileOf(sha256));
  for (const from of ['whole', 'lost', 'never']) {
    const copy = { workspace, from, to: 'mine', toWorkspace: t.workspace };
    const copying = async (): Promise<unknown> => t.files.copy(stranger.origin, copy);
    await expect(copying()).rejects.toMatchObject({
      code: 'not_found',
      details: { workspace },
    });
  }
});

test('[KY9] a tool without a declared role does not compile', () => {
  type Spec = ToolSpec<Record<string, never>, Record<string, never>>;
  // @ts-expect-error a tool says which role may call it
  const spec: Spec = { ...({} as Omit<Spec, 'role'>) };
  expect(spec.role).toBeUndefined();
});

test('[KY7] a key that is only a viewer makes no workspace; one without any role may', async () => {
  await using t = await openTestFiles();
  const { hub } = t.test;
  const make = (name: string, agent: { readonly origin: typeof human }) =>
    hub.execute(createWorkspace, { name }, agent.origin);
  const [viewer, editor] = [await t.test.agent('viewer', 'viewer'), await t.test.agent('editor')];
  await expect(make('by viewer', viewer)).rejects.toMatchObject(forbidden);
  await make('by editor', editor);
  const { workspace } = await make('by person', { origin: human });
  expect(hub.state.workspaces.has(workspace)).toBe(true);
});

test('[KY7] an upload is finished only for the key that began it', async () => {
  await using t = await openTestFiles();
  const { hub } = t.test;
  const [ann, bob] = [await t.test.agent('ann'), await t.test.agent('bob')];
  const { id } = await t.uploads.create(ann.origin, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  const content = { uploadId: id, sha256: 'a'.repeat(64), sizeBytes: 3, mime: 'text/plain', source: 'upload' } as const;
  await expect(hub.execute(finishUpload, content, bob.origin)).rejects.toMatchObject(forbidden);
  expect(hub.state.uploads.has(id)).toBe(true);
});
