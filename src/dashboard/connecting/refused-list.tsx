import { ShieldX } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import type { RefusedConnection } from '../../protocol/refused-connection.ts';
import { useServer, useUi } from '../dashboard-context.tsx';
import { Mono } from '../ui/mono.tsx';
import { TimeAgo, useNow } from '../ui/times.tsx';
import { RefusedActions } from './refused-actions.tsx';
import { recentRefused, refusedWords } from './refused-words.ts';
import styles from './connect.module.css';

const MOST_SHOWN = 3;

/** Refused connections of the last ten minutes that need a person, were not dismissed, and did not get in since. */
export function useRecentRefused(): readonly RefusedConnection[] {
  const refused = useServer((server) => server.refused);
  const launchId = useServer(({ hub }) => hub?.launchId ?? '');
  const seen = useUi((ui) => ui.refusedSeen);
  const now = useNow(10_000);
  const sessions = useServer((server) => server.sessions);
  return useMemo(
    () => recentRefused(refused, { now, launchId, seen, sessions: [...sessions.values()] }),
    [refused, now, launchId, seen, sessions],
  );
}

/** The clients that were just refused, each with what to do: within the guide. Nothing while there is nobody. */
export function RefusedList(): ReactNode {
  const recent = useRecentRefused();
  const keys = useServer((server) => server.keys);
  if (recent.length === 0) return null;
  return (
    <ul className={styles.refusedList} aria-label="Refused just now">
      {recent.slice(0, MOST_SHOWN).map((one) => {
        const { who, what, todo } = refusedWords(one, (id) => keys.get(id)?.name ?? id);
        return (
          <li key={one.id} className={styles.refused}>
            <ShieldX size={16} aria-hidden />
            <div className={styles.refusedText}>
              <span role="status">
                <strong>{who} was refused:</strong> it {what}.
              </span>
              <span>{todo}</span>
              <span className={styles.refusedFacts}>
                <Mono dim>{one.request}</Mono> from <Mono dim>{one.address}</Mono>,{' '}
                {one.count > 1 ? `${one.count} times, the last ` : ''}
                <TimeAgo at={one.lastAt} />
              </span>
            </div>
            <RefusedActions one={one} isInGuide />
          </li>
        );
      })}
    </ul>
  );
}
