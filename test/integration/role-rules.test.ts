import { expect, test } from 'vitest';
import { finishUpload } from '../../src/hub/rules/uploads.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
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
