import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { PastSession } from '../../../protocol/records.ts';
import type { KeyState, SessionState } from '../../../protocol/state.ts';
import { agentLabel } from '../../../protocol/words/agent-label.ts';
import { isLive } from '../../presence.ts';
import type { TableSort } from '../../ui/column.ts';

type Any = SessionState | PastSession;

/** Sessions with all words of `text` in their agent, client, wire, protocol, address or id. */
export function filterSessions<T extends Any>(
  sessions: readonly T[],
  keys: ReadonlyMap<string, KeyState>,
  text: string,
): readonly T[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return sessions;
  return sessions.filter(({ id, keyId, agent, client, wire, remote, status }) => {
    const given = `${agentLabel(keys.get(keyId), keyId, agent)} ${keyId} ${client?.name ?? ''} ${client?.version ?? ''} ${client?.protocolVersion ?? ''} ${wire} ${remote} ${status} ${id}`;
    return words.every((word) => given.toLowerCase().includes(word));
  });
}

/**
 * Sessions by a column, the newest first among equals; those without a connection last, however they are sorted.
 *
 * @param stateOf what the column of that name says of a session
 */
export function sortSessions(
  sessions: readonly SessionState[],
  keys: ReadonlyMap<string, KeyState>,
  sort: TableSort,
  stateOf: (session: SessionState) => string,
): readonly SessionState[] {
  const valueOf = (session: SessionState): string | number => {
    const { keyId, agent, wire, client, openedAt } = session;
    switch (sort.key) {
      case 'agent':
        return agentLabel(keys.get(keyId), keyId, agent);
      case 'wire':
        return wire;
      case 'client':
        return client?.name ?? '';
      case 'protocol':
        return client?.protocolVersion ?? '';
      case 'state':
        return stateOf(session);
      default:
        return -openedAt; // descending uptime: longest first
    }
  };
  const sign = sort.descending ? -1 : 1;
  return sessions.toSorted((a, b) => {
    if (isLive(a) !== isLive(b)) return isLive(a) ? -1 : 1;
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one !== other) return one < other ? -sign : sign;
    return b.openedAt - a.openedAt;
  });
}

/** The dropped sessions of an agent that has several, as one line. */
export interface DroppedFold {
  /** The agent's: see `agentId`. */
  readonly agent: string;
  /** In the order of the list. */
  readonly dropped: readonly SessionState[];
  /** How many live sessions the agent has besides. */
  readonly liveCount: number;
  readonly isOpen: boolean;
}

/**
 * A line of the list. A session stays the same object while it does not change, so that its line is not rendered again.
 */
export type SessionRow = SessionState | DroppedFold;

/**
 * The lines of sorted sessions: several dropped ones of an agent fold into one line, in the place of the first of
 * them, until the agent is among those unfolded.
 *
 * @param folded in a list that is held: the agents of the folds that it shows; there are no others, and these stay
 */
export function foldSessions(
  sorted: readonly SessionState[],
  unfolded: ReadonlySet<string>,
  folded?: ReadonlySet<string>,
): readonly SessionRow[] {
  const live = new Map<string, number>();
  for (const session of sorted.filter(isLive)) live.set(idOfAgent(session), (live.get(idOfAgent(session)) ?? 0) + 1);
  const dropped = Map.groupBy(
    sorted.filter((session) => !isLive(session)),
    idOfAgent,
  );
  const rows: SessionRow[] = [];
  for (const session of sorted) {
    const agent = idOfAgent(session);
    const sessions = isLive(session) ? [] : (dropped.get(agent) ?? []);
    const isFolded = folded === undefined ? sessions.length > 1 : folded.has(agent);
    if (isLive(session) || !isFolded) rows.push(session);
    else if (sessions[0] === session) {
      const isOpen = unfolded.has(agent);
      rows.push({ agent, dropped: sessions, liveCount: live.get(agent) ?? 0, isOpen });
      if (isOpen) rows.push(...sessions);
    }
  }
  return rows;
}

export function isFold(row: SessionRow): row is DroppedFold {
  return 'dropped' in row;
}
