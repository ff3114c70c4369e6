import { Folder, Hammer, KeyRound, LayoutDashboard, LockKeyhole, Radio, ScrollText, Settings } from 'lucide-react';
import { lazy } from 'react';
import { folderAbove } from './features/files/file-url.ts';
import type { ScreenDefinition } from './screen-registry.ts';

/** The screens, in the order of the rail. Each is fetched when it is first opened. */
export const screens: readonly ScreenDefinition[] = [
  {
    key: 'overview',
    label: 'Overview',
    icon: LayoutDashboard,
    letter: 'o',
    view: lazy(async () => ({ default: (await import('./features/overview/overview-screen.tsx')).OverviewScreen })),
  },
  {
    key: 'sessions',
    label: 'Sessions',
    icon: Radio,
    letter: 's',
    view: lazy(async () => ({ default: (await import('./features/sessions/sessions-screen.tsx')).SessionsScreen })),
    up: ({ session }) => (session === undefined ? undefined : {}),
  },
  {
    key: 'files',
    label: 'Files',
    icon: Folder,
    letter: 'f',
    view: lazy(async () => ({ default: (await import('./features/files/files-screen.tsx')).FilesScreen })),
    up: folderAbove,
    actions: [{ label: 'Show deleted files', params: { view: 'deleted' } }],
  },
  {
    key: 'locks',
    label: 'Locks',
    icon: LockKeyhole,
    letter: 'l',
    view: lazy(async () => ({ default: (await import('./features/locks/locks-screen.tsx')).LocksScreen })),
  },
  {
    key: 'jobs',
    label: 'Jobs',
    icon: Hammer,
    letter: 'j',
    view: lazy(async () => ({ default: (await import('./features/jobs/jobs-screen.tsx')).JobsScreen })),
    actions: [{ label: 'Show failed jobs', params: { status: 'failed' } }],
  },
  {
    key: 'audit',
    label: 'Audit',
    icon: ScrollText,
    letter: 'a',
    view: lazy(async () => ({ default: (await import('./features/audit/audit-screen.tsx')).AuditScreen })),
  },
  {
    key: 'keys',
    label: 'Keys',
    icon: KeyRound,
    letter: 'k',
    view: lazy(async () => ({ default: (await import('./features/keys/keys-screen.tsx')).KeysScreen })),
    actions: [{ label: 'Create a key', params: { create: '1' } }],
  },
  {
    key: 'settings',
    label: 'Settings',
    icon: Settings,
    letter: ',',
    view: lazy(async () => ({ default: (await import('./features/settings/settings-screen.tsx')).SettingsScreen })),
    actions: [{ label: 'Create a workspace', params: { create: '1' } }],
  },
];
