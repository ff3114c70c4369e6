import {
  Cable,
  Folder,
  Hammer,
  KeyRound,
  LayoutDashboard,
  Library,
  LockKeyhole,
  Radio,
  ScrollText,
  Settings,
} from 'lucide-react';
import { screens as entries, type ScreenKey } from '../protocol/screens.ts';
import { folderAbove } from './features/files/file-url.ts';
import { ScreenCode } from './screen-code.ts';
import { isLive, presenceIn } from './presence.ts';
import { keysInScope } from './scope.ts';
import type { ScreenDefinition, ScreenView } from './screen-registry.ts';
import type { ServerSlice } from './server-slice.ts';

/** What is drawn for each screen. Each is fetched when it is first opened, or before, when there is time. */
const views: Readonly<Record<ScreenKey, ScreenView>> = {
  overview: {
    icon: LayoutDashboard,
    code: new ScreenCode(async () => (await import('./features/overview/overview-screen.tsx')).OverviewScreen),
    count: (server, scope, isSilent) => {
      const isIn = keysIn(server, scope);
      return presenceIn(
        server.sessions.values().filter(({ keyId }) => isIn(keyId)),
        isSilent,
      ).live;
    },
  },
  sessions: {
    icon: Radio,
    code: new ScreenCode(async () => (await import('./features/sessions/sessions-screen.tsx')).SessionsScreen),
    up: ({ session }) => (session === undefined ? undefined : {}),
    count: (server, scope) => {
      const isIn = keysIn(server, scope);
      return countOf(server.sessions, (session) => isLive(session) && isIn(session.keyId));
    },
  },
  wire: {
    icon: Cable,
    code: new ScreenCode(async () => (await import('./features/wire/wire-screen.tsx')).WireScreen),
    actions: [{ label: 'Show what went wrong on the wire', params: { filter: 'has:error' } }],
  },
  files: {
    icon: Folder,
    code: new ScreenCode(async () => (await import('./features/files/files-screen.tsx')).FilesScreen),
    up: folderAbove,
    actions: [{ label: 'Show deleted files', params: { view: 'deleted' } }],
  },
  locks: {
    icon: LockKeyhole,
    code: new ScreenCode(async () => (await import('./features/locks/locks-screen.tsx')).LocksScreen),
    count: ({ locks }, scope) => countOf(locks, ({ workspace }) => scope === undefined || workspace === scope),
  },
  jobs: {
    icon: Hammer,
    code: new ScreenCode(async () => (await import('./features/jobs/jobs-screen.tsx')).JobsScreen),
    actions: [{ label: 'Show failed jobs', params: { status: 'failed' } }],
    count: ({ jobs }, scope) => countOf(jobs, ({ workspace }) => scope === undefined || workspace === scope),
  },
  knowledge: {
    icon: Library,
    code: new ScreenCode(async () => (await import('./features/knowledge/knowledge-screen.tsx')).KnowledgeScreen),
  },
  audit: {
    icon: ScrollText,
    code: new ScreenCode(async () => (await import('./features/audit/audit-screen.tsx')).AuditScreen),
  },
  keys: {
    icon: KeyRound,
    code: new ScreenCode(async () => (await import('./features/keys/keys-screen.tsx')).KeysScreen),
    actions: [{ label: 'Create a key', params: { create: '1' } }],
  },
  settings: {
    icon: Settings,
    code: new ScreenCode(async () => (await import('./features/settings/settings-screen.tsx')).SettingsScreen),
    actions: [{ label: 'Create a workspace', params: { create: '1' } }],
  },
};

function keysIn({ workspaces }: ServerSlice, scope: string | undefined): (keyId: string) => boolean {
  if (scope === undefined) return () => true;
  return keysInScope(
    workspaces.values().map(({ roles }) => roles),
    workspaces.get(scope)?.roles,
  );
}

function countOf<T>(things: ReadonlyMap<string, T>, isCounted: (thing: T) => boolean): number {
  let count = 0;
  for (const thing of things.values()) if (isCounted(thing)) count += 1;
  return count;
}

/** The screens, in the order of the rail. */
export const screenDefinitions: readonly ScreenDefinition[] = entries.map((entry) => ({
  ...entry,
  ...views[entry.key],
}));
