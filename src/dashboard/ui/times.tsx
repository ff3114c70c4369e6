import { useSyncExternalStore, type ReactNode } from 'react';
import { useDashboard } from '../dashboard-context.tsx';
import { Mono } from './mono.tsx';
import { formatAgo, formatCountdown, formatDateTime, formatDuration, formatTime } from '../../protocol/words/units.ts';

/** The hub's clock, rounded down to `everyMs`, which limits how often the component renders. */
export function useNow(everyMs = 1_000): number {
  const { clock } = useDashboard();
  return useSyncExternalStore(
    (listener) => clock.subscribe(listener),
    () => Math.floor(clock.now() / everyMs) * everyMs,
  );
}

/** `12 s ago`, ticking; the exact time in the title. */
export function TimeAgo({ at }: { at: number }): ReactNode {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
      {formatAgo(Math.max(0, now - at))}
    </time>
  );
}

/** Time of day in the data face; the date in the title. */
export function Clock({ at, ms = false }: { at: number; ms?: boolean }): ReactNode {
  return (
    <Mono title={formatDateTime(at)} dim>
      <time dateTime={new Date(at).toISOString()}>{formatTime(at, ms)}</time>
    </Mono>
  );
}

/** What is left until `until`; amber in the last ten seconds. */
export function Countdown({ until, label }: { until: number; label?: string }): ReactNode {
  const now = useNow(250);
  const left = until - now - 250; // "now" is up to that much ago
  return (
    <Mono tone={left <= 10_000 ? 'waiting' : undefined} title={`${label ?? 'Until'} ${formatDateTime(until)}`}>
      {formatCountdown(left)}
    </Mono>
  );
}

/** How long since `since`, ticking; in the face of the words around it, as "12 s ago" is. */
export function Elapsed({ since }: { since: number }): ReactNode {
  const now = useNow(250);
  return <span style={{ fontVariantNumeric: 'tabular-nums' }}>{formatDuration(Math.max(0, now - since))}</span>;
}
