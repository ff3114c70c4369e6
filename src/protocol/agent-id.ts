/**
 * An agent as queries and screens name it: the id of its key, a slash, and its name under the key, which has no slash.
 * Without a name it is the key's id alone: where events of before keys had agents tell of one, the key is the agent.
 */
export function agentId(keyId: string, agent: string | undefined): string {
  return agent === undefined ? keyId : `${keyId}/${agent}`;
}
