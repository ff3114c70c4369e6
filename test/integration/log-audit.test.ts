import { encodeCursor } from '../../src/hub/paging.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moreEffects } from '../../src/dashboard/ui/more-effects.ts';
import { eventsMatching } from '../../src/hub/log/audit-query.ts';
import type { Db } from '../../src/hub/log/db.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { actorAgentId } from '../../src/protocol/actor-id.ts';
import { agentId } from '../../src/protocol/agent-id.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import type { StoredEvent } from '../../src/protocol/events.ts';
import type { AuditQuery } from '../../src/protocol/records.ts';
import { human, openTestHub, type TestAgent, type TestHub } from '../support/open-hub.ts';

let world: TestHub;
let agents: TestAgent[];
let second: string;
let all: readonly StoredEvent[];

beforeAll(async () => {
  world = await openTestHub();
  const { hub, clock, workspace } = world;
  agents = [await world.agent('a'), await world.agent('b')];
  second = hub.commit(createWorkspace, { name: 'second' }, human).answer.workspace;
  for (let n = 0; n < 600; n++) {
    // several blocks of the log
    const agent = agents[n % 2];
    if (!agent) continue;
    const session = `ses_${n % 3}`;
    const named = n % 4 === 0 ? {} : { agent: n % 4 === 1 ? 'codex' : 'codex 2' };
    const actor = { kind: 'agent' as const, key: agent.keyId, ...named, session };
    const origin = { actor, cause: `frm_${n % 10}` };
    const place = n % 5 === 0 ? {} : { workspace: n % 4 === 0 ? second : workspace };
    hub.record(
      [{ type: 'tool.called', ...place, tool: 'x', sessionId: session, argsDigest: '0', outcome: 'ok', ms: 1 }],
      origin,
    );
    if (n % 7 === 0) {
      const { answer } = hub.commit(acquireLock, { workspace, path: 'p', ttlMs: 5000, waitMs: 0 }, origin);
      if (answer.status === 'held')
        hub.commit(releaseLock, { workspace, path: 'p', lockId: answer.lockId }, { ...origin, cause: answer.fence });
    }
    if (n % 9 === 0) handOver(n);
    if (n % 11 === 0) hub.commit(createKey, { name: `k${n}`, secretSha256: 'x', roles: {} }, human);
    if (n % 3 === 0) clock.advance(100);
  }
  await hub.durable();
  all = await hub.audit.after(0, 10_000);
});

afterAll(() => world.dispose());

/** One takes a lock, the other waits for it and gets it from the release: the actor of the grant is who released. */
function handOver(n: number): void {
  const { hub, workspace } = world;
  const [holder, waiter] = n % 2 === 0 ? agents : agents.toReversed();
  if (!holder || !waiter) return;
  const as = ({ keyId }: TestAgent, agent = 'codex') => ({
    actor: { kind: 'agent' as const, key: keyId, agent, session: `ses_${n % 3}` },
  });
  const command = { workspace, path: 'queued', ttlMs: 5000 };
  const { answer } = hub.commit(acquireLock, { ...command, waitMs: 0 }, as(holder));
  if (answer.status !== 'held') return;
  const queues = n % 6 === 0 ? as(holder, 'codex 2') : as(waiter);
  const waits = n % 4 === 0 ? queues : { actor: { ...queues.actor, session: 'ses_waits' } };
  hub.commit(acquireLock, { ...command, waitMs: 1000 }, waits);
  hub.commit(releaseLock, { workspace, path: 'queued', lockId: answer.lockId }, as(holder));
  const granted = hub.state.locks.get(placeKey(workspace, 'queued'));
  if (granted) hub.commit(releaseLock, { workspace, path: 'queued', lockId: granted.lockId }, waits);
}

