/** Which clock times are shown by: the one of this machine's zone, or UTC. */
export type TimeZone = 'local' | 'utc';

let inUse: TimeZone = 'local';

export function timeZone(): TimeZone {
  return inUse;
}

/** From now on, in this process or page. What is on the screen has to be drawn again. */
export function showTimesIn(zone: TimeZone): void {
  inUse = zone;
}

/** A time as a clock and a calendar of the zone in use show it; `month` is 1 to 12. */
export function inZone(at: number): {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly ms: number;
} {
  const date = new Date(at);
  if (inUse === 'utc') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hours: date.getUTCHours(),
      minutes: date.getUTCMinutes(),
      seconds: date.getUTCSeconds(),
      ms: date.getUTCMilliseconds(),
    };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hours: date.getHours(),
    minutes: date.getMinutes(),
    seconds: date.getSeconds(),
    ms: date.getMilliseconds(),
  };
}

/**
 * The inverse: ms since the epoch of `YYYY-MM-DDThh:mm` and the like as a field has it, read in the zone in use;
 * NaN for what is none.
 */
export function fromZone(text: string): number {
  return new Date(inUse === 'utc' ? `${text}Z` : text).getTime();
}
