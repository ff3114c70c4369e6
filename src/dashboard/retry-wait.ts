/** Ms: the wait before the second try, and the longest. */
const LOST = { first: 250, last: 10_000 };
/** A login in another window heals this one too, and says so; asking now and then is for when that is not heard. */
const LOGGED_OUT = { first: 2_000, last: 15_000 };

/**
 * How long to wait before the hub is tried again, in ms: twice as long each time, up to a limit.
 *
 * @param attempt 1 for the first wait
 * @param random 0 to 1: windows that lost one hub do not all come back at once
 */
export function retryWait(attempt: number, isLoggedOut: boolean, random: number): number {
  const { first, last } = isLoggedOut ? LOGGED_OUT : LOST;
  return Math.min(last, first * 2 ** (attempt - 1)) * (0.5 + random / 2);
}
