import type { AgentEvent } from '../../src/protocol/events.ts';
import { auditOf, dropFile, expect, openScreen, test, type Agent } from './fixtures.ts';

/** What a step of the work is an event of; keys and workspaces were made by the person before. */
const STEPS: ReadonlySet<string> = new Set(['session', 'upload', 'file', 'job', 'lock', 'tool']);

const isFile =
  (path: string) =>
  (event: AgentEvent): boolean =>
    event.type === 'file.written' && event.path === path;

test('[E1] three agents on three wires: a file is dropped, each is notified within 500 ms and extracts it, a lock passes between two, the audit names every step with its cause', async ({
  hub,
  dashboard,
}) => {
  const agents = [
    await hub.connect('surveyor', 'sse'),
    await hub.connect('librarian', 'streamable'),
    await hub.connect('scribe', 'stateless'),
  ];
  const [surveyor, librarian] = agents as [Agent, Agent, Agent];
  const board = dashboard.getByRole('grid', { name: 'Agents' });
  for (const { name } of agents) await expect(board.getByText(name, { exact: true }).first()).toBeVisible();

  // A person drops a file; its name has everything in it.
  const name = `it's "ok" 100% ü.txt`;
  await dropFile(dashboard, name, 'one line\nand another\n');
  const news = await Promise.all(agents.map(async (agent) => await agent.notified(isFile(name))));
  for (const { event, receivedAt } of news) expect(receivedAt - event.at).toBeLessThanOrEqual(500);

  // Each extracts it.
  for (const agent of agents) {
    const { job_id } = await agent.call('file_extract', { path: name });
    const job = await agent.call('job_wait', { job_id, timeout_ms: 20_000 });
    expect(job).toMatchObject({ status: 'succeeded', result: { size_bytes: 21, text: { lines: 2 } } });
  }

  // Two contend for a lock: the hand-over is seen by both and on screen.
  const lane = (agent: Agent) => board.getByRole('row').filter({ hasText: agent.name });
  const first = await surveyor.call('lock_acquire', { path: 'plan.md', ttl_s: 60, reason: 'drafting' });
  await expect(lane(surveyor)).toContainText('holds');
  const waiting = librarian.call('lock_acquire', { path: 'plan.md', ttl_s: 60, wait_ms: 30_000, reason: 'reviewing' });
  await expect(lane(librarian)).toContainText('plan.md');
  await expect(lane(librarian)).toContainText('wait');
  await surveyor.call('lock_release', { path: 'plan.md', lock_token: first['lock_token'] });
  const second = await waiting;
  expect(Number(second['fence'])).toBeGreaterThan(Number(first['fence']));
  for (const agent of [surveyor, librarian]) {
    const handed = await agent.notified((event) => event.type === 'lock.acquired' && event.seq === second['fence']);
    expect(handed.event).toMatchObject({ keyId: librarian.keyId });
  }
  await expect(lane(librarian)).toContainText('holds');
  await expect(lane(surveyor)).not.toContainText('holds');

  // The audit names every step with its cause: a message that came in, or the event that it follows from.
  const log = await auditOf(hub);
  const steps = log.filter(({ type }) => STEPS.has(type.slice(0, type.indexOf('.'))));
  for (const { seq, type, cause } of steps) {
    if (typeof cause === 'number')
      expect(
        log.some((event) => event.seq === cause && cause < seq),
        type,
      ).toBe(true);
    else expect(cause, `${type} at ${seq}`).toMatch(/^frm_/);
  }
  for (const agent of agents) {
    const own = steps.filter(({ actor }) => actor.kind === 'agent' && actor.key === agent.keyId);
    expect(own.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['session.opened', 'session.initialized', 'session.subscribed', 'tool.called']),
    );
  }
  expect(steps.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['upload.started', 'upload.finished', 'job.started', 'lock.queued']),
  );
  const written = log.find(isFile(name));
  expect(written).toMatchObject({ actor: { kind: 'human' }, source: 'upload' });
  expect(written?.cause).toMatch(/^frm_/);
  for (const agent of agents) {
    const queued = log.find(
      ({ type, actor }) => type === 'job.queued' && actor.kind === 'agent' && actor.key === agent.keyId,
    );
    expect(queued?.cause).toMatch(/^frm_/);
    const succeeded = log.find(
      (event) => event.type === 'job.succeeded' && queued?.type === 'job.queued' && event.jobId === queued.jobId,
    );
    expect(succeeded?.cause).toBe(queued?.seq);
    const started = log.find(
      (event) => event.type === 'job.started' && queued?.type === 'job.queued' && event.jobId === queued.jobId,
    );
    expect(started?.cause).toBe(queued?.seq);
  }
  // What a call led to has the cause of the call itself, as the log has it.
  const calledBy = (agent: Agent, tool: string): unknown =>
    log.find(
      (event) =>
        event.type === 'tool.called' &&
        event.tool === tool &&
        event.actor.kind === 'agent' &&
        event.actor.key === agent.keyId,
    )?.cause;
  const taken = log.find((event) => event.type === 'lock.acquired' && event.lockId === first['lock_token']);
  expect(taken?.cause).toBe(calledBy(surveyor, 'lock_acquire'));
  expect(log.find(({ type }) => type === 'lock.queued')?.cause).toBe(calledBy(librarian, 'lock_acquire'));
  const released = log.find(({ type }) => type === 'lock.released');
  expect(released?.cause).toBe(calledBy(surveyor, 'lock_release'));
  const granted = log.find((event) => event.type === 'lock.acquired' && event.lockId === second['lock_token']);
  expect(released?.cause).toMatch(/^frm_/);
  expect(granted?.cause).toBe(released?.cause);
  expect(granted?.seq).toBe(Number(released?.seq) + 1);

  // And the person sees it in the Audit.
  await openScreen(dashboard, 'Audit');
  await expect(dashboard.getByRole('row').filter({ hasText: 'lock.released' }).first()).toBeVisible();
});
