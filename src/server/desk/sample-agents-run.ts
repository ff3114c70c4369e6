import type { Hub } from '../../hub/hub.ts';
import { revokeKey } from '../../hub/rules/keys.ts';
import { HubError } from '../../protocol/errors.ts';
import type { Logger } from '../../hub/logger.ts';
import { PERSON } from '../../hub/rule.ts';
import type { AgentRun } from './agent-command.ts';
import { makeAgentKeys } from './agent-keys.ts';
import { createKeyWithSecret } from './new-key.ts';

/** Runs the three scripted agents somewhere: another process, or a thread of this one. */
export type SampleAgentLauncher = (input: AgentRun) => {
  stop(): Promise<void>;
  /** Settles when they have ended, by `stop` or by themselves. */
  readonly exited: Promise<{ readonly code: number | null }>;
};

interface SampleProcess {
  readonly process: ReturnType<SampleAgentLauncher>;
  readonly ended: Promise<void>;
}

export interface SampleAgentsDeps {
  readonly hub: Hub;
  readonly launch: SampleAgentLauncher;
  readonly url: () => string;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The sample agents of this hub: at most one set, with keys that live no longer than they do. */
export class SampleAgents {
  readonly #deps: SampleAgentsDeps;
  #running: SampleProcess | undefined;
  #starting: Promise<void> | undefined;

  constructor(deps: SampleAgentsDeps) {
    this.#deps = deps;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Makes a key for each wire and starts the agents with them; throws `conflict` when they run already. */
  async start(workspace: string): Promise<void> {
    if (this.#running || this.#starting) {
      throw new HubError('conflict', 'The sample agents are running already; stop them before starting them again.');
    }
    this.#starting = this.#start(workspace);
    try {
      await this.#starting;
    } finally {
      this.#starting = undefined;
    }
  }

  /** Stops them, if they run or are being started, and takes their keys away. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined); // start() throws it to its caller
    const running = this.#running;
    if (!running) return;
    await running.process.stop();
    await running.ended;
  }

  async #start(workspace: string): Promise<void> {
    const { hub, launch, url } = this.#deps;
    await this.#revokeLeftovers();
    const { keys, keyIds } = await makeAgentKeys(
      {
        create: (input) => createKeyWithSecret(hub, { ...input, sample: true }),
        revokeAll: (made) => this.#revokeAll(made),
        now: () => hub.now(),
      },
      workspace,
    );
    try {
      const process = launch({ url: url(), workspace, keys });
      this.#running = { process, ended: process.exited.then(({ code }) => this.#onExit(code, keyIds)) };
    } catch (error) {
      await this.#revokeAll(keyIds);
      throw error;
    }
  }

  async #onExit(code: number | null, keyIds: readonly string[]): Promise<void> {
    this.#running = undefined;
    if (code !== 0) this.#deps.logger.warn({ code }, 'the sample agents ended with an error');
    await this.#revokeAll(keyIds);
  }

  async #revokeAll(keyIds: readonly string[]): Promise<void> {
    try {
      for (const keyId of keyIds) await this.#revoke(keyId);
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'the keys of the sample agents could not be revoked');
    }
  }

  /** Keys of agents that ended with a killed hub, which could not revoke them. */
  async #revokeLeftovers(): Promise<void> {
    for (const { id, sample } of [...this.#deps.hub.state.keys.values()]) if (sample) await this.#revoke(id);
  }

  async #revoke(keyId: string): Promise<void> {
    const { hub } = this.#deps;
    const key = hub.state.keys.get(keyId);
    if (key && key.revokedAt === undefined) await hub.execute(revokeKey, { keyId }, PERSON);
  }
}
