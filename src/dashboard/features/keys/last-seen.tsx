import type { ReactNode } from 'react';
import { useServer } from '../../dashboard-context.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './keys.module.css';

/** When an agent was last seen: now, while it is connected; else the time of its last event. */
export function LastSeen({ keyId, isConnected }: { keyId: string; isConnected: boolean }): ReactNode {
  const live = useServer(({ lastActions }) => lastActions.get(keyId)?.at);
  const load = useLoad(`last seen ${keyId}`, async (hub) => {
    const { items } = await hub.auditPage({ actor: keyId, limit: 1 });
    return items[0]?.at;
  });
  if (isConnected) return <span className={styles.now}>now</span>;
  const at = Math.max(live ?? 0, load.data ?? 0);
  if (at > 0) return <TimeAgo at={at} />;
  return load.status === 'ready' ? 'never' : null;
}
