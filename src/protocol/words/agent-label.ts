import type { KeyState } from '../state.ts';

/** What an agent is called under its key: what a person named it, else the name that it has. */
export function agentTitle(key: Pick<KeyState, 'agents'> | undefined, agent: string): string {
  return key?.agents?.find(({ name }) => name === agent)?.label ?? agent;
}
