import { useSyncExternalStore, type ReactNode } from 'react';
import { useDashboard } from '../dashboard-context.tsx';
import { Mono } from './mono.tsx';
import { formatAgo, formatCountdown, formatDateTime, formatDuration, formatTime } from '../../protocol/words/units.ts';

/** The hub's clock, rounded down to `everyMs`, which limits how often the component renders. */
export function useNow(everyMs = 1_000): number {
  const { clock } = useDashboard();
  const now = (): number => Math.floor(clock.now() / everyMs) * everyMs;
  return useSyncExternalStore(clock.subscribe, now, now);
}

/** For how long tenths of a second matter, ms. */
const LAST_SECONDS_MS = 20_000;

/**
 * How often a span of time is written again, ms: four times a second from `from` on or up to `to`, else each second.
 * A list has dozens of them, and each is rendered as often.
 */
export function usePace(from: number | undefined, to = Infinity): 250 | 1_000 {
  const now = useNow(1_000);
  return now >= (from ?? -Infinity) && now <= to ? 250 : 1_000;
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

/** What is left until `until`; bold in the last ten seconds. */
export function Countdown({ until, label }: { until: number; label?: string }): ReactNode {
  const every = usePace(until - LAST_SECONDS_MS);
  const left = until - useNow(every) - every; // "now" is up to that much ago
  return (
    <Mono title={`${label ?? 'Until'} ${formatDateTime(until)}`}>
      {left <= 10_000 ? <b>{formatCountdown(left)}</b> : formatCountdown(left)}
    </Mono>
  );
}

/** How long since `since`, ticking; in the face of the words around it, as "12 s ago" is. */
export function Elapsed({ since }: { since: number }): ReactNode {
  const now = useNow(usePace(undefined, since + LAST_SECONDS_MS));
  return <span style={{ fontVariantNumeric: 'tabular-nums' }}>{formatDuration(Math.max(0, now - since))}</span>;
}
