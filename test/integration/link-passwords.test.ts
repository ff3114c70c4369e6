import { createHook } from 'node:async_hooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CreateLink } from '../../src/hub/rules/links.ts';
import type { LinkState } from '../../src/protocol/state.ts';
import { openCatalogue, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';

/** Hashes that were begun, and how many of them were under way at once. */
const hashes = { begun: new Set<number>(), underWay: new Set<number>(), most: 0 };
const watch = createHook({
  init(id, type) {
    if (type !== 'SCRYPTREQUEST') return;
    hashes.begun.add(id);
    hashes.underWay.add(id);
    hashes.most = Math.max(hashes.most, hashes.underWay.size);
  },
  before: (id) => void hashes.underWay.delete(id),
});

let box: TestCatalogue;
let owner: CatalogueAgent;

beforeAll(async () => {
  watch.enable();
  box = await openCatalogue({ limits: { 'links-per-workspace': 40 } });
  owner = await box.join('owner', 'owner');
  await owner.ok('file_write', { path: 'a.md', text: 'x' });
});
afterAll(async () => {
  watch.disable();
  await box.dispose();
});
beforeEach(() => {
  hashes.begun.clear();
  hashes.most = 0;
});

const make = (by: CatalogueAgent, changes: Partial<CreateLink> = {}): Promise<LinkState> => {
  const input = { workspace: box.workspace, path: 'a.md', ttlMs: 60_000, password: 'a long password', ...changes };
  return box.hub.durably(() => box.links.commitCreate(by.ctx.origin, input));
};

test('[DK10] the password of a link that is refused is not hashed', async () => {
  const editor = await box.join('editor', 'editor');
  await expect(make(editor)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(make(owner, { path: 'none.md' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(make(owner, { ttlMs: 1 })).rejects.toMatchObject({ code: 'invalid_argument' });
  expect(hashes.begun.size).toBe(0);
  expect((await make(owner)).passwordHash).toBeDefined();
  expect(hashes.begun.size).toBe(1);
});

test('[DK10] [DK14] passwords of links that are made at once are hashed one by one, and a key has few that wait', async () => {
  const other = await box.join('other', 'owner');
  const made = Array.from({ length: 20 }, () => make(owner));
  const [outcomes] = await Promise.all([Promise.allSettled(made), make(other)]);
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(4);
  expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited', retryAfterMs: 1_000 } });
  expect([hashes.begun.size, hashes.most]).toEqual([17, 1]);
  expect((await make(owner)).passwordHash).toBeDefined();
});

test('[DK10] [DK14] passwords that are tried at once are checked one by one', async () => {
  const { id } = await make(owner);
  hashes.most = 0;
  const [, , signature = ''] = box.links.addressOf(id).slice(1).split('/');
  const tries = Array.from({ length: 5 }, (_, n) =>
    box.links.open({ linkId: id, signature, password: `wrong ${n}` }).catch((error: unknown) => error),
  );
  const answers = await Promise.all(tries);
  expect(answers).toEqual(Array(5).fill(expect.objectContaining({ code: 'unauthorized' })));
  expect(hashes.most).toBe(1);
});
