import { useEffect, useMemo } from 'react';
import { useDashboard, type Dashboard } from '../dashboard-context.tsx';
import { NameLookup } from '../name-lookup.ts';
import { withKeyNames, withNames } from '../publish.ts';
import { createDashboardStore, patchServer } from '../store.ts';
import { SharedClock } from '../ui/shared-clock.ts';
import { PastDesk } from './past-desk.ts';

/** A desk of the past, and what its screens are given in place of the present. */
export interface OpenedPast {
  readonly desk: PastDesk;
  readonly dashboard: Dashboard;
}

/** A desk of the past for as long as the caller is shown. What is chosen in it is chosen in the desk of now. */
export function usePastDesk(): OpenedPast {
  const present = useDashboard();
  const opened = useMemo(() => openPast(present), [present]);
  useEffect(() => () => opened.desk.close(), [opened]);
  return opened;
}

function openPast(present: Dashboard): OpenedPast {
  const { api } = present.client;
  const now = present.store.getState();
  const store = createDashboardStore({ screen: 'overview', params: {}, workspace: now.ui.workspace });
  const { go, select, chooseAllWorkspaces, chooseWorkspace } = now.ui;
  store.setState(({ ui }) => ({
    ui: { ...ui, isAllWorkspaces: now.ui.isAllWorkspaces, go, select, chooseAllWorkspaces, chooseWorkspace },
  }));
  const { hub, connection, clockOffsetMs } = now.server;
  patchServer(store, { hub, connection, clockOffsetMs });
  const later = (run: () => void, ms: number): unknown => setTimeout(run, ms);
  const desk = new PastDesk({
    hub: api,
    store,
    lastSeq: () => present.store.getState().server.seq,
    setTimeout: later,
    clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout> | undefined),
  });
  const names: Dashboard['names'] = new NameLookup({
    ask: (ids) => api.namedIds({ ids: [...ids] }),
    found: (named) => patchServer(store, withNames(store.getState().server, named)),
    hasName: ({ jobPaths, owners }, id) => id in jobPaths || id in owners,
    setTimeout: later,
  });
  const keyNames: Dashboard['keyNames'] = new NameLookup({
    ask: (keyIds) => api.keyNames({ keyIds: [...keyIds] }),
    found: (named) => patchServer(store, withKeyNames(store.getState().server, named)),
    hasName: (named, id) => id in named,
    setTimeout: later,
  });
  const clock = new SharedClock(() => desk.place.getState().at);
  return { desk, dashboard: { ...present, store, clock, names, keyNames } };
}
