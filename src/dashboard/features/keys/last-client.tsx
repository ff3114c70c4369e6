import type { ReactNode } from 'react';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { useServer } from '../../dashboard-context.tsx';

/** With which client a key was used last, and from where: as its newest session says. */
export function LastClient({ keyId }: { keyId: string }): ReactNode {
  const last = useServer(({ keys }) => keys.get(keyId)?.lastSession);
  if (!last) return 'never used';
  return `${last.client ? `${clientLabel(last.client)} ` : ''}from ${last.from}`;
}
