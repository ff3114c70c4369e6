import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openLogReader, logFile } from '../../src/hub/log/schema.ts';
import { rowsAfter } from '../../src/hub/log/stored-events.ts';
import { pastState, PAST_RECENT } from '../../src/hub/log/past/past-state.ts';
import { MOST_PASTS_WAITING } from '../../src/hub/log/past/past-states.ts';
import { wholePast } from '../../src/dashboard/past/whole-past.ts';
import { Writer } from '../../src/hub/log/writer.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import { answerPastCalls } from '../../src/server/desk/calls/past.ts';
import { openSession, closeSession } from '../../src/hub/rules/sessions.ts';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { prune, tenDays } from '../support/cut-log.ts';
import { human, openTestHub, type TestHub } from '../support/open-hub.ts';

/** Locks that are taken, waited for and released, sessions that come and go, and time that passes. */
async function play(t: TestHub, steps: readonly number[]): Promise<void> {
  const agents = [await t.agent('a'), await t.agent('b'), await t.agent('c')];
  const sessions: string[] = [];
  for (const step of steps) {
    try {
      playStep(step);
    } catch (error) {
      if (!(error instanceof HubError)) throw error; // as of a lock that expired meanwhile
    }
  }
  await t.hub.durable();

  function playStep(step: number): void {
    const agent = agents[step % 3];
    const path = `${step % 2}.md`;
    const held = t.hub.state.locks.get(placeKey(t.workspace, path));
    t.clock.advance(step % 5 === 0 ? 700 : 1);
    if (!agent) return;
    const origin = { actor: { kind: 'agent' as const, key: agent.keyId } };
    if (step % 7 === 0) {
      const { answer } = t.hub.commit(openSession, { wire: 'sse', keyId: agent.keyId, remote: '127.0.0.1:1' }, origin);
      sessions.push(answer.sessionId);
    } else if (step % 7 === 1) {
      const sessionId = sessions.shift();
      if (sessionId !== undefined) t.hub.commit(closeSession, { sessionId, reason: 'client_closed', traffic }, origin);
    } else if (held?.keyId === agent.keyId) {
      t.hub.commit(releaseLock, { workspace: t.workspace, path, lockId: held.lockId }, origin);
    } else if (held?.waiters.every(({ keyId }) => keyId !== agent.keyId) ?? true) {
      t.hub.commit(acquireLock, { workspace: t.workspace, path, ttlMs: 5_000, waitMs: 60_000 }, origin);
    }
  }
}
const traffic = { framesIn: 1, framesOut: 1, bytesIn: 1, bytesOut: 1 };

/** The states after each event, by folding the log from its beginning. */
function folded(t: TestHub): readonly string[] {
  const db = openLogReader(logFile(t.dataDir));
  const state = emptyState();
  const states = [JSON.stringify(takeSnapshot(state))];
  for (const { json } of rowsAfter(db, 0)) {
    applyEvent(state, JSON.parse(json) as HubEvent);
    states.push(JSON.stringify(takeSnapshot(state)));
  }
  db.close();
  return states;
}

test('[PA1] the state at any moment is that of a fresh fold up to it, whichever snapshots there are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 1_000 }), { minLength: 20, maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
      async (steps, snapshotEvery, places) => {
        await using t = await openTestHub({ snapshotEvery });
        await play(t, steps);
        const states = folded(t);
        for (const place of places) {
          const seq = Math.round(place * (states.length - 1));
          const past = await t.hub.audit.pastState(seq);
          expect(JSON.stringify(past.state)).toBe(states[seq]);
          expect(past.recent.map((event) => event.seq)).toEqual(
            Array.from({ length: Math.min(seq, PAST_RECENT) }, (_, n) => seq - Math.min(seq, PAST_RECENT) + n + 1),
          );
        }
      },
    ),
    { numRuns: 8 },
  );
});

