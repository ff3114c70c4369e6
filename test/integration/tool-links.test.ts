import { expect, test } from 'vitest';
import { openCatalogue, textIn } from '../support/open-catalogue.ts';

test('[DK1] [DK7] [DK8] an owner makes, lists and revokes links; an editor does not', async () => {
  await using box = await openCatalogue();
  const owner = await box.join('owner', 'owner');
  const editor = await box.join('editor');
  await editor.ok('file_write', { path: 'a.md', text: 'one' });
  const made = await owner.ok('link_create', { path: 'a.md', expires_in_s: 60, max_uses: 3, password: 'long enough' });
  expect(made).toMatchObject({ status: 'open', path: 'a.md', version: 1, uses: 0, max_uses: 3, has_password: true });
  const url = textIn(made.url);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:7337\/links\/lnk_\w+\/sbl_[\w-]{43}$/u);
  const outside = { address: 'https://hub.example' }; // as behind a proxy
  const given = await owner.ok('link_create', { path: 'a.md' }, outside);
  expect(textIn(given.url)).toMatch(/^https:\/\/hub\.example\/links\/lnk_/u);
  await owner.ok('link_revoke', { link_id: given.link_id });
  const listed = await owner.ok('link_list', { path: 'a.md' });
  expect(listed.links).toContainEqual(
    expect.objectContaining({
      link_id: made.link_id,
      status: 'open',
      created_by: expect.objectContaining({ key_name: 'owner' }),
    }),
  );
  const audit = await owner.ok('audit_list', { limit: 100 });
  for (const text of [JSON.stringify(listed), JSON.stringify(audit)]) {
    expect(text).not.toMatch(/sbl_|passwordHash|long enough/u);
  }
  for (const [tool, args] of [
    ['link_create', { path: 'a.md' }],
    ['link_list', {}],
    ['link_revoke', { link_id: made.link_id }],
  ] as const) {
    expect(await editor.refused(tool, args), tool).toMatchObject({ code: 'forbidden' });
  }
  await owner.ok('link_revoke', { link_id: made.link_id });
  expect((await owner.ok('link_list')).links).toMatchObject([{ status: 'revoked' }, { status: 'revoked' }]);
  expect(await owner.refused('link_create', { path: 'none.md' })).toMatchObject({ code: 'not_found' });
  expect(await owner.refused('link_create', { path: 'a.md', version: 9 })).toMatchObject({ code: 'not_found' });
  expect(await owner.refused('link_create', { path: 'a.md', expires_in_s: 5 })).toMatchObject({
    code: 'invalid_argument',
  });
});

test('[DK7] of links that are over the last twenty of a workspace stay in the state', async () => {
  await using box = await openCatalogue();
  const owner = await box.join('owner', 'owner');
  await owner.ok('file_write', { path: 'a.md', text: 'one' });
  for (let n = 0; n < 22; n += 1) {
    const { link_id } = await owner.ok('link_create', { path: 'a.md' });
    await owner.ok('link_revoke', { link_id });
  }
  await owner.ok('link_create', { path: 'a.md' });
  expect(box.hub.state.links.size).toBe(21);
});
