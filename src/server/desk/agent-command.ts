import { z } from 'zod';
import type { AgentKeys } from './agent-keys.ts';
import { STATELESS } from '../../protocol/wire-names.ts';

/** The environment variable for the agents' keys: every user of a machine can read command lines. */
const AGENT_KEYS_VARIABLE = 'SIGNALBOX_AGENT_KEYS';

const agentKeysSchema = z.object({ sse: z.string(), streamable: z.string(), [STATELESS]: z.string() });

export interface AgentRun {
  /** Where the agents connect, e.g. `http://127.0.0.1:7337`. */
  readonly url: string;
  readonly workspace: string;
  readonly keys: AgentKeys;
}

/** How a hub starts the program's `agent` command with keys that it has made. */
export function agentCommand({ url, workspace, keys }: AgentRun): {
  readonly args: string[];
  readonly env: Readonly<Record<string, string>>;
} {
  return {
    args: ['agent', '--url', url, '--workspace', workspace],
    env: { [AGENT_KEYS_VARIABLE]: JSON.stringify(keys) },
  };
}

/** The keys that a hub gave the command; undefined where a person started it. */
export function agentKeysIn(env: Readonly<Record<string, string | undefined>>): AgentKeys | undefined {
  const given = env[AGENT_KEYS_VARIABLE];
  return given === undefined ? undefined : agentKeysSchema.parse(JSON.parse(given));
}
