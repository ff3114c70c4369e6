import { useState, type ReactNode } from 'react';
import { useDashboard, useServer } from '../../dashboard-context.tsx';
import { points, withRate } from './traffic-points.ts';
import styles from './status-bar.module.css';

const WIDTH_PX = 60;
const HEIGHT_PX = 14;

/** Frames a second over the last minute, as a line. */
export function TrafficLine(): ReactNode {
  const { store } = useDashboard();
  const pulse = useServer(({ hubPulse }) => hubPulse);
  const [shown, setShown] = useState<{ readonly at: number; readonly rates: readonly number[] }>({ at: 0, rates: [] });
  if (pulse && pulse.at !== shown.at) setShown({ at: pulse.at, rates: withRate(shown.rates, pulse.framesPerSecond) });
  const { connection } = store.getState().server;
  const most = Math.round(Math.max(0, ...shown.rates));
  if (shown.rates.length < 2 || connection.status !== 'live') return null;
  return (
    <svg
      className={styles.traffic}
      width={WIDTH_PX}
      height={HEIGHT_PX}
      viewBox={`0 0 ${WIDTH_PX} ${HEIGHT_PX}`}
      role="img"
      aria-label={`Frames a second over the last minute: ${most} at most`}
    >
      <polyline points={points(shown.rates, WIDTH_PX, HEIGHT_PX)} />
    </svg>
  );
}
