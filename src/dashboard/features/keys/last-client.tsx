import type { ReactNode } from 'react';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { useServer } from '../../dashboard-context.tsx';

/** With which client a key was used last, and from where: in its newest session, or without one. */
export function LastClient({ keyId }: { keyId: string }): ReactNode {
  const last = useServer(({ keys }) => keys.get(keyId)?.lastUse);
  if (!last) return 'never used';
  const client = last.client ? clientLabel(last.client) : last.userAgent;
  return `${client === undefined ? '' : `${client} `}from ${last.from}${last.session === undefined ? ', without a session' : ''}`;
}
