/** Who acts under a key, as sessions, locks and waiters have it. Without a name, as in logs of before keys had agents, the key is the agent. */
export interface AgentRef {
  readonly keyId: string;
  readonly agent?: string | undefined;
}

/** The inverse of {@link agentId}. */
export function agentOfId(id: string): AgentRef {
  const slash = id.indexOf('/');
  return slash === -1 ? { keyId: id } : { keyId: id.slice(0, slash), agent: id.slice(slash + 1) };
}

/** {@link agentId} of what has an agent: a session, a lock, one that waits. */
export function idOfAgent({ keyId, agent }: AgentRef): string {
  return agentId(keyId, agent);
}

/** The agent that did something. */
export function agentOfActor({
  key: keyId,
  agent,
}: {
  readonly key: string;
  readonly agent?: string | undefined;
}): AgentRef {
  return { keyId, agent };
}

/**
 * Whether something is an agent's: a lock, a place in a queue, a deed. What has no agent, as from before keys had any,
 * is that of each agent of its key. Who has no name yet, a session before its handshake, has nothing of the others.
 */
export function belongsTo(thing: AgentRef, { keyId, agent }: AgentRef): boolean {
  return thing.keyId === keyId && (thing.agent === undefined || thing.agent === agent);
}

/**
 * An agent as queries and screens name it: the id of its key, a slash, and its name under the key, which has no slash.
 * Without a name it is the key's id alone: where events of before keys had agents tell of one, the key is the agent.
 */
export function agentId(keyId: string, agent: string | undefined): string {
  return agent === undefined ? keyId : `${keyId}/${agent}`;
}
