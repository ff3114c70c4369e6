import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useDashboard, useEvents, useServer } from '../dashboard-context.tsx';
import { ownersOf } from '../owner-of.ts';
import { useNow } from '../ui/times.tsx';
import { remember, type AlertMemory } from './alert-memory.ts';
import { findAlerts, type Alert } from './find-alerts.ts';

/** How often what is stuck is looked for, ms. */
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
  const [memory, setMemory] = useState<AlertMemory>(() => {
    const { server } = store.getState();
    return remember(new Map(), server.recent, ownersOf(server));
  });
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  useEvents((events) => {
    const owners = ownersOf(store.getState().server);
    setMemory((before) => remember(before, events, owners));
  });
  const now = useNow(EVERY_MS);
  const resets = useServer((server) => server.resets);
  const found = useMemo(
    () => findAlerts(store.getState().server, memory, choices, now),
    // A snapshot changes what there is without an event.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [store, memory, choices, now, resets],
  );
  const alerts = useMemo(() => found.filter(({ id }) => !dismissed.has(id)), [found, dismissed]);
  const dismiss = (id: string): void => {
    const there = new Set(found.map((alert) => alert.id));
    setDismissed((before) => new Set([...[...before].filter((one) => there.has(one)), id]));
  };
  return { alerts, dismiss };
}
