import { expect, test, vi } from 'vitest';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { openCatalogue } from '../support/open-catalogue.ts';

/** Arguments with which each tool of the effect `gives` gives something. */
const calls: Readonly<Record<string, object>> = {
  lock_acquire: { path: 'plan.md', ttl_s: 3600 },
  transfer_create: {},
  link_create: { path: 'given.md' },
  upload_create: { path: 'plan.md', size_bytes: 100 },
};

test('[TL18] a tool that gives takes it back when its call is cancelled before the answer is out', async () => {
  const giving = allTools.filter(({ effect }) => effect === 'gives').map(({ name }) => name);
  expect(giving.sort()).toEqual(Object.keys(calls).sort());
  for (const tool of giving) {
    await using box = await openCatalogue();
    const agent = await box.join('agent', 'owner');
    const { hub } = box;
    await agent.ok('file_write', { path: 'given.md', text: 'x' });
    const offers = () => [...hub.state.transfers.values()].filter(({ over }) => !over).length;
    const links = () => [...hub.state.links.values()].filter(({ revokedAt }) => revokedAt === undefined).length;
    const given = () => hub.state.locks.size + hub.state.uploads.size + offers() + links();
    const abort = new AbortController();
    const record = hub.record.bind(hub);
    let wasGiven = 0;
    // The call's own line is recorded when it has had its effect, and before it is answered.
    vi.spyOn(hub, 'record').mockImplementation((events, origin) => {
      wasGiven = given();
      abort.abort();
      return record(events, origin);
    });
    await agent.call(tool, calls[tool], { signal: abort.signal });
    expect(wasGiven, tool).toBe(1);
    await vi.waitFor(() => expect(given(), tool).toBe(0));
    vi.restoreAllMocks();
  }
});
