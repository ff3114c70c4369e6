import { inZone, timeZone } from './time-zone.ts';

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes for people: `0 B`, `532 B`, `1.4 KiB`, `50 GiB` (1 KiB is 1,024 B). */
export function formatSize(bytes: number): string {
  let size = bytes;
  let step = 0;
  while (size >= 1024 && step < SIZES.length - 1) {
    size /= 1024;
    step += 1;
  }
  const text = step === 0 || size >= 100 ? String(Math.round(size)) : size.toFixed(1).replace(/\.0$/u, '');
  return `${text} ${SIZES[step] ?? ''}`;
}

/** A span for people, two units at most: `340 ms`, `4.2 s`, `3 m 05 s`, an even `15 m`, `2 h 10 m`, `5 d 3 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return ms <= 0 ? '0 ms' : '<1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} m` : `${minutes} m ${two(Math.floor(seconds % 60))} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return seconds % 3_600 === 0 ? `${hours} h` : `${hours} h ${two(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A long span for people: `1 day`, `90 days`, and where it is no number of days as {@link formatDuration} has it. */
export function formatDays(ms: number): string {
  const days = ms / 86_400_000;
  return Number.isInteger(days) ? counted(days, 'day') : formatDuration(ms);
}

/** What is left, as a clock that runs down: `0:07`, `4:05`, `1:02:09`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** A span since then, in words: `just now`, `12 s ago`, `3 m ago`, `2 h ago`, `5 d ago`. */
export function formatAgo(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/** Time of day in the zone in use: `14:03:07`, or with milliseconds `14:03:07.042`. */
export function formatTime(at: number, withMs = false): string {
  const { hours, minutes, seconds, ms } = inZone(at);
  const text = `${two(hours)}:${two(minutes)}:${two(seconds)}`;
  return withMs ? `${text}.${String(ms).padStart(3, '0')}` : text;
}

/** Date and time in the zone in use: `2026-11-22 14:03:07`, with a `Z` behind it where that is UTC. */
export function formatDateTime(at: number): string {
  return `${formatDay(at)} ${formatTime(at)}${timeZone() === 'utc' ? 'Z' : ''}`;
}

/** The day in the zone in use: `2026-11-22`. */
export function formatDay(at: number): string {
  const { year, month, day } = inZone(at);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Made once: to look a language up for each number takes longer than to write it. */
const counts = new Intl.NumberFormat('en-US');

/** `12,345`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1 page`, `12,345 pages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