/** What the query means, by looking at every event. */
function scan(query: AuditQuery): number[] {
  const found = all.filter((event) => {
    const actor = event.actor.kind === 'agent' ? event.actor.key : event.actor.kind;
    const isGrant = event.type === 'lock.acquired' || event.type === 'lock.queued';
    const by = isGrant ? event.keyId : actor;
    const session =
      (event.actor.kind === 'agent' && !isGrant ? event.actor.session : undefined) ??
      ('sessionId' in event ? event.sessionId : undefined);
    const named = 'keyId' in event ? event.keyId : undefined;
    const agentNamed = 'keyId' in event && 'agent' in event ? agentId(event.keyId ?? '', event.agent) : undefined;
    const acted = actorAgentId(event.actor);
    const byAgent = isGrant ? agentNamed : acted;
    return (
      (query.by === undefined || query.by === by || query.by === byAgent) &&
      (query.involving === undefined || [by, actor, named, byAgent, acted, agentNamed].includes(query.involving)) &&
      (query.sessionId === undefined || query.sessionId === session) &&
      (query.workspace === undefined || ('workspace' in event && event.workspace === query.workspace)) &&
      (query.types === undefined ||
        query.types.some((type) => event.type === type || event.type.startsWith(`${type}.`))) &&
      (query.from === undefined || event.at >= query.from) &&
      (query.to === undefined || event.at < query.to)
    );
  });
  const seqs = found.map(({ seq }) => seq);
  return query.order === 'asc' ? seqs : seqs.toReversed();
}

test('[LG21] [AD8] filters alone and together, in both directions and by page, give what a scan gives', async () => {
  const { hub, workspace } = world;
  const times = [...new Set(all.map(({ at }) => at))];
  const some = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const parties = [
    ...['human', 'hub', 'key_none/codex'],
    ...agents.flatMap(({ keyId }) => [keyId, `${keyId}/codex`, `${keyId}/codex 2`]),
  ];
  const query = fc.record({
    by: some(parties),
    involving: some(parties),
    sessionId: some(['ses_0', 'ses_2', 'ses_waits', 'ses_none']),
    workspace: some([workspace, second]),
    types: some([
      ['lock'],
      ['tool.called'],
      ['key.created', 'lock.acquired'],
      ['lock', 'lock.released', 'tool'],
      ['job'],
    ]),
    from: some(times),
    to: some([...times, (times.at(-1) ?? 0) + 1]),
    order: fc.constantFrom('asc' as const, 'desc' as const),
    limit: fc.constantFrom(1, 3, 50, 1000),
  });
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      const want = scan(asked);
      const got: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await hub.audit.page({ ...asked, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(asked.limit);
        got.push(...page.items.map(({ seq }) => seq));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(got).toEqual(want);
    }),
    { numRuns: 150 },
  );
});

test('[LG51] what a session did of some types is found by session and type, and no other event is read for it', () => {
  const { reader } = world.hub;
  const plans: string[] = [];
  const watched: Db = {
    ...reader,
    prepare: (sql) => ({
      ...reader.prepare(sql),
      get: (...values) => reader.prepare(sql).get(...values),
      all: (...values) => {
        const plan = reader.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
        plans.push(...plan.map((row) => String(row['detail'])));
        return reader.prepare(sql).all(...values);
      },
    }),
  };
  const query = { sessionId: 'ses_1', types: ['lock.acquired', 'lock.released'], limit: 50 };
  const found = [...eventsMatching(watched, query)].map(({ event }) => event.seq);
  expect(found).toEqual(scan(query).slice(0, 50));
  expect(found.length).toBeGreaterThan(10);
  const onEvents = plans.filter((detail) => /^(?:SEARCH|SCAN) e\b/u.test(detail));
  expect(new Set(onEvents)).toEqual(
    new Set([
      'SEARCH e USING COVERING INDEX events_session_type (session=? AND type=? AND rowid>? AND rowid<?)',
      'SEARCH e USING COVERING INDEX events_type (type=? AND rowid=?)',
    ]),
  );
  expect(plans.filter((detail) => detail.startsWith('SCAN') || detail.includes('TEMP B-TREE'))).toEqual([]);
});

test('[LG21] what is no type, cursor or limit is invalid_argument', async () => {
  const { audit } = world.hub;
  for (const query of [{ types: ['nonsense'] }, { cursor: 'x' }, { limit: 0 }, { limit: 1001 }, { limit: 1.5 }]) {
    await expect(audit.page(query)).rejects.toMatchObject({ code: 'invalid_argument' });
  }
  await expect(audit.event(999_999)).rejects.toMatchObject({ code: 'not_found' });
});

