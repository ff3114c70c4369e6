import { Button } from '@mantine/core';
import { ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount } from '../../protocol/words/units.ts';
import { useServer, useUi } from '../dashboard-context.tsx';
import { Mono } from '../ui/mono.tsx';
import { TimeAgo } from '../ui/times.tsx';
import { useRecentRefused } from './refused-list.tsx';
import { refusedId, refusedWords } from './refused-words.ts';
import styles from './connect.module.css';

/** One line above a list of agents: who was just refused. Stays for ten minutes, or until it is dismissed. */
export function RefusedStrip(): ReactNode {
  const recent = useRecentRefused();
  const [last, ...others] = recent;
  const launchId = useServer(({ hub }) => hub?.launchId ?? '');
  const keys = useServer((server) => server.keys);
  const go = useUi((ui) => ui.go);
  const dismiss = useUi((ui) => ui.dismissRefused);
  if (!last) return null;
  const { who, what, todo } = refusedWords(last, (id) => keys.get(id)?.name ?? id);
  return (
    <div className={styles.strip}>
      <ShieldX size={14} aria-hidden />
      <span className={styles.stripText} title={`${who} ${what}. ${todo}`}>
        <span role="status">
          <strong>{who} was refused:</strong> it {what}.
        </span>{' '}
        From <Mono dim>{last.address}</Mono>, {last.count > 1 ? `${formatCount(last.count)} times, the last ` : ''}
        <TimeAgo at={last.lastAt} />.
        {others.length > 0 && ` So ${others.length === 1 ? 'was one other' : `were ${others.length} others`}.`}
      </span>
      <Button.Group>
        <Button size="compact-xs" onClick={() => go('sessions', { show: 'refused' })}>
          What to do
        </Button>
        <Button size="compact-xs" onClick={() => dismiss(recent.map((one) => refusedId(launchId, one)))}>
          Dismiss
        </Button>
      </Button.Group>
    </div>
  );
}
