import { Button } from '@mantine/core';
import { Keyboard } from 'lucide-react';
import type { ReactNode } from 'react';
import { ConnectButton } from '../../connecting/connect-dialog.tsx';
import { SafetyNote } from '../../connecting/connect-guide.tsx';
import { useUi } from '../../dashboard-context.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { AlertSettings } from './alerts.tsx';
import { Appearance } from './appearance.tsx';
import { Browsers } from './browsers.tsx';
import { Group } from './group.tsx';
import { HubFacts } from './hub-facts.tsx';
import { LimitsInUse } from './limits.tsx';
import { LogKept } from './log-kept.tsx';
import { NewKeys } from './new-keys.tsx';
import { Notices } from './notices.tsx';
import { SampleAgentSettings } from './sample-agents.tsx';
import styles from './settings.module.css';
import { WorkspaceList } from './workspace-list.tsx';

/** The settings, and facts about the hub. */
export function SettingsScreen(): ReactNode {
  const setHelpOpen = useUi((ui) => ui.setHelpOpen);
  return (
    <Screen scroll toolbar={<Toolbar title="Settings" />}>
      <div className={styles.room}>
        <div className={styles.settings}>
          <div className={styles.column}>
            <WorkspaceList />
            <Appearance />
            <Notices />
            <AlertSettings />
            <NewKeys />
            <Group title="Keyboard" about="Everything can be reached without a mouse.">
              <Button leftSection={<Keyboard size={13} />} onClick={() => setHelpOpen(true)}>
                Show all keys
              </Button>
            </Group>
          </div>
          <div className={styles.column}>
            <Group
              title="Connect an agent"
              about="Each agent has a key of its own: make one, and see how clients are set up."
            >
              <SafetyNote />
              <ConnectButton />
            </Group>
            <SampleAgentSettings />
            <HubFacts />
            <LogKept />
            <Browsers />
          </div>
          <div className={styles.wide}>
            <LimitsInUse />
          </div>
        </div>
      </div>
    </Screen>
  );
}
