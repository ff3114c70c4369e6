import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeMember } from '../../src/hub/rules/members.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { human } from '../support/open-hub.ts';
import {
  openCatalogue,
  textIn,
  type CatalogueAgent,
  type TestCatalogue,
  type ToolAnswer,
} from '../support/open-catalogue.ts';
import { nextOf } from '../support/until.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;
let other: CatalogueAgent;
beforeEach(async () => {
  box = await openCatalogue();
  agent = await box.join('worker', 'editor');
  other = await box.join('other', 'editor');
  for (const one of [agent, other]) await one.ok('whoami');
});
afterEach(() => box.dispose());

const drop = (path: string, text = 'x') =>
  box.files.write(human, { workspace: box.workspace, path, content: Buffer.from(text), source: 'upload' });
const newsIn = ({ structuredContent }: ToolAnswer): readonly string[] =>
  (structuredContent as unknown as { readonly news?: string[] }).news ?? [];
const news = async (of = agent, tool = 'whoami', args = {}): Promise<readonly string[]> =>
  newsIn(await of.call(tool, args));

test('[DK12] owners hear of wrong passwords on the links of their workspace, others do not, and link_list counts them', async () => {
  const owner = await box.join('keeper', 'owner');
  await owner.ok('file_write', { path: 'a.md', text: 'x' });
  const { link_id: id, url } = await owner.ok('link_create', { path: 'a.md', password: 'long enough' });
  const [linkId = '', signature = ''] = textIn(url).split('/').slice(-2);
  const attempt = async (password: string | undefined): Promise<void> => {
    const request = { linkId, signature, password };
    const refused: unknown = await box.links.open(request).catch((error: unknown) => error);
    if (refused instanceof HubError) box.links.noteRefused(request, refused, '10.0.0.4');
  };
  await attempt(undefined);
  expect(await news(owner)).toEqual([]);
  await attempt('wrong');
  expect(await news(owner)).toEqual([
    expect.stringContaining(
      `A wrong password was tried on the download link ${textIn(id)} to "a.md" in "default", from "10.0.0.4". If that is nobody you know, call link_revoke`,
    ),
  ]);
  expect(await news(agent)).toEqual([]); // an editor
  for (const password of ['wrong again', 'and again']) await attempt(password);
  box.clock.advance(60_000);
  expect(await news(owner)).toEqual([expect.stringContaining('from "10.0.0.4", the last of 2 tries. If')]);
  expect((await owner.ok('link_list')).links).toMatchObject([
    { refused: { tries: 3, why: 'password', from: '10.0.0.4' } },
  ]);
  expect((await owner.ok('audit_list', { types: ['link.refused'] })).events).toHaveLength(2);
  await owner.ok('link_revoke', { link_id: id });
  await attempt('long enough');
  expect(await news(owner)).toEqual([]); // that it is over is no news to who ended it
});

describe('[NW11] what happens in a workspace is no news to a key that has no role there any more', () => {
  test('its deletion, its name by then, and the end of a job', async () => {
    const { workspace, hub } = box;
    await agent.ok('file_write', { path: 'a.txt', text: 'hello' });
    const ended = nextOf(hub, 'job.succeeded');
    await agent.ok('file_extract', { path: 'a.txt' });
    await ended;
    await hub.execute(removeMember, { workspace, keyId: agent.keyId }, human);
    await hub.execute(updateWorkspace, { workspace, name: 'Secret merger' }, human);
    await hub.execute(deleteWorkspace, { workspace, confirm: 'Secret merger' }, human);
    expect(await news()).toEqual([expect.stringContaining('You have no role in the workspace')]);
    expect(await news(other)).toContainEqual(expect.stringContaining('"Secret merger" was deleted'));
  });

  test('who waits for a lock that it had', async () => {
    await agent.ok('lock_acquire', { path: 'plan.md' });
    const queued = nextOf(box.hub, 'lock.queued');
    const waiting = other.call('lock_acquire', { path: 'plan.md', wait_ms: 50_000 });
    await queued;
    await box.hub.execute(removeMember, { workspace: box.workspace, keyId: agent.keyId }, human);
    await waiting;
    const lines = await news();
    expect(lines.filter((line) => line.includes('waits for your lock'))).toEqual([]);
    expect(lines).toContainEqual(expect.stringContaining('your role there does not allow it any more'));
  });
});

describe('[NW12] no agent hides from others what the person did, however much it causes', () => {
  const drops = async (): Promise<void> => {
    for (let n = 0; n < 3; n += 1) await drop(`inbox/${n}`);
  };

  test('by a thousand things', async () => {
    const { workspace, hub } = box;
    const chief = await box.join('chief', 'owner');
    const { seq } = await agent.ok('whoami');
    await drops();
    for (let n = 0; n < 2_100; n += 1) hub.commit(updateWorkspace, { workspace, name: `n${n}` }, chief.ctx.origin);
    await hub.durable();
    const lines = await news();
    expect(lines).toHaveLength(6);
    expect(lines.slice(0, 2)).toEqual([1, 2].map((n) => expect.stringContaining(`added "inbox/${n}"`)));
    expect(lines[5]).toMatch(/^More than \d+ more before these/u);
    const { events } = await agent.ok('event_wait', { for_me: true, after_seq: seq, limit: 3, timeout_ms: 0 });
    expect(events).toMatchObject([0, 1, 2].map((n) => ({ says: expect.stringContaining(`"inbox/${n}"`) })));
  });

  test('by one thing again and again', async () => {
    await agent.ok('lock_acquire', { path: 'plan.md' });
    await drops();
    for (let n = 0; n < 20; n += 1) {
      const queued = nextOf(box.hub, 'lock.queued');
      const stop = new AbortController();
      const waiting = other.call('lock_acquire', { path: 'plan.md', wait_ms: 50_000 }, { signal: stop.signal });
      await queued;
      stop.abort();
      await waiting.catch(() => undefined);
    }
    expect(await news()).toEqual([
      ...[0, 1, 2].map((n) => expect.stringContaining(`added "inbox/${n}"`)),
      expect.stringContaining('"other" waits for your lock on "plan.md"'),
    ]);
  });
});
