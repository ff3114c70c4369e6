import { fromZone } from '../../../protocol/words/time-zone.ts';

const day = 86_400_000;

/** The spans offered for a new key's expiry, besides `never` and `date`. */
export const expiryPresets = [
  { id: '1d', label: '1 day', ms: day },
  { id: '7d', label: '7 days', ms: 7 * day },
  { id: '30d', label: '30 days', ms: 30 * day },
  { id: '90d', label: '90 days', ms: 90 * day },
  { id: '1y', label: '1 year', ms: 365 * day },
] as const;

export type ExpiryChoice = 'never' | 'date' | (typeof expiryPresets)[number]['id'];

/** {@link expiryPresets}, never and a date, for a field that chooses one. */
export const expiryChoices = [
  { value: 'never', label: 'never' },
  ...expiryPresets.map(({ id, label }) => ({ value: id, label: `in ${label}` })),
  { value: 'date', label: 'on a date…' },
];

/**
 * When a key expires, ms since the epoch; undefined for never. `date` (`YYYY-MM-DD`) is the end of that day
 * in the zone in use. An unreadable or past date is a problem.
 */
export function expiryOf(
  choice: ExpiryChoice,
  date: string,
  now: number,
): { readonly expiresAt?: number } | { readonly problem: string } {
  if (choice === 'never') return {};
  const preset = expiryPresets.find(({ id }) => id === choice);
  if (preset) return { expiresAt: now + preset.ms };
  if (!/^\d{4}-\d\d-\d\d$/u.test(date)) return { problem: 'Choose the last day on which the key works.' };
  const end = endOfDay(date);
  if (!Number.isFinite(end)) return { problem: 'Choose the last day on which the key works.' };
  return end > now ? { expiresAt: end } : { problem: 'This day is over: choose a later one.' };
}

/** The first moment of the day after, also where a day has 23 or 25 hours. */
function endOfDay(date: string): number {
  const noonAfter = new Date(`${date}T12:00:00Z`);
  noonAfter.setUTCDate(noonAfter.getUTCDate() + 1);
  return Number.isNaN(noonAfter.getTime()) ? Number.NaN : fromZone(`${noonAfter.toISOString().slice(0, 10)}T00:00`);
}
