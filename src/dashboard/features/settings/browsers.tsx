import { Button } from '@mantine/core';
import { LogOut } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { Group } from './group.tsx';
import styles from './settings.module.css';

/** Signs out every browser. */
export function Browsers(): ReactNode {
  const { desktop, signOutBrowsers } = useDashboard();
  const [isAsked, setAsked] = useState(false);
  const close = (): void => setAsked(false);
  const signOut = useAction(() => signOutBrowsers(), desktop && 'Every browser is signed out');
  return (
    <Group
      title="Browsers"
      about="A browser that has opened the hub’s link once stays logged in, also when the hub is started again, until it has not been used for 30 days."
    >
      <Button leftSection={<LogOut size={13} />} onClick={() => setAsked(true)}>
        Sign out every browser
      </Button>
      <ConfirmAction
        isOpen={isAsked}
        title="Sign out every browser"
        confirm="Sign out"
        action={signOut}
        onClose={close}
      >
        <p className={styles.text}>
          {desktop
            ? 'Every browser that shows this hub has to be logged in again. This window stays. '
            : 'Every browser that shows this hub, this one too, has to be logged in again with the link that Signalbox printed when it started. '}
          Agents and their keys are not concerned.
        </p>
      </ConfirmAction>
    </Group>
  );
}
