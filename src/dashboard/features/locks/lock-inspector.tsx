import { idOfAgent } from '../../../protocol/agent-id.ts';
import { Button } from '@mantine/core';
import { Info, LockKeyholeOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { placeKey } from '../../../protocol/place-key.ts';
import type { LockState, LockWaiter } from '../../../protocol/state.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { InspectorHead, KeyValue, Section } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { Elapsed } from '../../ui/times.tsx';
import { Causes, Effects } from '../../ui/trace.tsx';
import { formatDateTime, formatDuration } from '../../../protocol/words/units.ts';
import { useForceRelease } from './force-release.tsx';
import { LeaseBar } from './lease-bar.tsx';
import { leaseStart } from './lock-rows.ts';
import styles from './locks.module.css';
import { PastOfLock } from './past-of-lock.tsx';

/** What the number of a grant is for. */
const TICKET =
  'A number that grows with each grant; agents know it as fence. A write with an older one is refused, so an agent that lost the lock cannot overwrite.';

export interface LockInspectorProps {
  readonly workspace: string;
  readonly path: string;
}

/** A lock in full: holder, waiters, causes. Says so if it is free. */
export function LockInspector({ workspace, path }: LockInspectorProps): ReactNode {
  const lock = useServer(({ locks }) => locks.get(placeKey(workspace, path)));
  if (!lock) {
    return (
      <>
        <EmptyState icon={<LockKeyholeOpen size={22} />} title="Free">
          Nobody holds <Mono>{path}</Mono> at the moment.
        </EmptyState>
        <PastOfLock workspace={workspace} path={path} />
      </>
    );
  }
  return <Held key={lock.lockId} lock={lock} />;
}

function Held({ lock }: { lock: LockState }): ReactNode {
  const { ask, dialog } = useForceRelease();
  const isFolder = lock.path.endsWith('/');
  return (
    <>
      <InspectorHead>
        <Mono>{lock.path}</Mono>
        <LeaseBar from={leaseStart(lock)} until={lock.expiresAt} label="Lease" />
        <div>
          <Button leftSection={<LockKeyholeOpen size={13} />} onClick={() => ask(lock)}>
            Force release…
          </Button>
        </div>
      </InspectorHead>
      <Section title="Lock">
        <KeyValue
          rows={[
            ['Holder', <AgentChip key="holder" agent={idOfAgent(lock)} />],
            ['Reason', lock.reason],
            [
              'Write ticket',
              <span key="fence" title={TICKET} className={styles.ticket}>
                <Mono>{lock.fence}</Mono>
                <Info size={12} aria-label={TICKET} role="img" />
              </span>,
            ],
            ['Held for', <Elapsed key="since" since={lock.acquiredAt} />],
            ['Lease', formatDuration(lock.ttlMs)],
            ['Expires', <Mono key="expires">{formatDateTime(lock.expiresAt)}</Mono>],
            [
              'Token',
              <span key="token" className={styles.token}>
                <Mono>{lock.lockId}</Mono>
                <CopyButton text={lock.lockId} label="Copy token" />
              </span>,
            ],
            [isFolder ? 'Folder' : 'File', <Show key="place" lock={lock} />],
            ['Guards', isFolder && 'all files below it'],
          ]}
        />
      </Section>
      <Section title={lock.waiters.length === 0 ? 'Queue' : `Queue of ${lock.waiters.length}`}>
        {lock.waiters.length === 0 ? (
          <p className={styles.quiet}>Nobody waits.</p>
        ) : (
          <ol className={styles.queue}>
            {lock.waiters.map((waiter) => (
              <Waiter key={waiter.waiterId} waiter={waiter} />
            ))}
          </ol>
        )}
      </Section>
      <Causes seq={lock.fence} />
      <Effects of={lock.fence} />
      <PastOfLock workspace={lock.workspace} path={lock.path} />
      {dialog}
    </>
  );
}

/** Leads to what is locked. */
function Show({ lock: { workspace, path } }: { lock: LockState }): ReactNode {
  const select = useUi((ui) => ui.select);
  const go = useUi((ui) => ui.go);
  const chooseWorkspace = useUi((ui) => ui.chooseWorkspace);
  const show = (): void => {
    if (!path.endsWith('/')) return select({ kind: 'file', workspace, path });
    chooseWorkspace(workspace);
    return go('files', { folder: path.slice(0, -1) });
  };
  return <TextButton onClick={show}>Show</TextButton>;
}

function Waiter({ waiter }: { waiter: LockWaiter }): ReactNode {
  return (
    <li>
      <div className={styles.waiterHead}>
        <AgentChip agent={idOfAgent(waiter)} />
        <span className={styles.dim}>
          waiting <Elapsed since={waiter.since} />
        </span>
      </div>
      {waiter.reason !== undefined && <div className={styles.dim}>{waiter.reason}</div>}
      <LeaseBar from={waiter.since} until={waiter.waitUntil} label="Wait" />
    </li>
  );
}
