import type { ReactNode } from 'react';
import { timeOf } from '../../../protocol/time-of.ts';
import { useServer } from '../../dashboard-context.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './keys.module.css';

/** When an agent was last seen: now, while it is connected; else the time of its last event. */
export function LastSeen({ keyId, isConnected }: { keyId: string; isConnected: boolean }): ReactNode {
  const live = useServer(({ lastActions }) => lastActions.get(keyId));
  const load = useLoad(`last seen ${keyId}`, async (hub) => {
    const { items } = await hub.auditPage({ by: keyId, limit: 1 });
    return items[0];
  });
  if (isConnected) return <span className={styles.now}>now</span>;
  const last = live ?? load.data;
  if (last) return <TimeAgo at={timeOf(last)} />;
  return load.status === 'ready' ? 'never' : null;
}
