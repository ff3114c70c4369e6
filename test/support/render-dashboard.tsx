import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createStore } from 'zustand';
import { DashboardProvider, type Dashboard } from '../../src/dashboard/dashboard-context.tsx';
import { createPreferences } from '../../src/dashboard/preferences.ts';
import { emptyServerSlice, type ServerSlice } from '../../src/dashboard/server-slice.ts';
import { createDashboardStore, type DashboardState } from '../../src/dashboard/store.ts';
import { SharedClock } from '../../src/dashboard/ui/shared-clock.ts';
import type { UiState } from '../../src/dashboard/ui-slice.ts';

export interface Shown {
  /** What the hub said; empty where left out. */
  readonly server?: Partial<ServerSlice>;
  readonly ui?: Partial<UiState>;
  /** Ms since the epoch. */
  readonly now?: number;
}

/** A part of the dashboard as it is drawn at once, before anything is fetched: its markup. */
export function markupOf(part: ReactNode, { server, ui, now = 0 }: Shown = {}): string {
  const { ui: usual } = createDashboardStore({ screen: 'overview', params: {}, workspace: undefined }).getState();
  const store = createStore<DashboardState>(() => ({
    server: { ...emptyServerSlice, ...server },
    ui: { ...usual, ...ui },
  }));
  const dashboard: Pick<Dashboard, 'store' | 'preferences' | 'clock' | 'desktop'> = {
    store,
    preferences: createPreferences({ get: () => undefined, set: () => undefined }),
    clock: new SharedClock(() => now),
    desktop: undefined,
  };
  const rest = {
    client: { api: {} },
    uploads: {},
    names: { want: () => undefined },
    keyNames: { want: () => undefined },
  };
  return renderToStaticMarkup(
    <MantineProvider>
      <DashboardProvider value={{ ...rest, ...dashboard } as unknown as Dashboard}>{part}</DashboardProvider>
    </MantineProvider>,
  );
}

/** The same as text: what stands in it, without tags. */
export function textOf(part: ReactNode, shown: Shown = {}): string {
  return markupOf(part, shown)
    .replaceAll(/<style[^]*?<\/style>|<script[^]*?<\/script>|<[^>]+>/gu, ' ')
    .replaceAll('&#x27;', '’')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
