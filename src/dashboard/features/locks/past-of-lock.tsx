import { useState, type ReactNode } from 'react';
import type { HubApi } from '../../../protocol/api.ts';
import type { StoredEvent } from '../../../protocol/events.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import { formatCount, formatDateTime, formatDuration } from '../../../protocol/words/units.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/panel.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { EventRow } from '../../ui/trace.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { useTouched } from '../../ui/use-touched.ts';
import { historyTypes, lockHistory, type LockHistory } from './lock-history.ts';
import styles from './locks.module.css';

/** Events about locks, of whatever paths, that are looked through for each step back. */
const STEP = 500;
const MOST_LISTED = 20;

export interface PastOfLockProps {
  readonly workspace: string;
  readonly path: string;
}

/** Who had the lock before, how long it was waited for, and who was refused it; as far back as was looked. */
export function PastOfLock({ workspace, path }: PastOfLockProps): ReactNode {
  const [steps, setSteps] = useState(1);
  const touched = useTouched((event) => event.type.startsWith('lock.') && 'path' in event && event.path === path);
  const load = useLoad(
    `lock history ${workspace} ${path}`,
    (hub) => lookBack(hub, workspace, steps * STEP),
    `${touched} ${steps}`, // what was found stays until more is
  );
  return (
    <Section title="Before">
      <Loaded load={load}>
        {({ events, isAll }) => {
          const history = lockHistory(events, { path });
          const first = events.at(-1);
          return (
            <>
              <p className={styles.quiet}>{summary(history)}</p>
              {history.events.length > 0 && (
                <ol className={styles.past}>
                  {history.events.slice(0, MOST_LISTED).map((event) => (
                    <EventRow key={event.seq} event={event} />
                  ))}
                </ol>
              )}
              {history.events.length > MOST_LISTED && (
                <p className={styles.quiet}>and {formatCount(history.events.length - MOST_LISTED)} more before that</p>
              )}
              {!isAll && first && (
                <p className={styles.quiet}>
                  Looked back to {formatDateTime(timeOf(first))}.{' '}
                  <TextButton onClick={() => setSteps(steps * 2)}>Look further</TextButton>
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

async function lookBack(
  hub: HubApi,
  workspace: string,
  most: number,
): Promise<{ readonly events: readonly StoredEvent[]; readonly isAll: boolean }> {
  const events: StoredEvent[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(STEP, most - events.length);
    const page = await hub.auditPage({
      workspace,
      types: historyTypes,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    events.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && events.length < most);
  return { events, isAll: cursor === undefined };
}

function summary({ events, waits, longestMs, deadlocks }: LockHistory): string {
  if (events.length === 0) return 'Nothing is known of this lock.';
  const waited =
    waits === 0
      ? 'Nobody got it after a wait.'
      : `It was got ${waits === 1 ? 'once' : `${formatCount(waits)} times`} after a wait, of ${formatDuration(longestMs)} at most.`;
  const refused =
    deadlocks === 0
      ? ''
      : ` ${deadlocks === 1 ? 'One wait was' : `${formatCount(deadlocks)} waits were`} refused, as both would have waited for each other.`;
  return `${waited}${refused}`;
}
