import { useMemo, type ReactNode } from 'react';
import { ConnectButton } from '../../connect/connect-dialog.tsx';
import { RefusedStrip } from '../../connect/refused-strip.tsx';
import { TellCard } from '../../connect/tell-agent.tsx';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { DropPanel } from './drop-panel.tsx';
import { Feed } from './feed.tsx';
import { Board, useLanes } from './lane-board.tsx';
import { agentsElsewhere } from './lanes.ts';
import { NobodyConnected } from './nobody-connected.tsx';
import styles from './overview.module.css';

/** The board: a lane for each agent, the latest events, and the place to drop files. */
export function OverviewScreen(): ReactNode {
  const workspace = useWorkspace();
  const lanes = useLanes(workspace);
  const sessions = useServer((server) => server.sessions);
  const elsewhere = useMemo(() => (workspace ? agentsElsewhere(sessions, workspace) : 0), [sessions, workspace]);
  const go = useUi((ui) => ui.go);
  if (!workspace) {
    return (
      <Screen toolbar={<Toolbar title="Overview" />}>
        <EmptyState title="There is no workspace">Make one with the menu at the top left.</EmptyState>
      </Screen>
    );
  }
  const count = `${formatCount(lanes.length)} ${lanes.length === 1 ? 'agent' : 'agents'}, ${formatCount(workspace.fileCount)} ${workspace.fileCount === 1 ? 'file' : 'files'}, ${formatSize(workspace.usedBytes)}`;
  return (
    <Screen
      toolbar={
        <Toolbar title="Overview" count={count} actions={lanes.length > 0 && <ConnectButton />}>
          {elsewhere > 0 && (
            <span className={styles.small}>
              <TextButton onClick={() => go('sessions')}>
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
              <NobodyConnected workspace={workspace} />
            ) : (
              <>
                <RefusedStrip />
                <TellCard workspace={workspace} />
                <Board lanes={lanes} />
              </>
            )}
          </div>
          <div className={styles.side}>
            <DropPanel workspace={workspace} />
            <Feed workspace={workspace.id} />
          </div>
        </div>
      </div>
    </Screen>
  );
}
