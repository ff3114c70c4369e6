import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Hub } from '../../src/hub/hub.ts';
import type { HubOptions } from '../../src/hub/store/hub-options.ts';
import { Locks } from '../../src/hub/locks/locks.ts';
import type { Origin } from '../../src/hub/rule.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { newSecret } from '../../src/hub/data-dir/secrets.ts';
import type { Role } from '../../src/protocol/roles.ts';
import { FakeClock } from './fake-clock.ts';

export const human: Origin = { actor: { kind: 'human' } };

/** An agent's key in the hub's default workspace, and the origin of what it does. */
export interface TestAgent {
  readonly keyId: string;
  readonly secret: string;
  readonly origin: Origin;
}

/** A real hub in a directory of its own, on a clock that the test moves. */
export interface TestHub {
  /** Changes with {@link TestHub.restart}. */
  hub: Hub;
  /** Of the hub, and changing with it: leases run out by them. */
  locks: Locks;
  readonly dataDir: string;
  readonly clock: FakeClock;
  /** Id of the workspace `default`. */
  readonly workspace: string;
  agent(name: string, role?: Role): Promise<TestAgent>;
  /** Closes the hub and opens it again on the same directory. */
  restart(options?: Partial<HubOptions>): Promise<Hub>;
  /** Closes the hub and removes its directory. */
  dispose(): Promise<void>;
}

/** Opens a hub in a temporary directory. `await using` or `dispose()` ends it. */
export async function openTestHub(options: Partial<HubOptions> = {}): Promise<TestHub & AsyncDisposable> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'signalbox-hub-')));
  const clock = new FakeClock();
  const all: HubOptions = { firstKeyTools: { set: 'all' }, now: clock.now, timers: clock.timers, ...options, dataDir };
  const hub = await Hub.open(all);
  const workspace = hub.state.workspaces.keys().next().value ?? '';
  const test: TestHub & AsyncDisposable = {
    hub,
    locks: new Locks(hub),
    dataDir,
    clock,
    workspace,
    async agent(name, role = 'editor') {
      const { secret, secretSha256 } = newSecret();
      const { keyId } = await test.hub.execute(
        createKey,
        { name, secretSha256, roles: { [workspace]: role }, tools: { set: 'all' } },
        human,
      );
      return { keyId, secret, origin: { actor: { kind: 'agent', key: keyId } } };
    },
    async restart(changed = {}) {
      test.locks.close();
      await test.hub.close();
      test.hub = await Hub.open({ ...all, ...changed });
      test.locks = new Locks(test.hub);
      return test.hub;
    },
    async dispose() {
      test.locks.close();
      await test.hub.close();
      await rm(dataDir, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => test.dispose(),
  };
  return test;
}
