import { createContext, use, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useStore, type StoreApi } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { HubApi } from '../protocol/api.ts';
import type { DesktopBridge } from '../protocol/desktop-bridge.ts';
import { agentOfId } from '../protocol/agent-id.ts';
import type { HubEvent } from '../protocol/events.ts';
import { agentLabel } from '../protocol/words/agent-label.ts';
import type { NamedIds } from '../protocol/records.ts';
import type { WorkspaceState } from '../protocol/state.ts';
import type { HubClient } from './hub-client.ts';
import type { NameLookup } from './name-lookup.ts';
import { rowHeights, type Preferences } from './preferences.ts';
import { keysInScope, scopeOf } from './scope.ts';
import type { ServerSlice } from './server-slice.ts';
import type { DashboardStore } from './store.ts';
import type { SharedClock } from './ui/shared-clock.ts';
import type { UiSlice } from './ui-slice.ts';
import type { UploadQueue } from './uploads/uploads.ts';

/** What every screen is given. */
export interface Dashboard {
  readonly store: DashboardStore;
  readonly client: HubClient;
  readonly uploads: UploadQueue;
  /** For ids of jobs and sessions that are over. */
  readonly names: NameLookup<NamedIds>;
  /** For keys that were revoked long ago. */
  readonly keyNames: NameLookup<Readonly<Record<string, string>>>;
  readonly preferences: StoreApi<Preferences>;
  /** The hub's clock, ticking. */
  readonly clock: SharedClock;
  /** Only in the desktop app. */
  readonly desktop: DesktopBridge | undefined;
  /** Trades a token for the hub's cookie and connects. Rejects with `unauthorized` for a wrong one. */
  readonly signIn: (token: string) => Promise<void>;
  /** Signs out all browsers, this one too. */
  readonly signOutBrowsers: () => Promise<void>;
}

const DashboardContext = createContext<Dashboard | undefined>(undefined);

export function DashboardProvider({ value, children }: { value: Dashboard; children: ReactNode }): ReactNode {
  return <DashboardContext value={value}>{children}</DashboardContext>;
}

export function useDashboard(): Dashboard {
  const dashboard = use(DashboardContext);
  if (!dashboard) throw new Error('Outside of a DashboardProvider');
  return dashboard;
}

/** A narrow part of what the hub said. Select a map, or one value of it; never build a new object. */
export function useServer<T>(select: (server: ServerSlice) => T): T {
  return useStore(useDashboard().store, ({ server }) => select(server));
}

/** A narrow part of what the person chose. */
export function useUi<T>(select: (ui: UiSlice) => T): T {
  return useStore(useDashboard().store, ({ ui }) => select(ui));
}

/** The calls to the hub; the same object for ever. Errors are HubErrors. */
export function useHub(): HubApi {
  return useDashboard().client.api;
}

/** The id of the workspace that the screens are narrowed to; undefined: nothing is left out. */
export function useScope(): string | undefined {
  const workspace = useWorkspace()?.id;
  const isAll = useUi((ui) => ui.isAllWorkspaces);
  return useServer(({ workspaces }) => scopeOf(workspaces, workspace, isAll));
}

/** Whether an agent is in the scope of the screens. */
export function useKeysInScope(): (keyId: string) => boolean {
  const scope = useScope();
  const here = useServer(({ workspaces }) => (scope === undefined ? undefined : workspaces.get(scope)?.roles));
  // Workspaces change with each write; their roles seldom do.
  const all = useStore(
    useDashboard().store,
    useShallow(({ server }) => [...server.workspaces.values()].map(({ roles }) => roles)),
  );
  return useMemo(() => keysInScope(all, here), [all, here]);
}

/** The chosen workspace, else the first; undefined while there is none. Where new things go. */
export function useWorkspace(): WorkspaceState | undefined {
  const chosen = useUi(({ workspace }) => workspace);
  return useServer(
    ({ workspaces }) => (chosen !== undefined && workspaces.get(chosen)) || workspaces.values().next().value,
  );
}

/** The height of a line in lists, px, as the person chose it. */
export function useRowHeight(): number {
  return useStore(useDashboard().preferences, ({ density }) => rowHeights[density]);
}

/** The name of a key, for texts. One that is not known goes by its id; one that was revoked long ago, until its name is fetched. */
export function useKeyName(keyId: string): string {
  const { keyNames } = useDashboard();
  // One question, as lists ask it for each row: null is one that is not known, once there is a hub to ask.
  const name = useServer(
    ({ keys, pastKeyNames, hub }) =>
      keys.get(keyId)?.name ?? pastKeyNames.get(keyId) ?? (hub === undefined ? undefined : null),
  );
  const isUnknown = name === null && keyId !== '';
  useEffect(() => {
    if (isUnknown) keyNames.want(keyId);
  }, [keyNames, keyId, isUnknown]);
  return name ?? keyId;
}

/** What an agent is called ({@link agentLabel}), by its id; the name of a key by its own. */
export function useAgentName(id: string): string {
  const { keyId, agent } = agentOfId(id);
  const keyName = useKeyName(keyId);
  const name = useServer(({ keys }) => agentLabel(keys.get(keyId), keyId, agent));
  return agent !== undefined && name.startsWith(`${keyId}/`) ? `${keyName}/${agent}` : name === keyId ? keyName : name;
}

/** What is known of a job or session by its id; asks the hub for one that is unknown, as of older pages of the log. */
export function useNamed(kind: 'jobPaths' | 'owners', id: string): string | undefined {
  const { names } = useDashboard();
  const known = useServer((server) => server[kind].get(id));
  useEffect(() => {
    if (known === undefined) names.want(id);
  }, [names, known, id]);
  return known;
}

/** Calls `listener` once a frame with the events that came, in order. It may close over anything. */
export function useEvents(listener: (events: readonly HubEvent[]) => void): void {
  const { store } = useDashboard();
  const current = useRef(listener);
  useEffect(() => {
    current.current = listener;
  });
  useEffect(
    () =>
      store.subscribe(({ server }, before) => {
        if (server.latest !== before.server.latest) current.current(server.latest);
      }),
    [store],
  );
}
