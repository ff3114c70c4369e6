import { ActionIcon, Button } from '@mantine/core';
import { ArrowLeft, ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import { refusedWords } from '../../connecting/refused-words.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { Mono } from '../../ui/mono.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { AttemptHandshake } from './diagram/handshake-view.tsx';
import styles from './sessions.module.css';

/** The page of a client that was refused: what it tried, as a diagram. */
export function RefusedView({ id }: { id: number }): ReactNode {
  const refused = useServer((server) => server.refused.find((one) => one.id === id));
  const keys = useServer((server) => server.keys);
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const words = refused && refusedWords(refused, (keyId) => keys.get(keyId)?.name ?? keyId);
  return (
    <>
      <header className={styles.sessionHead}>
        <ActionIcon aria-label="Back to refused connections" onClick={() => go('sessions', { show: 'refused' })}>
          <ArrowLeft size={15} />
        </ActionIcon>
        <h1>{words?.who ?? 'Refused connection'}</h1>
        {refused && (
          <>
            <span className={styles.state}>
              {words?.what}, {formatCount(refused.count)} {refused.count === 1 ? 'try' : 'tries'}, the last{' '}
              <TimeAgo at={refused.lastAt} />
            </span>
            <span className={styles.gap} />
            <Mono dim>{refused.address}</Mono>
            <Button onClick={() => select({ kind: 'refused', id })}>Details</Button>
          </>
        )}
      </header>
      {refused ? (
        <AttemptHandshake refused={refused} />
      ) : (
        <EmptyState icon={<ShieldX size={22} />} title="This refused connection is not kept any more">
          Newer ones took its place, or the hub was started again. The audit has it.
        </EmptyState>
      )}
    </>
  );
}
