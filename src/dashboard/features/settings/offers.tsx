import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { KeptRole } from '../../../protocol/events/transfers.ts';
import type { TransferState } from '../../../protocol/state.ts';
import { formatDateTime } from '../../../protocol/words/units.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useNow } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { openOffers } from './member-rows.ts';
import styles from './members.module.css';

/** What the giver is after a claim. */
const becomes: Record<KeptRole, string> = {
  editor: 'becomes editor',
  viewer: 'becomes viewer',
  none: 'loses its role in the workspace',
};

/** The open offers of a workspace's ownership: the person may take the workspace over, or withdraw one. */
export function Offers({ workspaceId, name }: { workspaceId: string; name: string }): ReactNode {
  const transfers = useServer((server) => server.transfers);
  const keys = useServer((server) => server.keys);
  const roles = useServer(({ workspaces }) => workspaces.get(workspaceId)?.roles);
  const now = useNow(10_000);
  const [asked, setAsked] = useState<TransferState>();
  const cancel = useAction((hub, transferId: string) => hub.transferCancel({ transferId }), 'The offer is withdrawn');
  const claim = useAction((hub, transferId: string) => hub.transferClaim({ transferId }));
  const nameOf = (keyId: string): string => keys.get(keyId)?.name ?? keyId;
  const offers = openOffers(transfers.values(), workspaceId, { keys, roles }, now);
  if (offers.length === 0) return null;
  return (
    <>
      <h3 className={styles.head}>Offers of ownership</h3>
      <ul className={styles.members} aria-label="Offers of ownership">
        {offers.map(({ offer, isGood }) => (
          <li key={offer.id}>
            <span className={styles.words}>
              {nameOf(offer.keyId)} offers it to{' '}
              {offer.toKeyId === undefined ? 'anyone with the token' : nameOf(offer.toKeyId)}, until{' '}
              {formatDateTime(offer.expiresAt)}, and {becomes[offer.keptRole]} then
              {isGood ? '' : '. Not good now: it is no owner, or its key cannot be used'}
            </span>
            {isGood && <Button onClick={() => setAsked(offer)}>Take over…</Button>}
            <Button loading={cancel.isPending} onClick={() => void cancel.run(offer.id)}>
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
      {asked && (
        <ConfirmDialog
          isOpen
          title={`Take over ${name}`}
          confirm="Take over"
          isDangerous={false}
          isPending={claim.isPending}
          onClose={() => setAsked(undefined)}
          onConfirm={() => void claim.run(asked.id).then((done) => done === true && setAsked(undefined))}
        >
          <p className={styles.none}>
            {nameOf(asked.keyId)} {becomes[asked.keptRole]}
            {asked.keptRole === 'editor' ? '' : ', and its locks there are released'}. You give the roles from then on;
            other owners stay. All that watch the workspace are notified.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
