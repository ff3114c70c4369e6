import { expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { jsonBytes } from '../../src/protocol/digest.ts';
import { wholeAnswer, type OpenAnswer } from '../../src/protocol/open-answer.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import type { DashboardClient } from '../support/dashboard-client.ts';
import { openDeskOnHub, type DeskOnHub } from '../support/desk-on-hub.ts';
import { human } from '../support/open-hub.ts';

const KiB = 1024;

/** Sessions, locks and jobs as thousands of agents make them, put into the log as facts. */
function crowd({ hub, workspace }: DeskOnHub, count: number): void {
  const origin = { actor: { kind: 'agent', key: 'key_crowd' } } as const;
  for (let n = 0; n < count; n += 1) {
    const path = `${'folder/'.repeat(20)}${n}.md`;
    const job = { jobId: `job_${n}`, kind: 'file_extract', fileId: `fil_${n}`, path, version: 1, attempt: 1 };
    hub.record(
      [
        {
          type: 'session.opened',
          sessionId: `ses_${n}`,
          keyId: 'key_crowd',
          wire: 'sse',
          remote: '127.0.0.1',
          userAgent: 'u'.repeat(256),
        },
        {
          type: 'lock.acquired',
          workspace,
          path,
          lockId: `lck_${n}`,
          keyId: 'key_crowd',
          ttlMs: 3_600_000,
          expiresAt: hub.now() + 3_600_000,
          reason: 'r'.repeat(300),
          waitedMs: 0,
        },
        { type: 'job.queued', workspace, ...job },
      ],
      origin,
    );
  }
}

const rename = (on: DeskOnHub, name: string): Promise<unknown> => on.hub.execute(createWorkspace, { name }, human);

/** Opens part by part; `between` runs before each further one. Answers the sizes of the parts too. */
async function openParts(
  client: DashboardClient,
  between: () => Promise<unknown> = async () => undefined,
): Promise<{ readonly answer: OpenAnswer; readonly sizes: readonly number[] }> {
  const first: unknown = await client.api.$callRaw({ method: 'open', args: [{}] });
  const sizes = [jsonBytes(first)];
  const answer = await wholeAnswer(first as OpenAnswer, async () => {
    await between();
    const part = await client.api.openMore();
    sizes.push(jsonBytes(part));
    return part;
  });
  return { answer, sizes };
}

test('[DB57] a dashboard opens by messages of bounded size, however much there is', async () => {
  await using on = await openDeskOnHub();
  crowd(on, 2_000);
  await on.hub.durable();
  const client = on.connect();
  let n = 0;
  const { answer, sizes } = await openParts(client, () => rename(on, `meanwhile ${n++}`));
  if (answer.kind !== 'snapshot') throw new Error('expected a snapshot');
  expect(sizes.length).toBeGreaterThan(5);
  expect(Math.max(...sizes)).toBeLessThan(300 * KiB);
  expect(answer.recent).toHaveLength(500);
  expect(answer.recent.at(-1)?.seq).toBe(answer.state.seq);

  const replica = fromSnapshot(answer.state);
  for (const event of answer.events ?? []) applyEvent(replica, event);
  await rename(on, 'after');
  on.clock.advance(16);
  await client.until(({ events }) => events.at(-1)?.seq === on.hub.state.seq);
  for (const event of client.events) applyEvent(replica, event);
  expect(takeSnapshot(replica)).toEqual(takeSnapshot(on.hub.state));
});

test('[DB57] what a dashboard missed comes in parts too', async () => {
  await using on = await openDeskOnHub();
  const since = { logId: on.hub.logId, seq: on.hub.state.seq };
  crowd(on, 1_000);
  await on.hub.durable();
  const client = on.connect();
  const opened: unknown = await client.api.$callRaw({ method: 'open', args: [{ since }] });
  const first = opened as OpenAnswer;
  expect([first.kind, first.more]).toEqual(['events', true]);
  const sizes: number[] = [jsonBytes(first)];
  const answer = await wholeAnswer(first, async () => {
    const part = await client.api.openMore();
    sizes.push(jsonBytes(part));
    return part;
  });
  expect(answer.events?.map(({ seq }) => seq)).toEqual(Array.from({ length: 3_000 }, (_, at) => since.seq + 1 + at));
  expect(Math.max(...sizes)).toBeLessThan(300 * KiB);
});

test('[DB57] a channel that is opened anew, or has nothing more, does not go on with the parts of before', async () => {
  await using on = await openDeskOnHub();
  crowd(on, 1_000);
  await on.hub.durable();
  const client = on.connect();
  await client.api.$callRaw({ method: 'open', args: [{}] });
  await client.api.openMore();
  const answer = await client.api.open();
  if (answer.kind !== 'snapshot') throw new Error('expected a snapshot');
  expect(answer.state).toEqual(JSON.parse(JSON.stringify(takeSnapshot(on.hub.state))));
  await expect(client.api.openMore()).rejects.toMatchObject({ code: 'conflict' });
});

test('[DB57] one that does not ask for the rest is cut off when too much is held for it', async () => {
  await using on = await openDeskOnHub();
  crowd(on, 1_000);
  await on.hub.durable();
  const client = on.connect();
  await client.api.$callRaw({ method: 'open', args: [{}] });
  const body = { type: 'session.dropped', sessionId: 'ses_none', reason: 'x'.repeat(1_000_000) } as const;
  for (let n = 0; n < 35; n += 1) {
    on.hub.record([body], human);
    await on.hub.durable();
  }
  await client.closed;
});
