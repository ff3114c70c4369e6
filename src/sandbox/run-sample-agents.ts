import { connections } from './connect-by-wire.ts';
import { SampleAgent } from './sample-agent.ts';
import { type Wire, wireNames, wires } from '../protocol/wire-names.ts';

export interface SampleAgentsOptions {
  /** The hub's base address, e.g. `http://127.0.0.1:7337`. */
  readonly url: string;
  /** A bearer key for each, with the role `editor` in the workspace. */
  readonly keys: Readonly<Record<Wire, string>>;
  /** Id of the workspace to watch. */
  readonly workspace: string;
  log(line: string): void;
}

/** About as long as a model thinks, so that a person can see the lock pass on. */
const PONDER_MS = 700;

/** Starts an agent on each wire. `done` settles when all have ended; it rejects when one's key is refused. */
export function runSampleAgents(options: SampleAgentsOptions): {
  stop(): Promise<void>;
  readonly done: Promise<void>;
} {
  const { url, keys, workspace, log } = options;
  const agents = wires.map(
    (wire) =>
      new SampleAgent({
        url,
        key: keys[wire],
        name: `sample-${wireNames[wire]}`,
        wire,
        workspace,
        connect: connections[wire],
        ponderMs: PONDER_MS,
        log: (line) => log(`sample-${wireNames[wire]}: ${line}`),
      }),
  );
  const stop = (): void => {
    for (const agent of agents) agent.stop();
  };
  const done = Promise.all(agents.map(async (agent) => await agent.run())).then(
    () => undefined,
    (error: unknown) => {
      stop();
      throw error;
    },
  );
  return {
    done,
    stop: async () => {
      stop();
      await done;
    },
  };
}
