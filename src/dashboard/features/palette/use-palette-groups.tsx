import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Bot, Boxes, File, Lock, Monitor, Moon, Play, Plus, ScrollText, Square, Sun, Timer } from 'lucide-react';
import type { ReactNode } from 'react';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { keysThere } from '../../presence.ts';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { agentColor } from '../../theme/agent-hues.ts';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { bestFiles } from './palette-files.ts';
import { bestOf, byBestMatch } from './palette-score.ts';

export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string | undefined;
  /** Its shortcut: keys to press one after the other. */
  readonly keys?: readonly string[];
  readonly icon: ReactNode;
  readonly run: () => void;
}

export interface PaletteGroup {
  readonly label: string;
  readonly items: readonly PaletteItem[];
}

const icon = { size: 15, strokeWidth: 1.75, 'aria-hidden': true } as const;
const MOST = 6;

/** The palette's matches for a query, by group. */
export function usePaletteGroups(screens: readonly ScreenDefinition[], query: string): readonly PaletteGroup[] {
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const keys = useServer((server) => server.keys);
  const sessions = useServer((server) => server.sessions);
  const locks = useServer((server) => server.locks);
  const jobs = useServer((server) => server.jobs);
  const workspace = useWorkspace();
  const lastSeq = useServer((server) => server.seq);
  const allWorkspaces = useServer((server) => server.workspaces);
  const chooseWorkspace = useUi((ui) => ui.chooseWorkspace);
  const files = useFiles(query);
  const actions = useActions(screens);

  const best = (items: readonly PaletteItem[], most = MOST): readonly PaletteItem[] =>
    bestOf(items, query, ({ label }) => label, most);

  const workspaces = [...allWorkspaces.values()].map((each): PaletteItem => ({
    id: `workspace ${each.id}`,
    label: workspaceLabel(each, allWorkspaces.values()),
    detail: each.id === workspace?.id ? 'chosen' : 'choose this workspace',
    icon: <Boxes {...icon} />,
    run: () => chooseWorkspace(each.id),
  }));
  const online = keysThere(sessions.values());
  const known = new Set([...sessions.values()].map(({ keyId }) => keyId));
  const rank = (id: string): number => (online.has(id) ? 0 : known.has(id) ? 1 : 2);
  const agents = [...keys.values()]
    .filter(({ revokedAt }) => revokedAt === undefined)
    .sort((a, b) => rank(a.id) - rank(b.id))
    .map(({ id, name }): PaletteItem => ({
      id: `agent ${id}`,
      label: name,
      detail: ['connected', 'connection lost', 'not connected'][rank(id)],
      icon: <Bot {...icon} color={agentColor(id)} />,
      run: () => select({ kind: 'key', keyId: id }),
    }));
  const groups: readonly PaletteGroup[] = [
    {
      label: 'Screens',
      items: best(
        screens.map(({ key, title, icon: Icon, shortcut }) => ({
          id: `screen ${key}`,
          label: title,
          keys: ['g', shortcut],
          icon: <Icon {...icon} />,
          run: () => go(key),
        })),
        screens.length,
      ),
    },
    { label: 'Agents', items: best(agents) },
    {
      label: 'Files',
      items: files.map((path) => ({
        id: `file ${path}`,
        label: path,
        icon: <File {...icon} />,
        run: () => workspace && select({ kind: 'file', workspace: workspace.id, path }),
      })),
    },
    {
      label: 'Locks',
      items: best(
        [...locks.values()].map(({ workspace: where, path, keyId }) => ({
          id: `lock ${where} ${path}`,
          label: path,
          detail: `held by ${keys.get(keyId)?.name ?? keyId}`,
          icon: <Lock {...icon} />,
          run: () => select({ kind: 'lock', workspace: where, path }),
        })),
      ),
    },
    {
      label: 'Jobs',
      items: best(
        [...jobs.values()].map(({ id, path, status }) => ({
          id: `job ${id}`,
          label: path,
          detail: status,
          icon: <Timer {...icon} />,
          run: () => select({ kind: 'job', jobId: id }),
        })),
      ),
    },
    { label: 'Workspaces', items: query === '' ? [] : best(workspaces) },
    { label: 'Events', items: eventNumbered(query, lastSeq, (seq) => select({ kind: 'event', seq })) },
    { label: 'Actions', items: best(actions, query === '' ? MOST : 12) },
  ];
  return byBestMatch(groups, query, ({ items }) => items.map(({ label }) => label));
}

/** The event of a typed number, as `#15877`. */
function eventNumbered(query: string, last: number, open: (seq: number) => void): readonly PaletteItem[] {
  const seq = Number(/^\s*#(\d+)\s*$/u.exec(query)?.[1] ?? 0);
  if (seq < 1 || seq > last) return [];
  return [
    {
      id: `event ${seq}`,
      label: `#${seq}`,
      detail: 'in the log',
      icon: <ScrollText {...icon} />,
      run: () => open(seq),
    },
  ];
}

/** Paths of the selected workspace that match the query best. */
function useFiles(query: string): readonly string[] {
  const [settled] = useDebouncedValue(query.trim(), 120);
  const workspace = useWorkspace()?.id;
  const load = useLoad(`palette ${workspace ?? ''} ${settled}`, async (hub) =>
    workspace === undefined ? [] : await bestFiles(hub, workspace, settled, MOST),
  );
  return load.status === 'ready' ? load.data : [];
}

function useActions(screens: readonly ScreenDefinition[]): readonly PaletteItem[] {
  const go = useUi((ui) => ui.go);
  const setConnectOpen = useUi((ui) => ui.setConnectOpen);
  const workspace = useWorkspace();
  const canSample = useServer(({ hub }) => hub?.sampleAgents === true);
  const { setColorScheme } = useMantineColorScheme();
  const startSamples = useAction(
    (hub, id: string) => hub.sampleAgentsStart({ workspace: id }),
    'Sample agents are on their way',
  );
  const stopSamples = useAction((hub) => hub.sampleAgentsStop(), 'Sample agents stopped');
  const areRunning = useLoad('sample agents', (hub) => hub.sampleAgentsRunning()).data === true;
  const samples: readonly PaletteItem[] =
    !canSample || !workspace
      ? []
      : areRunning
        ? [
            {
              id: 'samples stop',
              label: 'Stop the sample agents',
              icon: <Square {...icon} />,
              run: () => void stopSamples.run(),
            },
          ]
        : [
            {
              id: 'samples start',
              label: 'Start the sample agents',
              icon: <Play {...icon} />,
              run: () => void startSamples.run(workspace.id),
            },
          ];
  return [
    {
      id: 'connect',
      label: 'Connect an agent',
      keys: ['c'],
      icon: <Plus {...icon} />,
      run: () => setConnectOpen(true),
    },
    ...screens.flatMap(({ key, title, icon: Icon, actions = [] }) =>
      actions.map(({ label: what, params }) => ({
        id: `action ${key} ${what}`,
        label: what,
        detail: title,
        icon: <Icon {...icon} />,
        run: () => go(key, params),
      })),
    ),
    ...samples,
    { id: 'theme dark', label: 'Theme: dark', icon: <Moon {...icon} />, run: () => setColorScheme('dark') },
    { id: 'theme light', label: 'Theme: light', icon: <Sun {...icon} />, run: () => setColorScheme('light') },
    { id: 'theme auto', label: 'Theme: as the system', icon: <Monitor {...icon} />, run: () => setColorScheme('auto') },
  ];
}
