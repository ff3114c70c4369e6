import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useDashboard, useServer } from '../../dashboard-context.tsx';
import { useNow } from '../../ui/times.tsx';
import { toneColor } from '../../ui/tone.ts';
import { formatTime } from '../../../protocol/words/units.ts';
import { connectionWords } from './connection-words.ts';
import styles from './shell.module.css';

/** Says that the page is out of date, since when, and when it tries again. */
export function ConnectionBanner(): ReactNode {
  const { client } = useDashboard();
  const connection = useServer((server) => server.connection);
  useNow(250);
  if (connection.status !== 'reconnecting') return null;
  const { tone, text } = connectionWords(connection, Date.now());
  return (
    <div className={styles.banner} style={{ color: toneColor(tone) }}>
      <span>
        <strong>{text}.</strong> What you see is from {formatTime(connection.since)}. {connection.reason}.
      </span>
      <Button size="compact-xs" onClick={() => client.retryNow()}>
        Try now
      </Button>
    </div>
  );
}
