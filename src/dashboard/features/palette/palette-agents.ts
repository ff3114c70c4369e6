import { agentId, idOfAgent } from '../../../protocol/agent-id.ts';
import type { KeyState, SessionState } from '../../../protocol/state.ts';
import type { SessionPulse } from '../../../protocol/ticks.ts';
import { agentTitle, isOnlyAgent } from '../../../protocol/words/agent-label.ts';
import { agentPresence } from './agent-presence.ts';

/** An agent as the palette lists it. */
export interface ListedAgent {
  /** As {@link agentId}: of a key that no agent used yet, the key's own. */
  readonly id: string;
  readonly keyId: string;
  /** The agent's name, or its key's where the key has one agent, without a name. */
  readonly title: string;
  /** The key's name, where the title is another, and whether the agent is connected. */
  readonly detail: string;
  /** Its names and that of its key. */
  readonly searched: string;
}

export interface WhoIsThere {
  readonly sessions: Iterable<SessionState>;
  readonly pulseOf: (session: string) => SessionPulse | undefined;
  /** Ms since the epoch. */
  readonly now: number;
}

/** The agents of all keys that are not revoked, connected ones first; an unused key stands for itself. */
export function paletteAgents(
  keys: Iterable<KeyState>,
  { sessions, pulseOf, now }: WhoIsThere,
): readonly ListedAgent[] {
  const sessionsOf = Map.groupBy(sessions, idOfAgent);
  return [...keys]
    .filter(({ revokedAt }) => revokedAt === undefined)
    .flatMap((key) => {
      const { agents = [] } = key;
      const names = agents.length === 0 ? [undefined] : agents.map(({ name }) => name).reverse();
      return names.map((name) => {
        const id = agentId(key.id, name);
        const { rank, words } = agentPresence(sessionsOf.get(id), pulseOf, now);
        const isKey = name === undefined || isOnlyAgent(key, name);
        const title = isKey ? key.name : agentTitle(key, name);
        const searched = [...new Set([title, key.name, name ?? title])].join(' ');
        return { rank, id, keyId: key.id, title, detail: isKey ? words : `${key.name}, ${words}`, searched };
      });
    })
    .sort((a, b) => a.rank - b.rank);
}
