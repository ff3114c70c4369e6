import { createStore, type StoreApi } from 'zustand';
import { emptyServerSlice, type ServerSlice } from './server-slice.ts';
import { showTimesIn, timeZone } from '../protocol/words/time-zone.ts';
import type { ScreenKey } from '../protocol/screens.ts';
import type { Selection } from './selection.ts';
import { uiRules, type ScreenParams, type UiSlice } from './ui-slice.ts';

/** All that screens read: what the hub said, and what the person chose. The two never mix. */
export interface DashboardState {
  readonly server: ServerSlice;
  readonly ui: UiSlice;
}

export type DashboardStore = StoreApi<DashboardState>;

/** Where the dashboard begins: from the address, and the workspace of the last visit. */
export interface StoreStart {
  readonly screen: ScreenKey;
  readonly params: ScreenParams;
  readonly workspace: string | undefined;
  readonly isAllWorkspaces?: boolean;
  /** What the inspector shows. */
  readonly selection?: Selection | undefined;
}

export function createDashboardStore({ selection, ...start }: StoreStart): DashboardStore {
  return createStore<DashboardState>((set) => {
    const change = (to: (ui: UiSlice) => Partial<UiSlice>): void => set(({ ui }) => ({ ui: { ...ui, ...to(ui) } }));
    return {
      server: emptyServerSlice,
      ui: {
        isAllWorkspaces: false,
        ...start,
        isInspectorOpen: selection !== undefined,
        isInspectorPinned: false,
        trail: selection ? [selection] : [],
        position: selection ? 0 : -1,
        isHelpOpen: false,
        isConnectOpen: false,
        shownKey: undefined,
        connectWay: undefined,
        refusedSeen: new Set(),
        allowing: undefined,
        timeZone: timeZone(),
        go: (screen, params = {}) => change((ui) => uiRules.go(ui, screen, params)),
        chooseWorkspace: (workspace) => change((ui) => uiRules.chooseWorkspace(ui, workspace)),
        chooseAllWorkspaces: () => change((ui) => uiRules.chooseAllWorkspaces(ui)),
        select: (selection) => change((ui) => uiRules.select(ui, selection)),
        step: (by) => change((ui) => uiRules.step(ui, by)),
        closeInspector: () => change(() => ({ isInspectorOpen: false })),
        openInspector: () => change((ui) => ({ isInspectorOpen: ui.trail.length > 0 })),
        setTimeZone: (zone) => {
          showTimesIn(zone);
          change(() => ({ timeZone: zone }));
        },
        pinInspector: (isInspectorPinned) => change(() => ({ isInspectorPinned })),
        setHelpOpen: (isHelpOpen) => change(() => ({ isHelpOpen })),
        setConnectOpen: (isConnectOpen) => change(() => ({ isConnectOpen })),
        chooseConnectWay: (connectWay) => change(() => ({ connectWay })),
        showKey: (shownKey) => change(() => ({ shownKey })),
        setAllowing: (allowing) => change(() => ({ allowing })),
        dismissRefused: (ids) => change(({ refusedSeen }) => ({ refusedSeen: new Set([...refusedSeen, ...ids]) })),
      },
    };
  });
}

/** Puts new values of the server slice in place. */
export function patchServer(store: DashboardStore, patch: Partial<ServerSlice>): void {
  store.setState(({ server }) => ({ server: { ...server, ...patch } }));
}

/** Undefined while the hub can be reached; else settles when it can be again. */
export function untilLive(store: DashboardStore): Promise<void> | undefined {
  const isLive = (): boolean => store.getState().server.connection.status === 'live';
  if (isLive()) return undefined;
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      if (!isLive()) return;
      stop();
      resolve();
    });
  });
}
