import { expect, test } from 'vitest';
import type { Hub, EncodedEvent } from '../../src/hub/hub.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { human, openTestHub } from '../support/open-hub.ts';

function deny(hub: Hub, times = 1): void {
  for (let n = 0; n < times; n++) hub.record([{ type: 'access.denied', code: 'forbidden', what: String(n) }], human);
}

const seqsOf = (batch: readonly EncodedEvent[]): number[] => batch.map(({ event }) => event.seq);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('[HB5] attaching amid writes gives a snapshot and then every event after it', async () => {
  await using test = await openTestHub();
  const { hub } = test;
  for (let round = 0; round < 30; round++) {
    deny(hub, round % 4);
    const attached = hub.attach(undefined);
    deny(hub, 3);
    if (round % 3 === 0) await turn();
    const first = await attached.answer;
    deny(hub, 2);
    if (round % 2 === 0) await hub.durable();
    const heard = seqsOf(attached.detach());
    const stop = hub.subscribe((batch) => heard.push(...seqsOf(batch)));
    deny(hub, 2);
    await hub.durable();
    const from = first.kind === 'snapshot' ? first.state.seq : -1;
    expect(heard).toEqual(Array.from({ length: hub.state.seq - from }, (_, index) => from + 1 + index));
    stop();
    const kept = attached.detach().length;
    deny(hub);
    await hub.durable();
    expect(attached.detach()).toHaveLength(kept); // it listens no more
  }
});

test('[HB5] attaching since a seq gives the events missed, a snapshot when they are too many, of the future or of another log', async () => {
  await using test = await openTestHub();
  const { hub } = test;
  const { logId } = hub;
  deny(hub, 20);
  const since = hub.state.seq - 15;
  const missed = await hub.attach({ logId, seq: since }).answer;
  expect(missed.kind === 'events' && missed.events.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 15 }, (_, index) => since + 1 + index),
  );
  expect(await hub.attach({ logId, seq: hub.state.seq }).answer).toEqual({ kind: 'events', events: [] });
  expect(await hub.attach({ logId, seq: hub.state.seq + 1 }).answer).toMatchObject({ kind: 'snapshot' });
  expect(await hub.attach({ logId: 'other', seq: hub.state.seq }).answer).toMatchObject({ kind: 'snapshot' });
  deny(hub, 5001);
  expect(await hub.attach({ logId, seq: hub.state.seq - 5001 }).answer).toMatchObject({ kind: 'snapshot' });
  expect(await hub.attach({ logId, seq: hub.state.seq - 5000 }).answer).toMatchObject({ kind: 'events' });
});

test('[HB6] a replica by snapshot and events, all of it as JSON, equals the hub', async () => {
  await using test = await openTestHub();
  const { hub } = test;
  await test.agent('a');
  hub.commit(createWorkspace, { name: 'before' }, human);
  const { answer, detach } = hub.attach(undefined);
  hub.commit(createWorkspace, { name: 'after' }, human);
  const first = await answer;
  if (first.kind !== 'snapshot') throw new Error('expected a snapshot');
  const replica = fromSnapshot(JSON.parse(JSON.stringify(first.state)) as typeof first.state);
  expect([...replica.workspaces.values()].map(({ name }) => name)).toEqual(['default', 'before']);
  await hub.durable();
  for (const { json } of detach()) applyEvent(replica, JSON.parse(json) as EncodedEvent['event']);
  expect(takeSnapshot(replica)).toEqual(takeSnapshot(hub.state));
});
