import path from 'node:path';
import { expect, test } from 'vitest';
import { projections } from '../../src/hub/log/projections/projections.ts';
import { openLogReader } from '../../src/hub/log/schema.ts';
import { loadReplica } from '../../src/hub/log/snapshots.ts';
import { verifyLog } from '../../src/hub/log/verify.ts';
import { hubEventSchema } from '../../src/protocol/events.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { agentLabel } from '../../src/protocol/words/agent-label.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import type { HubServer } from '../../src/server/hub-server.ts';
import { dataDirOf010 } from '../support/earlier-version.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { bearer } from '../support/wire-client.ts';
import type { Wire } from '../../src/protocol/wire-names.ts';

const variants = [
  ['closed, with a snapshot', 'closed', true],
  ['closed, read from its first event', 'closed', false],
  ['killed, without a snapshot', 'killed', false],
] as const;

/** All items of a list that is read by page, few at a time. */
async function all<T>(
  page: (request: { limit: number; cursor?: string }) => Promise<{ items: readonly T[]; nextCursor?: string }>,
): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const answer = await page({ limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...answer.items);
    cursor = answer.nextCursor;
    more = cursor !== undefined;
  }
  return items;
}

const textOf = async ({ files }: HubServer, workspace: string, name: string, version?: number): Promise<string> => {
  const { stream } = await files.read(workspace, name, version === undefined ? {} : { version });
  return Buffer.concat(await stream.toArray()).toString();
};

test.each(variants)(
  '[LG38] the log of 0.1.0, %s, folds to the state that it had, and verifies',
  async (_what, which, snapshot) => {
    await using earlier = await dataDirOf010(which, { snapshot });
    const file = path.join(earlier.dataDir, 'hub.db');
    const db = openLogReader(file);
    const { state } = loadReplica(db, file);
    expect(JSON.parse(JSON.stringify(takeSnapshot(state)))).toMatchObject(earlier.facts[which]);
    expect(verifyLog(db, { now: () => 0, projections })).toMatchObject({ ok: true, events: state.seq });
    db.close();
  },
);

test.each(variants)(
  '[LG38] [AG16] a hub starts on the data directory of 0.1.0, %s, its lists have all of it, and each key is its agent',
  async (_what, which, snapshot) => {
    await using earlier = await dataDirOf010(which, { snapshot });
    const { facts, dataDir } = earlier;
    const before = facts[which];
    const clock = new FakeClock(facts.closed.at + 1000);
    const { server, workspace, close } = await startTestHub({ dataDir, now: clock.now, timers: clock.timers });
    expect(workspace).toBe(facts.workspace);
    const { hub, files, jobs } = server;
    expect(server.firstKey).toBeUndefined();

    const events = await all((request) => hub.audit.page({ ...request, order: 'asc' }));
    const old = events.filter(({ seq }) => seq <= before.seq);
    expect(old).toHaveLength(before.seq);
    const names = new Set<string>();
    for (const { prevHash: _prevHash, hash: _hash, ...event } of old) {
      expect(hubEventSchema.parse(event)).toEqual(event);
      const { actor } = event;
      if (actor.kind !== 'agent') continue;
      expect(agentLabel(hub.state.keys.get(actor.key), actor.key, actor.agent)).toBe(hub.keyName(actor.key));
      names.add(hub.keyName(actor.key));
    }
    expect([...names]).toEqual(expect.arrayContaining(['planner', 'writer']));
    if (which === 'closed') {
      const counts: Record<string, number> = {};
      for (const { type } of old) counts[type] = (counts[type] ?? 0) + 1;
      expect(counts).toEqual(facts.counts);
      for (const [type, count] of Object.entries(counts)) {
        const ofType = await all((request) => hub.audit.page({ ...request, types: [type] }));
        expect(
          ofType.filter(({ seq }) => seq <= before.seq),
          type,
        ).toHaveLength(count);
      }
    }

    const listed = await all((request) => files.list(workspace, request));
    expect(listed.map(({ path, version, sizeBytes, mime }) => ({ path, version, sizeBytes, mime }))).toEqual(
      facts.listed,
    );
    for (const { path: name, version } of listed) {
      for (let n = 1; n <= version; n += 1) await textOf(server, workspace, name, n);
    }
    expect(await textOf(server, workspace, 'plan.md', 1)).toBe('# Plan\n');
    expect(await textOf(server, workspace, 'plan.md')).toBe('# Plan\n\n- one\n- two\n');
    expect(await textOf(server, workspace, 'notes/moved.txt')).toBe('Grüße aus Köln\n');

    const jobList = await all((request) => jobs.list(request));
    expect(jobList.map(({ status }) => status).toSorted()).toEqual([
      'cancelled',
      'failed',
      ...Array.from({ length: 4 }, () => 'succeeded'),
    ]);
    const past = await all((request) => hub.audit.pastSessions(request));
    expect(past.map(({ wire }) => wire)).toEqual(expect.arrayContaining(['sse', 'streamable', 'modern']));
    // What was under way at the end: sessions are dropped, a wait is over, the lock and the upload are there.
    expect(new Set([...hub.state.sessions.values()].map(({ status }) => status))).toEqual(new Set(['dropped']));
    expect([...hub.state.locks.values()]).toMatchObject([{ path: 'held.md', waiters: [] }]);
    expect(await server.uploads.status(facts.openUpload)).toMatchObject({ receivedBytes: 4 });
    expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq });
    await close();
  },
);

