import type { ReactNode } from 'react';
import { agentId } from '../../../protocol/agent-id.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import type { KeyState, SessionState } from '../../../protocol/state.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import { useServer } from '../../dashboard-context.tsx';
import { isLive } from '../../presence.ts';
import { TimeAgo } from '../../ui/times.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { useSilent } from '../../ui/use-silent.ts';
import styles from './keys.module.css';

/** What an agent of a key did last. */
function lastOfKey(
  key: KeyState | undefined,
  keyId: string,
  lastActions: ReadonlyMap<string, HubEvent>,
): HubEvent | undefined {
  const ids = [keyId, ...(key?.agents ?? []).map(({ name }) => agentId(keyId, name))];
  return ids
    .map((id) => lastActions.get(id))
    .reduce((last, one) => (one && one.seq > (last?.seq ?? 0) ? one : last), undefined);
}

interface LastSeenProps {
  readonly keyId: string;
  /** Those of the key. */
  readonly sessions: readonly SessionState[];
}

/** When an agent was last seen: now, while it is connected; else the time of its last event. */
export function LastSeen({ keyId, sessions }: LastSeenProps): ReactNode {
  const isSilent = useSilent();
  const live = useServer(({ keys, lastActions }) => lastOfKey(keys.get(keyId), keyId, lastActions));
  // What it did may have been removed from the log since.
  const begun = useServer(({ keys }) => keys.get(keyId)?.lastUse?.at);
  const load = useLoad(`last seen ${keyId}`, async (hub) => {
    const { items } = await hub.auditPage({ by: keyId, limit: 1 });
    return items[0];
  });
  if (sessions.some((session) => isLive(session) && !isSilent(session))) return <span className={styles.now}>now</span>;
  const last = live ?? load.data;
  if (last) return <TimeAgo at={timeOf(last)} />;
  if (load.status !== 'ready') return null;
  return begun === undefined ? 'never' : <TimeAgo at={begun} />;
}
