import { Button } from '@mantine/core';
import { History } from 'lucide-react';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { ConnectButton } from '../../connecting/connect-dialog.tsx';
import { RefusedStrip } from '../../connecting/refused-strip.tsx';
import { TellCard } from '../../connecting/tell-agent.tsx';
import { useDashboard, useKeysInScope, useScope, useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import type { ServerSlice } from '../../server-slice.ts';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useLiveList } from '../../ui/use-live-list.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { useSilent } from '../../ui/use-silent.ts';
import { TextButton } from '../../ui/text-button.tsx';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { presenceWords } from '../../presence.ts';
import { DropPanel } from './drop-panel.tsx';
import { Feed } from './feed.tsx';
import { Board, laneKey, useLanes } from './lane-board.tsx';
import { chosenLane, filterLanes, presenceAround, type Lane } from './lanes.ts';
import { NobodyConnected } from './nobody-connected.tsx';
import styles from './overview.module.css';
import { PastOverview } from './past-overview.tsx';

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;

/** The Overview of now, or as it was at the moment that its address names. */
export function OverviewScreen(): ReactNode {
  const at = useUi(({ params }) => params['at']);
  return at !== undefined && /^\d{1,15}$/u.test(at) ? <PastOverview seq={Number(at)} /> : <PresentOverview />;
}

/** The board: a lane for each agent, the latest events, and the place to drop files. */
function PresentOverview(): ReactNode {
  const workspace = useWorkspace();
  const workspaces = useServer((server) => server.workspaces);
  const isAll = useUi((ui) => ui.isAllWorkspaces) && workspaces.size > 1;
  const lanes = useLanes();
  const sessions = useServerCalmly(sessionsOf);
  const hasKey = useKeysInScope();
  const isSilent = useSilent();
  const { here, elsewhere } = useMemo(() => presenceAround(sessions, hasKey, isSilent), [sessions, hasKey, isSilent]);
  const keys = useServer((server) => server.keys);
  const [text, setText] = useState('');
  const shown = useMemo(() => filterLanes(lanes, keys, text), [lanes, keys, text]);
  const chosenKey = useSelected('key', ({ keyId }) => keyId);
  const scope = useScope();
  const select = useUi((ui) => ui.select);
  // The inspector shows the key of an agent; only this component knows which of its agents was chosen.
  const [at, setAt] = useState<string>();
  const chosen = chosenLane(shown, chosenKey, at);
  const choose = useCallback(
    ({ id, keyId }: Lane): void => {
      setAt(id);
      select({ kind: 'key', keyId });
    },
    [select],
  );
  const list = useLiveList({ selected: chosen, what: `${scope} ${text}`, rows: shown, rowKey: laneKey, kind: 'state' });
  const showAll = useUi((ui) => ui.chooseAllWorkspaces);
  const { hold } = list.live;
  const hasLanes = lanes.length > 0;
  // The count changes with each write; the buttons beside it cost more than it does.
  const actions = useMemo(
    () =>
      hasLanes && (
        <>
          <FollowControl hold={hold} />
          <PastButton />
          <ConnectButton />
        </>
      ),
    [hasLanes, hold],
  );
  if (!workspace) {
    return (
      <Screen toolbar={<Toolbar title="Overview" />}>
        <EmptyState title="There is no workspace">Make one with the menu at the top left.</EmptyState>
      </Screen>
    );
  }
  const covered = isAll ? [...workspaces.values()] : [workspace];
  const files = covered.reduce((sum, { fileCount }) => sum + fileCount, 0);
  const bytes = covered.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
  const count = `${presenceWords(here, formatCount)}, ${formatCount(files)} ${files === 1 ? 'file' : 'files'}, ${formatSize(bytes)}`;
  return (
    <Screen
      toolbar={
        <Toolbar title="Overview" count={count} isScoped actions={actions}>
          {hasLanes && <FilterBox value={text} onChange={setText} label="Filter agents" width={160} />}
          {elsewhere > 0 && (
            <span className={styles.small}>
              <TextButton onClick={showAll}>
                {elsewhere === 1 ? 'One more agent is' : `${elsewhere} more agents are`} in other workspaces
              </TextButton>
            </span>
          )}
        </Toolbar>
      }
    >
      <div className={styles.frame} data-steady>
        <div className={styles.overview}>
          <div className={styles.board}>
            {lanes.length === 0 ? (
              <NobodyConnected workspace={workspace} elsewhere={elsewhere} />
            ) : (
              <>
                <RefusedStrip />
                <TellCard workspace={workspace} />
                <Board list={list} selected={chosen} onSelect={choose} />
              </>
            )}
          </div>
          <div className={styles.side}>
            <DropPanel workspace={workspace.id} isKnown={workspace.fileCount > 0} />
            <Feed workspace={isAll ? undefined : workspace.id} />
          </div>
        </div>
      </div>
    </Screen>
  );
}

/** Leads to the past: from there one moves on. */
function PastButton(): ReactNode {
  const { store } = useDashboard();
  const go = useUi((ui) => ui.go);
  return (
    <Button
      leftSection={<History size={13} />}
      title="See the board at any moment of the past"
      onClick={() => go('overview', { at: String(store.getState().server.seq) })}
    >
      Past
    </Button>
  );
}
