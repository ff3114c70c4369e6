import type { PastSession } from '../../../protocol/records.ts';
import type { KeyState, SessionState } from '../../../protocol/state.ts';
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
  return sessions.filter(({ id, keyId, client, wire, remote, status }) => {
    const given = `${keys.get(keyId)?.name ?? ''} ${keyId} ${client?.name ?? ''} ${client?.version ?? ''} ${client?.protocolVersion ?? ''} ${wire} ${remote} ${status} ${id}`;
    return words.every((word) => given.toLowerCase().includes(word));
  });
}

/** Sessions by a column, the newest first among equals; those without a connection last, however they are sorted. */
export function sortSessions(
  sessions: readonly SessionState[],
  keys: ReadonlyMap<string, KeyState>,
  sort: TableSort,
): readonly SessionState[] {
  const valueOf = ({ keyId, wire, client, status, openedAt }: SessionState): string | number => {
    switch (sort.key) {
      case 'agent':
        return keys.get(keyId)?.name ?? keyId;
      case 'wire':
        return wire;
      case 'client':
        return client?.name ?? '';
      case 'protocol':
        return client?.protocolVersion ?? '';
      case 'state':
        return status;
      default:
        return -openedAt; // descending uptime: longest first
    }
  };
  const sign = sort.descending ? -1 : 1;
  return sessions.toSorted((a, b) => {
    if ((a.status === 'dropped') !== (b.status === 'dropped')) return a.status === 'dropped' ? 1 : -1;
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one !== other) return one < other ? -sign : sign;
    return b.openedAt - a.openedAt;
  });
}
