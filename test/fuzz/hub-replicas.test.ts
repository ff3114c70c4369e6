import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Told } from '../../src/hub/hub.ts';
import type { Origin, Rule } from '../../src/hub/rule.ts';
import { createKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { acquireLock, forceReleaseLock, leaveQueue, releaseLock, renewLock } from '../../src/hub/rules/locks.ts';
import { setMember } from '../../src/hub/rules/members.ts';
import {
  closeSession,
  dropSession,
  openSession,
  resumeSession,
  subscribeSession,
} from '../../src/hub/rules/sessions.ts';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { fromSnapshot, takeSnapshot, type StateSnapshot } from '../../src/protocol/snapshot.ts';
import { applyEvent, emptyState, lockKey, type HubState } from '../../src/protocol/state.ts';
import { human, openTestHub, type TestHub } from '../support/open-hub.ts';

const AGENTS = 4;
const PATHS = ['plan.md', 'a/b.txt', 'ü "c"'];
const traffic = { framesIn: 1, framesOut: 2, bytesIn: 3, bytesOut: 4 };

const who = fc.nat(AGENTS - 1);
const where = fc.constantFrom(...PATHS);

/** What agents and people do, and what befalls them. */
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('acquire'),
      who,
      where,
      waitMs: fc.constantFrom(0, 4000, 60_000),
      ttlMs: fc.constantFrom(5000, 20_000),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('release'), who, where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('renew'), who, where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave'), who, where }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('force'), where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('connect'), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('drop', 'resume', 'close', 'subscribe'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('viewer', 'editor', 'revoke'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('workspace', 'rename', 'delete') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance'), ms: fc.constantFrom(100, 4000, 6000, 30_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump'), ms: fc.constantFrom(-3_600_000, 10_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('attach', 'detach', 'resume replica', 'turn') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
) as fc.Arbitrary<Step>;

interface Step {
  readonly kind: string;
  readonly who?: number;
  readonly where?: string;
  readonly waitMs?: number;
  readonly ttlMs?: number;
  readonly ms?: number;
}

/** A dashboard's copy: made from JSON, fed by JSON, at times without a connection. */
class Replica {
  state: HubState | undefined;
  #stop: (() => void) | undefined;

  async attach(test: TestHub): Promise<void> {
    this.detach();
    const since = this.state?.seq;
    const { answer, stop } = test.hub.attach(since, (batch) =>
      this.#apply(batch.map(({ json }) => JSON.parse(json) as HubEvent)),
    );
    this.#stop = stop;
    const first = JSON.parse(JSON.stringify(await answer)) as {
      kind: string;
      state?: StateSnapshot;
      events?: HubEvent[];
    };
    if (first.state) this.state = fromSnapshot(first.state);
    this.#apply(first.events ?? []);
  }

  detach(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #apply(events: readonly HubEvent[]): void {
    if (!this.state) throw new Error('Events before the state');
    for (const event of events) applyEvent(this.state, event);
  }
}

/** Watches what is told: seq without gaps, one holder a path, fences that grow. */
class Witness {
  seq: number;
  at = 0;
  /** The hub tells the others when one throws; so what is wrong is kept for the end. */
  readonly problems: unknown[] = [];
  readonly #holders = new Map<string, string>();
  readonly #fences = new Map<string, number>();

  constructor(seq: number) {
    this.seq = seq;
  }

  readonly see = (batch: readonly Told[]): void => {
    try {
      this.#check(batch);
    } catch (error) {
      this.problems.push(error);
    }
  };

