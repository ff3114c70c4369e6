import type { ReactNode } from 'react';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { useServer } from '../../dashboard-context.tsx';
import { useLoad } from '../../ui/use-load.ts';

/**
 * With which client a key was used last, and from where: as its newest session says, also one of before a restart.
 * The log has it, so nothing is written for it.
 */
export function LastClient({ keyId }: { keyId: string }): ReactNode {
  const open = useServer(({ sessions }) => [...sessions.values()].filter((session) => session.keyId === keyId).length);
  const load = useLoad(
    `last client ${keyId}`,
    async (hub) => {
      const newest = async (type: 'session.opened' | 'session.initialized') =>
        (await hub.auditPage({ by: keyId, types: [type], limit: 1 })).items[0];
      const [opened, initialized] = await Promise.all([newest('session.opened'), newest('session.initialized')]);
      return {
        from: opened?.type === 'session.opened' ? opened.remote : undefined,
        client:
          initialized?.type === 'session.initialized'
            ? clientLabel({ name: initialized.clientName, version: initialized.clientVersion })
            : undefined,
      };
    },
    open,
  );
  const { client, from } = load.data ?? {};
  if (client === undefined && from === undefined) return load.status === 'ready' ? 'never used' : null;
  return [client, from === undefined ? undefined : `from ${from}`].filter((part) => part !== undefined).join(' ');
}
