import { Checkbox, Switch } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { AttentionKind } from '../../attention/attention.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import type { Preferences } from '../../preferences.ts';
import { Group } from './group.tsx';
import styles from './settings.module.css';

const kinds: readonly (readonly [AttentionKind, string])[] = [
  ['refused', 'A client or an agent is refused, or a key is suspended'],
  ['lost', 'An agent loses its connection'],
  ['failed', 'A job fails'],
];

/** What is counted in the page's title while one looks elsewhere. */
export function Notices(): ReactNode {
  const { desktop, preferences } = useDashboard();
  const notice = useStore(preferences, (chosen) => chosen.notice);
  const [isDenied, setDenied] = useState(false);
  const change = (to: Partial<Preferences['notice']>): void => preferences.setState({ notice: { ...notice, ...to } });
  const allow = async (isOn: boolean): Promise<void> => {
    const isAllowed = !isOn || (await Notification.requestPermission()) === 'granted';
    setDenied(!isAllowed);
    change({ system: isOn && isAllowed });
  };
  return (
    <Group
      title="While you look elsewhere"
      about="Counted in the title of this window and shown by a red or amber light in its icon, until you are back."
    >
      <div className={styles.checks} role="group" aria-label="What is counted">
        {kinds.map(([kind, label]) => (
          <Checkbox
            key={kind}
            label={label}
            checked={notice[kind]}
            onChange={(event) => change({ [kind]: event.currentTarget.checked })}
          />
        ))}
      </div>
      {desktop === undefined && 'Notification' in window && (
        <Switch
          label="Also as a notification of the system"
          checked={notice.system}
          onChange={(event) => void allow(event.currentTarget.checked)}
          error={isDenied && 'The browser does not allow it: change that in its settings for this page.'}
        />
      )}
    </Group>
  );
}