  #check(batch: readonly Told[]): void {
    for (const { event } of batch) {
      assert.equal(event.seq, ++this.seq);
      assert.ok(event.at >= this.at);
      this.at = event.at;
      if (event.type === 'lock.acquired') {
        const key = lockKey(event.workspace, event.path);
        assert.equal(this.#holders.get(key), undefined);
        assert.ok(event.seq > (this.#fences.get(key) ?? 0));
        this.#holders.set(key, event.lockId);
        this.#fences.set(key, event.seq);
      }
      if (event.type === 'lock.released') {
        const key = lockKey(event.workspace, event.path);
        assert.equal(this.#holders.get(key), event.lockId);
        this.#holders.delete(key);
      }
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function play(steps: readonly Step[]): Promise<void> {
  const test = await openTestHub({ snapshotEvery: 7 });
  try {
    const agents = await Promise.all(Array.from({ length: AGENTS }, (_, n) => test.agent(`agent-${n}`)));
    const witness = new Witness(test.hub.state.seq);
    let watching = test.hub.subscribe(witness.see);
    const sessions = new Map<number, string>();
    const replicas = [new Replica()];
    let extra = 0;

    const run = <C, R>(rule: Rule<C, R>, command: C, origin: Origin): R | undefined => {
      try {
        return test.hub.commit(rule, command, origin).answer;
      } catch (error) {
        if (error instanceof HubError) return undefined;
        throw error;
      }
    };

    for (const { kind, who: n = 0, where: path = '', waitMs = 0, ttlMs = 5000, ms = 0 } of steps) {
      const agent = agents[n];
      const session = sessions.get(n);
      const { workspace, hub, clock } = test;
      if (!agent) continue;
      const origin: Origin = {
        actor: { kind: 'agent', key: agent.keyId, ...(session === undefined ? {} : { session }) },
        cause: `frm_${n}`,
      };
      const lock = hub.state.locks.get(lockKey(workspace, path));
      const lockId = lock?.lockId ?? 'lck_none';
      switch (kind) {
        case 'acquire':
          run(acquireLock, { workspace, path, ttlMs, waitMs, reason: path }, origin);
          break;
        case 'release':
          run(releaseLock, { workspace, path, lockId }, origin);
          break;
        case 'renew':
          run(renewLock, { workspace, path, lockId, ttlMs }, origin);
          break;
        case 'force':
          run(forceReleaseLock, { workspace, path, lockId }, human);
          break;
        case 'leave': {
          const mine = lock?.waiters.find(({ keyId }) => keyId === agent.keyId);
          if (mine) run(leaveQueue, { workspace, path, waiterId: mine.waiterId, code: 'cancelled' }, origin);
          break;
        }
        case 'connect': {
          const opened = run(openSession, { wire: 'sse', keyId: agent.keyId, remote: 'r' }, origin);
          if (opened) sessions.set(n, opened.sessionId);
          break;
        }
        case 'drop':
          run(dropSession, { sessionId: session ?? '', reason: 'gone' }, origin);
          break;
        case 'resume':
          run(resumeSession, { sessionId: session ?? '' }, origin);
          break;
        case 'subscribe':
          run(subscribeSession, { sessionId: session ?? '', uri: path }, origin);
          break;
        case 'close':
          run(closeSession, { sessionId: session ?? '', reason: 'done', traffic }, origin);
          break;
        case 'viewer':
          run(setMember, { workspace, keyId: agent.keyId, role: 'viewer' }, human);
          break;
        case 'editor':
          run(setMember, { workspace, keyId: agent.keyId, role: 'editor' }, human);
          break;
        case 'revoke':
          run(revokeKey, { keyId: agent.keyId }, human);
          run(createKey, { name: `x${extra++}`, secretSha256: 'x', roles: { [workspace]: 'editor' } }, human);
          break;
        case 'workspace':
          run(createWorkspace, { name: `w${extra++}` }, origin);
          break;
        case 'rename':
          run(updateWorkspace, { workspace, name: `default ${extra++}` }, human);
          break;
        case 'delete': {
          const other = [...hub.state.workspaces.values()].find(({ id }) => id !== workspace);
          if (other) run(deleteWorkspace, { workspace: other.id, confirm: other.name }, human);
          break;
        }
        case 'advance':
          clock.advance(ms);
          break;
        case 'jump':
          clock.jump(ms);
          break;
        case 'attach': {
          const replica = new Replica();
          replicas.push(replica);
          await replica.attach(test);
          break;
        }
        case 'detach':
          replicas.at(-1)?.detach();
          break;
        case 'resume replica':
          await replicas[0]?.attach(test);
          break;
        case 'turn':
          await turn();
          break;
        case 'restart': {
          for (const replica of replicas) replica.detach();
          const live = takeSnapshot(hub.state);
          await hub.close();
          expect(witness.seq).toBe(live.seq);
          watching();
          await test.restart();
          // What was written while nobody could subscribe yet: the start's own commit.
          const started = await test.hub.audit.after(live.seq, 1000);
          witness.see(started.map((event) => ({ event, json: '' })));
          watching = test.hub.subscribe(witness.see);
          break;
        }
        default:
          throw new Error(`Unknown step ${kind}`);
      }
      for (const held of test.hub.state.locks.values()) {
        expect(new Set([held.keyId, ...held.waiters.map(({ keyId }) => keyId)]).size).toBe(held.waiters.length + 1);
      }
    }

    await test.hub.durable();
    for (const replica of replicas) await replica.attach(test);
    await turn();
    const live = takeSnapshot(test.hub.state);
    expect(witness.problems).toEqual([]);
    expect(witness.seq).toBe(live.seq);
    for (const replica of replicas) expect(replica.state && takeSnapshot(replica.state)).toEqual(live);
    const replayed = emptyState();
    for (const { hash: _hash, prevHash: _prev, ...event } of await test.hub.audit.after(0, 100_000))
      applyEvent(replayed, event);
    expect(takeSnapshot(replayed)).toEqual(live);
    await test.hub.close();
    expect(await verified(test)).toMatchObject({ ok: true });
  } finally {
    await test.dispose();
  }
}

/** The chain after a restart, which also replays snapshot and tail: whatever it loads equals what was live. */
async function verified(test: TestHub) {
  const live = takeSnapshot(test.hub.state);
  const again = await test.restart();
  const events = await again.audit.after(live.seq, 1000);
  const state = fromSnapshot(live);
  for (const { hash: _hash, prevHash: _prev, ...event } of events) applyEvent(state, event);
  expect(takeSnapshot(again.state)).toEqual(takeSnapshot(state));
  return again.audit.verify();
}

test(
  '[LK18] [HB6] [LG14] whatever happens: one holder, growing fences, equal replicas, replay equals live',
  { timeout: 180_000 },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 120 }), play), {
      numRuns: 25,
      interruptAfterTimeLimit: 60_000,
      markInterruptAsFailure: false,
    });
  },
);
