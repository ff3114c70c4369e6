import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RefusedConnection } from '../../protocol/refused-connection.ts';
import { useKeyName, useServer, useUi } from '../dashboard-context.tsx';
import { useNow } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.tsx';
import styles from './connect.module.css';
import { needsPerson, refusedId, whatLetsIn } from './refused-words.ts';

/** How much longer a key lives that had expired and is let in again. */
const LONGER_MS = 30 * 24 * 60 * 60_000;

/** What the person can do about a client that was refused: let its key in again, give it another one, or ignore it. */
export function RefusedActions({ one, isInGuide = false }: { one: RefusedConnection; isInGuide?: boolean }): ReactNode {
  const keys = useServer((server) => server.keys);
  const launchId = useServer(({ hub }) => hub?.launchId ?? '');
  const isIgnored = useUi((ui) => ui.refusedSeen.has(refusedId(launchId, one)));
  const dismiss = useUi((ui) => ui.dismissRefused);
  const showKey = useUi((ui) => ui.showKey);
  const chooseWay = useUi((ui) => ui.chooseConnectWay);
  const setConnectOpen = useUi((ui) => ui.setConnectOpen);
  const way = whatLetsIn(one, keys, useNow(10_000));
  const giveKey = (): void => {
    showKey(undefined);
    chooseWay('key');
    if (!isInGuide) setConnectOpen(true);
  };
  return (
    <span className={styles.refusedActions}>
      {way?.kind === 'give_key' && <Button onClick={giveKey}>Give it a key</Button>}
      {way && way.kind !== 'give_key' && <LetIn kind={way.kind} keyId={way.keyId} />}
      {needsPerson(one) && !isIgnored && <Button onClick={() => dismiss([refusedId(launchId, one)])}>Ignore</Button>}
    </span>
  );
}

function LetIn({ kind, keyId }: { kind: 'resume' | 'extend'; keyId: string }): ReactNode {
  const name = useKeyName(keyId);
  const now = useNow(10_000);
  const letIn = useAction(
    (hub) => (kind === 'resume' ? hub.keyResume({ keyId }) : hub.keyUpdate({ keyId, expiresAt: now + LONGER_MS })),
    kind === 'resume' ? `The key ${name} goes on.` : `The key ${name} is good for 30 days more.`,
  );
  return (
    <Button
      loading={letIn.isPending}
      title={kind === 'resume' ? `Resumes the key ${name}` : `Lets the key ${name} live 30 days longer`}
      onClick={() => void letIn.run()}
    >
      Let it in
    </Button>
  );
}
