import fc from 'fast-check';
import type { Origin } from '../../src/hub/rule.ts';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { closeSession, initializeSession, openSession } from '../../src/hub/rules/sessions.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { human, type TestHub } from './open-hub.ts';
import { fileStep, playFileStep, type Run } from './random-file-steps.ts';

const traffic = { framesIn: 1, framesOut: 2, bytesIn: 3, bytesOut: 4 };
const client = { clientName: 'busy', clientVersion: '1', protocolVersion: '2025-11-25', capabilities: [] };

/** Agents that work, by chance but the same for the same seed: files, uploads, jobs, locks, sessions, keys, calls. */
export class BusyLog {
  readonly #test: TestHub;
  readonly #jobs: string[] = [];
  #seed: number;
  #names = 0;

  constructor(test: TestHub, seed: number) {
    this.#test = test;
    this.#seed = seed;
  }

  /** Goes on until the log has so many events more, `overMs` of the clock's time long. */
  async grow(events: number, overMs: number): Promise<void> {
    const test = this.#test;
    const run: Run = (rule, command, origin) => {
      try {
        return test.hub.commit(rule, command, origin).answer;
      } catch (error) {
        if (error instanceof HubError) return undefined;
        throw error;
      }
    };
    run(createWorkspace, { name: `other-${++this.#names}` }, human);
    const end = test.hub.state.seq + events;
    const before = test.hub.state.seq;
    let passed = 0;
    while (test.hub.state.seq < end) {
      const { keyId } = await test.agent(`agent-${++this.#names}`);
      const opened = { wire: 'sse', keyId, remote: '127.0.0.1' } as const;
      const { sessionId } = await test.hub.execute(openSession, opened, human);
      const agent: Origin = {
        actor: { kind: 'agent', key: keyId, agent: 'coder', session: sessionId },
        cause: 'frm_1',
      };
      run(initializeSession, { sessionId, ...client, name: 'coder' }, agent);
      const path = `a/${this.#names % 3}`;
      const lock = run(acquireLock, { workspace: test.workspace, path, ttlMs: 60_000, waitMs: 0 }, agent);
      for (const step of fc.sample(fileStep, { numRuns: 12, seed: ++this.#seed })) {
        await playFileStep(test, step, { agent, run, jobs: this.#jobs });
        const called = {
          type: 'tool.called',
          tool: 'file_write',
          sessionId,
          argsDigest: 'a',
          outcome: 'ok',
          ms: 1,
        } as const;
        test.hub.record([{ ...called, workspace: test.workspace }], agent);
      }
      if (lock?.status === 'held' && this.#names % 2 === 0)
        run(releaseLock, { workspace: test.workspace, path, lockId: lock.lockId }, agent);
      if (this.#names % 3 > 0) run(closeSession, { sessionId, reason: 'closed by client', traffic }, human);
      if (this.#names % 5 === 0) run(revokeKey, { keyId }, human);
      const due = Math.floor(((test.hub.state.seq - before) / events) * overMs);
      if (due > passed) test.clock.advance(due - passed);
      passed = Math.max(passed, due);
      await test.hub.durable();
    }
    if (overMs > passed) test.clock.advance(overMs - passed);
    await test.hub.durable();
  }
}
