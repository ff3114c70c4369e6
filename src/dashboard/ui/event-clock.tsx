import { ClockAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { HubEvent } from '../../protocol/events.ts';
import { eventTime } from '../../protocol/words/event-time.ts';
import { formatDateTime, formatDay, formatTime } from '../../protocol/words/units.ts';
import styles from './event-clock.module.css';
import { Mono } from './mono.tsx';

export interface EventClockProps {
  readonly event: HubEvent;
  /** Milliseconds, and the day where it is not today. */
  readonly exact?: boolean;
}

/** When an event happened; with a sign where the log's own time is later than what the clock showed. */
export function EventClock({ event, exact = false }: EventClockProps): ReactNode {
  const { at, note } = eventTime(event);
  return (
    <Mono dim title={note ?? formatDateTime(at)}>
      <time dateTime={new Date(at).toISOString()}>
        {exact && !isToday(at) ? formatDateTime(at).slice(5) : formatTime(at, exact)}
      </time>
      {note !== undefined && <ClockAlert size={12} role="img" aria-label={note} className={styles.sign} />}
    </Mono>
  );
}

function isToday(time: number): boolean {
  return formatDay(time) === formatDay(Date.now());
}
