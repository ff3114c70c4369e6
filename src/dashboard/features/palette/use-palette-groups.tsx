import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Bot, Boxes, File, LockKeyhole, Monitor, Moon, Play, Plus, ScrollText, Square, Sun } from 'lucide-react';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { agentColor } from '../../theme/agent-hues.ts';
import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { SessionPulse } from '../../../protocol/ticks.ts';
import { nameOfAgent } from '../../../protocol/words/agent-label.ts';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { useNow } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { paletteAgents } from './palette-agents.ts';
import { bestFiles } from './palette-files.ts';
import {
  bestItems,
  MOST_IN_GROUP,
  paletteIcon,
  searchedIn,
  type PaletteGroup,
  type PaletteItem,
} from './palette-item.ts';
import { paletteQuery } from './palette-query.ts';
import { byBestMatch } from './palette-score.ts';
import { useSessionsAndJobs } from './use-sessions-and-jobs.tsx';

/** The palette's matches for what was typed, by group. */
export function usePaletteGroups(screens: readonly ScreenDefinition[], typed: string): readonly PaletteGroup[] {
  const { scope, text: query } = paletteQuery(typed);
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const keys = useServer((server) => server.keys);
  const sessions = useServer((server) => server.sessions);
  const pulses = useServer((server) => server.pulses);
  const now = useNow(5_000);
  const locks = useServer((server) => server.locks);
  const workspace = useWorkspace();
  const lastSeq = useServer((server) => server.seq);
  const firstSeq = useServer(({ retention }) => (retention.cut?.seq ?? 0) + 1);
  const allWorkspaces = useServer((server) => server.workspaces);
  const chooseWorkspace = useUi((ui) => ui.chooseWorkspace);
  const files = useFiles(query);
  const actions = useActions(screens);
  const { sessions: sessionLines, jobs: jobLines } = useSessionsAndJobs(query);

  const best = (items: readonly PaletteItem[], most?: number): readonly PaletteItem[] => bestItems(items, query, most);

  const workspaces = [...allWorkspaces.values()].map((each): PaletteItem => ({
    id: `workspace ${each.id}`,
    label: workspaceLabel(each, allWorkspaces.values()),
    detail: each.id === workspace?.id ? 'chosen' : 'choose this workspace',
    icon: <Boxes {...paletteIcon} />,
    run: () => chooseWorkspace(each.id),
  }));
  const pulseOf = (session: string): SessionPulse | undefined => pulses.get(session);
  const agents = paletteAgents(keys.values(), { sessions: sessions.values(), pulseOf, now }).map(
    ({ id, keyId, title, detail, searched }): PaletteItem => ({
      id: `agent ${id}`,
      label: title,
      searched,
      detail,
      icon: <Bot {...paletteIcon} color={agentColor(id)} />,
      run: () => select({ kind: 'key', keyId }),
    }),
  );
  const groups: readonly PaletteGroup[] = [
    {
      label: 'Screens',
      scope: 'actions',
      items: best(
        screens.map(({ key, title, icon: Icon, shortcut }) => ({
          id: `screen ${key}`,
          label: title,
          keys: ['g', shortcut],
          icon: <Icon {...paletteIcon} />,
          run: () => go(key),
        })),
        screens.length,
      ),
    },
    { label: 'Agents', scope: 'agents', items: best(agents) },
    sessionLines,
    {
      label: 'Files',
      scope: 'files',
      items: files.map((path) => ({
        id: `file ${path}`,
        label: path,
        icon: <File {...paletteIcon} />,
        run: () => workspace && select({ kind: 'file', workspace: workspace.id, path }),
      })),
    },
    {
      label: 'Locks',
      scope: undefined,
      items: best(
        [...locks.values()].map(({ workspace: where, path, ...lock }) => ({
          id: `lock ${where} ${path}`,
          label: path,
          detail: `held by ${nameOfAgent(keys, idOfAgent(lock))}`,
          icon: <LockKeyhole {...paletteIcon} />,
          run: () => select({ kind: 'lock', workspace: where, path }),
        })),
      ),
    },
    jobLines,
    { label: 'Workspaces', scope: 'actions', items: query === '' ? [] : best(workspaces) },
    {
      label: 'Events',
      scope: 'events',
      items: eventNumbered(scope === 'events' ? query : '', [firstSeq, lastSeq], (seq) =>
        select({ kind: 'event', seq }),
      ),
    },
    {
      label: 'Actions',
      scope: 'actions',
      items: best(actions, query === '' && scope === undefined ? MOST_IN_GROUP : 20),
    },
  ];
  const shown = scope === undefined ? groups : groups.filter((group) => group.scope === scope);
  return byBestMatch(shown, query, ({ items }) => items.map(searchedIn));
}

/** The event of a typed number, as `#15877`, if the log still has it. */
function eventNumbered(
  query: string,
  [first, last]: readonly [first: number, last: number],
  open: (seq: number) => void,
): readonly PaletteItem[] {
  const seq = Number(/^\d+$/u.exec(query)?.[0] ?? 0);
  if (seq < first || seq > last) return [];
  return [
    {
      id: `event ${seq}`,
      label: `#${seq}`,
      detail: 'in the log',
      icon: <ScrollText {...paletteIcon} />,
      run: () => open(seq),
    },
  ];
}

/** Paths of the selected workspace that match the query best. */
function useFiles(query: string): readonly string[] {
  const [settled] = useDebouncedValue(query.trim(), 120);
  const workspace = useWorkspace()?.id;
  const load = useLoad(`palette ${workspace ?? ''} ${settled}`, async (hub) =>
    workspace === undefined ? [] : await bestFiles(hub, workspace, settled, MOST_IN_GROUP),
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
              icon: <Square {...paletteIcon} />,
              run: () => void stopSamples.run(),
            },
          ]
        : [
            {
              id: 'samples start',
              label: 'Start the sample agents',
              icon: <Play {...paletteIcon} />,
              run: () => void startSamples.run(workspace.id),
            },
          ];
  return [
    {
      id: 'connect',
      label: 'Connect an agent',
      keys: ['c'],
      icon: <Plus {...paletteIcon} />,
      run: () => setConnectOpen(true),
    },
    ...screens.flatMap(({ key, title, icon: Icon, actions = [] }) =>
      actions.map(({ label: what, params }) => ({
        id: `action ${key} ${what}`,
        label: what,
        detail: title,
        icon: <Icon {...paletteIcon} />,
        run: () => go(key, params),
      })),
    ),
    ...samples,
    { id: 'theme dark', label: 'Theme: dark', icon: <Moon {...paletteIcon} />, run: () => setColorScheme('dark') },
    { id: 'theme light', label: 'Theme: light', icon: <Sun {...paletteIcon} />, run: () => setColorScheme('light') },
    {
      id: 'theme auto',
      label: 'Theme: as the system',
      icon: <Monitor {...paletteIcon} />,
      run: () => setColorScheme('auto'),
    },
  ];
}
