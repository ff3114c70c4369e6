import { HubError } from '../protocol/errors.ts';
import { CommandFailure, EXIT } from './host.ts';

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * When a key expires, in ms since the epoch: a duration from `now` such as `30d` (units s, m, h, d, w)
 * or an ISO 8601 date.
 */
export function parseExpiry(text: string, now: number): number {
  const [, count, unit] = /^(\d{1,9})([smhdw])$/u.exec(text) ?? [];
  const at =
    count !== undefined && unit !== undefined
      ? now + Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS]
      : /^\d{4}-\d{2}-\d{2}/u.test(text)
        ? dateOf(text)
        : Number.NaN;
  if (Number.isNaN(at)) {
    throw usage(`--expires takes a duration such as 30d or 12h, or an ISO date such as 2027-01-31, not "${text}".`);
  }
  if (at <= now) throw usage(`--expires ${text} is not in the future.`);
  return at;
}

/** A span in ms: such as `24h` (units as in {@link parseExpiry}), or `0`. `option` is named where it is none. */
export function parseSpan(text: string, option: string): number {
  if (text === '0') return 0;
  const [, count, unit] = /^(\d{1,9})([smhdw])$/u.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw usage(`${option} takes a duration such as 24h or 7d, or 0, not "${text}".`);
  }
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** `Date.parse`, but refuses days that are not in the calendar: it takes 31 February for 3 March. */
function dateOf(text: string): number {
  const day = text.slice(0, 'yyyy-mm-dd'.length);
  const midnight = Date.parse(day);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return isDay ? Date.parse(text) : Number.NaN;
}

function usage(message: string): CommandFailure {
  return new CommandFailure(new HubError('invalid_argument', message), EXIT.usage);
}
