import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useDashboard, useServer } from '../../dashboard-context.tsx';
import type { Connection } from '../../server-slice.ts';
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
  const from = outdatedSince(connection);
  if (from === undefined) return null;
  const { tone, text } = connectionWords(connection, Date.now());
  const isAway = connection.status === 'reconnecting';
  return (
    <div className={styles.banner} style={{ color: toneColor(tone) }}>
      <span>
        <strong>{text}.</strong> What you see is from {formatTime(from)}.{isAway && ` ${connection.reason}.`}
      </span>
      {isAway && (
        <Button size="compact-xs" onClick={() => client.retryNow()}>
          Try now
        </Button>
      )}
    </div>
  );
}

/** When the hub was last heard, ms; undefined while it is, or where another page says what is wrong. */
function outdatedSince(connection: Connection): number | undefined {
  if (connection.status === 'reconnecting') return connection.since;
  return connection.status === 'live' ? connection.quietSince : undefined;
}
