import { fromZone } from '../../../protocol/words/time-zone.ts';
import { formatDay, formatTime } from '../../../protocol/words/units.ts';

/** Ranges that end now, for the audit's filter. */
export const rangePresets = [
  { id: '15m', label: 'Last 15 minutes', ms: 15 * 60_000 },
  { id: '1h', label: 'Last hour', ms: 3_600_000 },
  { id: '24h', label: 'Last 24 hours', ms: 86_400_000 },
  { id: '7d', label: 'Last 7 days', ms: 7 * 86_400_000 },
] as const;

/** Ms since the epoch as the value of an `<input type="datetime-local">` in the zone in use. */
export function toLocalInput(at: number): string {
  return `${formatDay(at)}T${formatTime(at).slice(0, 5)}`;
}

/** The inverse of {@link toLocalInput}; undefined for an empty or unreadable value. */
export function fromLocalInput(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/u.test(value)) return undefined;
  const at = fromZone(value);
  return Number.isFinite(at) ? at : undefined;
}
