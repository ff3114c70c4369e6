/** Seconds that the line of traffic covers: a pulse comes each second. */
export const TRAFFIC_SECONDS = 60;

/** With the rate of one more second; the oldest goes. */
export function withRate(rates: readonly number[], rate: number): readonly number[] {
  return [...rates, rate].slice(-TRAFFIC_SECONDS);
}

/** The rates as points of a line in a box, the newest at the right edge, the highest at the top. */
export function points(rates: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...rates);
  const step = width / (TRAFFIC_SECONDS - 1);
  return rates
    .map((rate, at) => {
      const x = width - (rates.length - 1 - at) * step;
      const y = height - 1 - (rate / most) * (height - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
