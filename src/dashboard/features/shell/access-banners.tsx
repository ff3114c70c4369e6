import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { remembered, type Remembered } from '../../remembered.ts';
import { toneColor } from '../../ui/tone.ts';
import { formatDateTime } from '../../../protocol/words/units.ts';
import { suspendedKeys, violatorsSince } from './access-alerts.ts';
import styles from './shell.module.css';

/**
 * Banners for keys that tried to leave their workspaces: suspended ones, and those that subscribed or listened there.
 */
export function AccessBanners(): ReactNode {
  return (
    <>
      <SuspendedBanner />
      <ViolationBanner />
    </>
  );
}

/** Stays until a person has resumed or revoked the keys. */
function SuspendedBanner(): ReactNode {
  const keys = useServer((server) => server.keys);
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const suspended = suspendedKeys(keys.values());
  const [first] = suspended;
  if (!first) return null;
  const isOne = suspended.length === 1;
  const show = (): void => {
    go('keys');
    if (isOne) select({ kind: 'key', keyId: first.id });
  };
  return (
    <div role="alert" className={styles.banner} style={{ color: toneColor('refused') }}>
      <span>
        <strong>{isOne ? `The key ${first.name} is suspended` : `${suspended.length} keys are suspended`}.</strong>{' '}
        {isOne ? 'It' : 'They'} reached for several workspaces that {isOne ? 'it was' : 'they were'} never granted.
      </span>
      <Button size="compact-xs" onClick={show}>
        {isOne ? 'Show key' : 'Show keys'}
      </Button>
    </div>
  );
}

/** Stays until the person has dismissed it in this browser. */
function ViolationBanner(): ReactNode {
  const keys = useServer((server) => server.keys);
  const go = useUi((ui) => ui.go);
  const logId = useServer(({ hub }) => hub?.logId ?? '');
  const [seen, setSeen] = useState(() => seenMemory().get());
  const violators = violatorsSince(keys.values(), seqSeen(seen, logId));
  const [last] = violators;
  if (!last) return null;
  const isOne = violators.length === 1;
  const dismiss = (): void => {
    const now = `${logId} ${last.violation.seq}`;
    seenMemory().set(now);
    setSeen(now);
  };
  return (
    <div role="alert" className={styles.banner} style={{ color: toneColor('refused') }}>
      <span>
        <strong>
          {isOne ? `${last.name} subscribed` : `${violators.length} keys subscribed`} outside of{' '}
          {isOne ? 'its' : 'their'} workspaces.
        </strong>{' '}
        {isOne ? 'Its session was ended at' : 'Their sessions were ended, the last at'}{' '}
        {formatDateTime(last.violation.at)}.
      </span>
      <Button.Group>
        <Button size="compact-xs" onClick={() => go('audit', isOne ? { involving: last.id } : {})}>
          Show in audit
        </Button>
        <Button size="compact-xs" onClick={dismiss}>
          Dismiss
        </Button>
      </Button.Group>
    </div>
  );
}

/** Keeps the last violation that was dismissed: the log, and the seq of its event. */
function seenMemory(): Remembered {
  return remembered('violations-seen', () => window.localStorage);
}

function seqSeen(seen: string | undefined, logId: string): number {
  const [log, seq] = seen?.split(' ') ?? [];
  return log === logId ? Number(seq) || 0 : 0;
}
