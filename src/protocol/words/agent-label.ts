import { agentOfId } from '../agent-id.ts';
import type { KeyState } from '../state.ts';

type KeyNames = Pick<KeyState, 'name' | 'agents'>;

/** What an agent is called under its key: what a person named it, else the name that it has. */
export function agentTitle(key: Pick<KeyNames, 'agents'> | undefined, agent: string): string {
  return key?.agents?.find(({ name }) => name === agent)?.label ?? agent;
}

/**
 * An agent in words: the name of its key, and behind a slash its own where the key has had several, or somebody gave
 * it one: `planner`, `planner/claude-code 2`.
 *
 * @param key undefined where it is not known (any more): its id stands for its name then
 */
export function agentLabel(key: KeyNames | undefined, keyId: string, agent: string | undefined): string {
  const keyName = key?.name ?? keyId;
  return agent === undefined || isOnlyAgent(key, agent) ? keyName : `${keyName}/${agentTitle(key, agent)}`;
}

/** Whether a key has had no other agent than this one, to which nobody gave a name: the name of the key is enough. */
export function isOnlyAgent(key: Pick<KeyNames, 'agents'> | undefined, agent: string): boolean {
  const [only, ...others] = key?.agents ?? [];
  if (only === undefined || others.length > 0 || only.name !== agent) return false;
  return only.named === undefined && only.label === undefined;
}

/** {@link agentLabel} of an agent by its id (`agentId`), or of a key by its own. */
export function nameOfAgent(keys: { get(keyId: string): KeyNames | undefined }, id: string): string {
  const { keyId, agent } = agentOfId(id);
  return agentLabel(keys.get(keyId), keyId, agent);
}
