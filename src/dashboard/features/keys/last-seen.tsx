import type { ReactNode } from 'react';
import { agentId } from '../../../protocol/agent-id.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { useServer } from '../../dashboard-context.tsx';
import { isLive } from '../../presence.ts';
import { TimeAgo } from '../../ui/times.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { useSilent } from '../../ui/use-silent.ts';
import { lastSeenAt } from './key-rows.ts';
import styles from './keys.module.css';

interface LastSeenProps {
  readonly keyId: string;
  /** Those of the key. */
  readonly sessions: readonly SessionState[];
}

/** When an agent was last seen: now, while it is connected; else when it did something last. */
export function LastSeen({ keyId, sessions }: LastSeenProps): ReactNode {
  const isSilent = useSilent();
  const key = useServer(({ keys }) => keys.get(keyId));
  const live = useServer(({ keys, lastActions }) => {
    const agents = keys.get(keyId)?.agents ?? [];
    return lastSeenAt(
      undefined,
      [keyId, ...agents.map(({ name }) => agentId(keyId, name))].map((id) => lastActions.get(id)),
    );
  });
  // The newest events of a key may be what the hub did with its sessions.
  const load = useLoad(`last seen ${keyId}`, (hub) => hub.auditPage({ by: keyId, limit: 10 }));
  if (sessions.some((session) => isLive(session) && !isSilent(session))) return <span className={styles.now}>now</span>;
  const at = Math.max(live ?? 0, lastSeenAt(key, load.data?.items ?? []) ?? 0);
  if (at > 0) return <TimeAgo at={at} />;
  return load.status === 'ready' ? 'never' : null;
}
