import { LayoutDashboard, Radio } from 'lucide-react';
import { lazy } from 'react';
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
  },
];