test.each(variants)(
  '[LG39] the data directory of 0.1.0, %s, is worked on with its own keys',
  async (_what, which, snapshot) => {
    await using earlier = await dataDirOf010(which, { snapshot });
    const { facts, dataDir } = earlier;
    const clock = new FakeClock(facts.closed.at + 1000);
    const started = await startTestHub({ dataDir, now: clock.now, timers: clock.timers });
    const { workspace } = started;
    const link = (wire: Wire, key: string) =>
      connections[wire]({
        url: started.url,
        key,
        name: `again-${wire}`,
        subscribeTo: `signalbox://workspaces/${workspace}/events`,
        onEvent: () => undefined,
        onLost: () => undefined,
      });
    await expect(link('sse', facts.keys.gone)).rejects.toThrow('401');
    for (const [wire, key] of [
      ['sse', facts.keys.planner],
      ['streamable', facts.keys.writer],
      ['modern', facts.keys.first],
    ] as const) {
      const agent = await link(wire, key);
      const args = { workspace, path: 'plan.md' };
      const lock = await agent.call('lock_acquire', args);
      const text = `again by ${wire}\n`;
      const written = await agent.call('file_write', { ...args, text, lock_token: lock['lock_token'] });
      await agent.call('lock_release', { lock_token: lock['lock_token'] });
      const { job_id: job } = await agent.call('file_extract', args);
      expect(await agent.call('job_wait', { job_id: job })).toMatchObject({ status: 'succeeded' });
      expect(await agent.call('file_read', { ...args, version: written['version'] })).toMatchObject({ text });
      await agent.close();
    }
    const reader = await link('streamable', facts.keys.reader);
    await expect(reader.call('file_write', { path: 'x', text: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
    await reader.close();

    const rest = await fetch(`${started.url}/uploads/${facts.openUpload}`, {
      method: 'PATCH',
      headers: {
        ...bearer(facts.keys.writer),
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '4',
        'Content-Type': 'application/offset+octet-stream',
      },
      body: 'done',
    });
    expect(rest.status).toBe(204);
    await started.restart();
    expect(await textOf(started.server, workspace, 'up/open.txt')).toBe('halfdone');
    expect(await textOf(started.server, workspace, 'plan.md')).toBe('again by modern\n');
    const { hub } = started.server;
    expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq });
    await started.close();
  },
);
