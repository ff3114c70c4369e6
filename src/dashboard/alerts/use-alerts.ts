import { useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useDashboard, useEvents } from '../dashboard-context.tsx';
import { ownersOf } from '../owner-of.ts';
import { useNow } from '../ui/times.tsx';
import { remember, type AlertMemory } from './alert-memory.ts';
import { findAlerts, type Alert } from './find-alerts.ts';

/** How often what is stuck is looked for, ms: a flood of events does not make it more often. */
const EVERY_MS = 1_000;

export interface Alerts {
  readonly alerts: readonly Alert[];
  /** Leaves one out for as long as it lasts. */
  readonly dismiss: (id: string) => void;
}

/** What is stuck or broken in all workspaces. What happened again and again is counted while the page is open. */
export function useAlerts(): Alerts {
  const { store, preferences } = useDashboard();
  const choices = useStore(preferences, ({ alerts }) => alerts);
  const memory = useRef<AlertMemory>(undefined);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  useEvents((events) => {
    memory.current = remember(memory.current ?? new Map(), events, ownersOf(store.getState().server));
  });
  const now = useNow(EVERY_MS);
  const found = useMemo(() => {
    const { server } = store.getState();
    memory.current ??= remember(new Map(), server.recent, ownersOf(server));
    return findAlerts(server, memory.current, choices, now);
  }, [store, choices, now]);
  const alerts = useMemo(() => found.filter(({ id }) => !dismissed.has(id)), [found, dismissed]);
  const dismiss = (id: string): void => {
    const there = new Set(found.map((alert) => alert.id));
    setDismissed((before) => new Set([...[...before].filter((one) => there.has(one)), id]));
  };
  return { alerts, dismiss };
}