test('[LG21] a page of the newest goes on with what came meanwhile left out', async () => {
  const { audit } = world.hub;
  const first = await audit.page({ limit: 5 });
  const rest = await audit.page({ limit: 5, ...(first.nextCursor === undefined ? {} : { cursor: first.nextCursor }) });
  expect(rest.items[0]?.seq).toBe((first.items.at(-1)?.seq ?? 0) - 1);
});

test('[LG21] events after a seq, by type and workspace', async () => {
  const { audit } = world.hub;
  const query = { types: ['lock'], workspace: world.workspace, order: 'asc', limit: 4 } as const;
  const found = await audit.page({ ...query, cursor: encodeCursor([20]) });
  expect(found.items.map(({ seq }) => seq)).toEqual(
    scan({ types: ['lock'], workspace: world.workspace, order: 'asc' })
      .filter((seq) => seq > 20)
      .slice(0, 4),
  );
});

test('[LG22] causes lead back to the frame, and effects forward', async () => {
  const { audit } = world.hub;
  const released = all.find(({ type }) => type === 'lock.released');
  const { events, frameId } = await audit.causes(released?.seq ?? 0);
  expect(events).toMatchObject([{ type: 'lock.acquired', seq: released?.cause }]);
  expect(frameId).toBe(events[0]?.cause);
  expect((await audit.effects(events[0]?.seq ?? 0)).map(({ seq }) => seq)).toEqual([released?.seq]);
  const ofFrame = await audit.effects(frameId ?? '');
  expect(ofFrame.map(({ seq }) => seq)).toEqual(all.filter(({ cause }) => cause === frameId).map(({ seq }) => seq));
  expect(await audit.causes(1)).toEqual({ events: [] });
  expect(await audit.effects('1')).toEqual([]); // a frame called 1 is not the event 1
});

test('[LG22] of the effects of an event the first 1,000 are read, oldest first, and that there are more is said', async () => {
  await using test = await openTestHub();
  const cause = 'frm_flood';
  const made = (n: number) => ({ type: 'workspace.updated', workspace: test.workspace, name: `w${n}` }) as const;
  const events = Array.from({ length: 1_001 }, (_, n) => made(n));
  await test.hub.record(events, { ...human, cause }).durable;
  const effects = await test.hub.audit.effects(cause);
  expect(effects).toHaveLength(1_000);
  expect(effects.map(({ seq }) => seq)).toEqual(effects.map((_, n) => (effects[0]?.seq ?? 0) + n));
  expect(effects[0]).toMatchObject({ name: 'w0' });
  expect([100, 101, 999, effects.length].map(moreEffects)).toEqual([
    undefined,
    'and 1 more',
    'and 899 more',
    'and at least 900 more',
  ]);
});

test('[LG48] where the clock was set, no event of a time is missing from it, whatever the clock showed', async () => {
  await using own = await openTestHub();
  const { hub, clock } = own;
  const day = 86_400_000;
  const note = (what: string): void => void hub.record([{ type: 'access.denied', code: 'forbidden', what }], human);
  const noted = async (from: number, to: number, more: AuditQuery = {}): Promise<string[]> => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await hub.audit.page({
        types: ['access'],
        order: 'asc',
        limit: 2,
        ...more,
        from,
        to,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.items.map((event) => ('what' in event ? event.what : event.type)));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  };
  const start = clock.now();
  note('before');
  clock.advance(1_000);
  clock.jump(400 * day);
  note('while it is ahead');
  clock.advance(1_000);
  clock.jump(-400 * day);
  note('after');
  clock.advance(3_600_000);
  note('an hour later');
  clock.jump(-day);
  note('a day back');
  clock.jump(day);
  clock.advance(60_000);
  note('at the end');
  const hour = [start, start + 1_800_000] as const;
  expect(await noted(...hour)).toEqual(['before', 'while it is ahead', 'after']);
  expect((await noted(...hour, { order: 'desc' })).toReversed()).toEqual(['before', 'while it is ahead', 'after']);
  expect(await noted(start + 3_600_000, start + 2 * 3_600_000)).toEqual(['an hour later', 'a day back', 'at the end']);
  expect(await noted(start - day, start)).toEqual(['a day back']);
  expect(await noted(start + 399 * day, start + 402 * day)).toContain('while it is ahead');
  expect(await noted(start + 500 * day, start + 501 * day)).toEqual([]);
});
