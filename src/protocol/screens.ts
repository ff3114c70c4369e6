/** What the dashboard, its palette and help, and the desktop's menu know of a screen. */
interface ScreenEntry {
  /** Names it in the address and in commands. */
  readonly key: string;
  readonly title: string;
  /** Opened by `g` and then this character. */
  readonly shortcut: string;
}

/**
 * The screens, in the order of the rail. A screen is an entry here, its view in the dashboard's
 * `screen-views.ts`, and its folder in `features/`.
 */
export const screens = [
  { key: 'overview', title: 'Overview', shortcut: 'o' },
  { key: 'sessions', title: 'Sessions', shortcut: 's' },
  { key: 'wire', title: 'Wire', shortcut: 'w' },
  { key: 'files', title: 'Files', shortcut: 'f' },
  { key: 'locks', title: 'Locks', shortcut: 'l' },
  { key: 'jobs', title: 'Jobs', shortcut: 'j' },
  { key: 'knowledge', title: 'Knowledge', shortcut: 'n' },
  { key: 'audit', title: 'Audit', shortcut: 'a' },
  { key: 'keys', title: 'Keys', shortcut: 'k' },
  { key: 'settings', title: 'Settings', shortcut: ',' },
] as const satisfies readonly ScreenEntry[];

export type ScreenKey = (typeof screens)[number]['key'];
