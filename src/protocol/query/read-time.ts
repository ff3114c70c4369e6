import { formatDay } from '../words/units.ts';
import { fromZone } from '../words/time-zone.ts';
import type { QueryValue } from './ast.ts';
import { printAmount, readAmount } from './amounts.ts';

type Time = Extract<QueryValue, { readonly kind: 'at' | 'ago' }>;

/** What a time may look like, for messages. */
export const timeExamples = ['5m', '2h', '14:30', 'today', 'yesterday', '2026-11-29', '2026-11-29T14:30'] as const;

const DAY_MS = 86_400_000;
/** What a `Date` can hold. */
const MOST_MS = 8_640_000_000_000_000;

/**
 * Reads a time: a span before now (`5m`, `-2h`), a day (`today`, `yesterday`, `2026-11-29`), a time of today
 * (`14:30`, `14:30:05`) or of a day (`2026-11-29T14:30`, with or without seconds, ms and `Z`). Days and times without
 * `Z` are those of the zone that is shown. Undefined for what is none of these.
 *
 * @param now ms since the epoch, which says what today is
 */
export function readTime(text: string, now: number): Time | undefined {
  const word = text.toLowerCase();
  if (word === 'now') return { kind: 'ago', ms: 0 };
  if (word === 'today') return at(fromZone(`${formatDay(now)}T00:00`));
  if (word === 'yesterday') return at(fromZone(`${formatDay(fromZone(`${formatDay(now)}T12:00`) - DAY_MS)}T00:00`));
  const [, span] = /^-?(\d[\d.]{0,15}\s?[a-z]{1,3})$/u.exec(word) ?? [];
  const ago = span === undefined ? undefined : readAmount(span, 'duration')?.least;
  if (ago !== undefined) return ago <= MOST_MS ? { kind: 'ago', ms: ago } : undefined;
  const [, day, clock, zone] =
    /^(?:(\d{4}-\d\d-\d\d))?(?:(?:^|[t_])(\d\d?:\d\d(?::\d\d(?:\.\d{1,3})?)?)(z)?)?$/u.exec(word) ?? [];
  if (day === undefined && clock === undefined) return undefined;
  const written = `${day ?? formatDay(now)}T${clock === undefined ? '00:00' : clock.padStart(clock.indexOf(':') === 1 ? clock.length + 1 : 0, '0')}`;
  return isDay(day) ? at(zone === undefined ? fromZone(written) : Date.parse(`${written}Z`)) : undefined;
}

/** The inverse of {@link readTime}: the same wherever and whenever it is read. */
export function printTime(time: Time): string {
  if (time.kind === 'at') return new Date(time.ms).toISOString();
  return time.ms === 0 ? 'now' : printAmount({ kind: 'amount', least: time.ms, most: time.ms }, 'duration').slice(1);
}

/** When that is, in ms since the epoch. */
export function whenIs(time: Time, now: number): number {
  return time.kind === 'at' ? time.ms : now - time.ms;
}

/** JavaScript takes the 31st of February for the 3rd of March. */
function isDay(day: string | undefined): boolean {
  if (day === undefined) return true;
  const ms = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

function at(ms: number): Time | undefined {
  return Number.isNaN(ms) ? undefined : { kind: 'at', ms };
}