test('[PA2] a moment that is not in the log is refused, and so are more than some at once', async () => {
  await using t = await openTestHub();
  const { seq } = t.hub.state;
  await expect(t.hub.audit.pastState(seq + 1)).rejects.toMatchObject({ code: 'not_found' });
  const asked = Array.from({ length: MOST_PASTS_WAITING + 1 }, () => t.hub.audit.pastState(seq));
  const codes = (await Promise.allSettled(asked)).map((one) =>
    one.status === 'fulfilled' ? 'ok' : String(one.reason.code),
  );
  expect(codes.filter((code) => code === 'ok')).toHaveLength(MOST_PASTS_WAITING);
  expect(codes.at(-1)).toBe('rate_limited');
  // A hub that closes waits for the threads that have its log open, and begins none.
  const [last] = await Promise.allSettled([t.hub.audit.pastState(seq), t.hub.close()]);
  const end = last.status === 'fulfilled' ? last.value.state.seq : String(last.reason.code);
  expect([seq, 'hub_closed']).toContain(end);
  await t.restart();
});

test('[PA3] besides the two newest snapshots some earlier ones are kept, at even distances', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-past-'));
  const file = path.join(folder, 'hub.db');
  const writer = new Writer({ file, projections: [], snapshotEvery: 4_096 });
  const called = { type: 'tool.called', tool: 'whoami', sessionId: 'ses_1', argsDigest: '0', outcome: 'ok', ms: 1 };
  for (let first = 1; first <= 40_960; first += 4_096) {
    const batch = Array.from({ length: 4_096 }, (_, n) =>
      canonicalJson({ seq: first + n, at: first + n, actor: { kind: 'hub' }, ...called }),
    );
    writer.write([{ first, lines: batch.join('\n') }]);
    writer.settle();
  }
  const db = openLogReader(file);
  const kept = db.prepare('SELECT seq FROM snapshots ORDER BY seq').all();
  expect(kept.map(({ seq }) => seq)).toEqual([16_384, 32_768, 36_864, 40_960]);
  expect(pastState(db, 20_000).state.seq).toBe(20_000);
  db.close();
  writer.close();
  rmSync(folder, { recursive: true });
});

test('[PA3] a large state comes in parts, which are held open for the last ones that were asked for', async () => {
  await using t = await openTestHub();
  for (let n = 0; n < 2_500; n++) t.hub.commit(createKey, { name: `key ${n}`, secretSha256: `${n}`, roles: {} }, human);
  const { seq } = t.hub.state;
  const calls = answerPastCalls({ hub: t.hub });
  const first = await calls.pastOpen({ seq });
  expect(first.more).toBe(true);
  const whole = await wholePast(first, (pastId) => calls.pastMore({ pastId }));
  expect(whole.state).toEqual(takeSnapshot(t.hub.state));
  await expect(calls.pastMore({ pastId: first.pastId })).rejects.toMatchObject({ code: 'gone' }); // it is whole
  const oldest = await calls.pastOpen({ seq });
  for (let n = 0; n < 4; n++) await calls.pastOpen({ seq });
  await expect(calls.pastMore({ pastId: oldest.pastId })).rejects.toMatchObject({ code: 'gone' });
  const abandoned = await calls.pastOpen({ seq });
  t.clock.advance(60_001);
  await expect(calls.pastMore({ pastId: abandoned.pastId })).rejects.toMatchObject({ code: 'gone' });
  const events = await calls.eventsAfter({ seq: seq - 2, limit: 10 });
  expect(events.map((event) => [event.seq, 'hash' in event])).toEqual([
    [seq - 1, false],
    [seq, false],
  ]);
});

test('[PA2] moments whose events were removed are refused, and the first that is left can be opened', async () => {
  await using t = await tenDays(17);
  await prune(t, 4);
  const cut = t.hub.state.retention.cut?.seq ?? 0;
  expect(cut).toBeGreaterThan(1);
  await expect(t.hub.audit.pastState(cut - 1)).rejects.toMatchObject({ code: 'gone' });
  const { state, recent } = await t.hub.audit.pastState(cut + 1);
  expect([state.seq, recent.map((event) => event.seq)]).toEqual([cut + 1, [cut + 1]]);
});
