import { useEffect, useRef, useState } from 'react';
import type { HubEvent } from '../../protocol/events.ts';
import { useEvents, useServer } from '../dashboard-context.tsx';

/** Long enough for an answer to arrive between two changes. */
const settleMs = 700;

/** A value that changes after pushed events that concern the caller; once for many of them. */
export function useTouched(concerns: (event: HubEvent) => boolean): string {
  const resets = useServer((server) => server.resets);
  const [count, setCount] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEvents((events) => {
    if (timer.current !== undefined || !events.some(concerns)) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setCount((was) => was + 1);
    }, settleMs);
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return `${count} ${resets}`;
}
