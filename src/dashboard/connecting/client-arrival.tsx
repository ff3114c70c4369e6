import type { ReactNode } from 'react';
import { clientSeen } from '../../protocol/client-seen.ts';
import type { ClientOffer } from '../../protocol/client-offers.ts';
import { SessionHere, Waiting } from './arrival.tsx';
import { TellAgent } from './tell-agent.tsx';
import { useSeenParts } from './use-client-seen.ts';

/** Whether a client that was set up is there, live. */
export function ClientArrival({ offer, workspace }: { offer: ClientOffer; workspace: string }): ReactNode {
  const seen = clientSeen(offer, offer.here?.as, useSeenParts());
  return (
    <>
      {seen.kind === 'now' ? (
        <>
          <SessionHere session={seen.session} />
          <TellAgent workspace={workspace} />
        </>
      ) : (
        <Waiting>Start {offer.label}. It appears here by itself as soon as it connects.</Waiting>
      )}
    </>
  );
}
