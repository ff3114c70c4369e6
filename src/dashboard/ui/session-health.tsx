import type { ReactNode } from 'react';
import type { SessionState } from '../../protocol/state.ts';
import { useServer } from '../dashboard-context.tsx';
import { agentHealth, healthLooks, type Health } from '../health.ts';
import { StatusDot } from './badge.tsx';
import { Elapsed, useNow } from './times.tsx';

/** How an agent is by its sessions. */
function useHealth(sessions: readonly SessionState[]): Health {
  const now = useNow(5_000);
  const brief = useServer(({ pulses }) => agentHealth(sessions, (id) => pulses.get(id), now).brief);
  const words = useServer(({ pulses }) => agentHealth(sessions, (id) => pulses.get(id), now).words);
  return { brief, words };
}

/** An open session's state in a word, with what it means in the title. */
export function SessionStateWord({ session }: { session: SessionState }): ReactNode {
  const { brief, words } = useHealth([session]);
  const { tone, isHollow } = healthLooks[brief];
  return (
    <span title={words}>
      <StatusDot tone={tone} hollow={isHollow} label="" /> {brief === 'lost' ? 'dropped' : brief}
    </span>
  );
}

/** How an agent is that has sessions, or how one of these is: as a mark alone. */
export function HealthDot({ sessions }: { sessions: readonly SessionState[] }): ReactNode {
  const { brief, words } = useHealth(sessions);
  const { tone, isHollow } = healthLooks[brief];
  return <StatusDot tone={tone} hollow={isHollow} label={words} />;
}

/** The same with its beginning; for a session that is slow, quiet or without connections, also what is known of it. */
export function SessionStanding({ session }: { session: SessionState }): ReactNode {
  const { brief, words } = useHealth([session]);
  const { tone, isHollow } = healthLooks[brief];
  const isPlain = brief === 'ready' || brief === 'opening';
  return (
    <>
      <StatusDot tone={tone} hollow={isHollow} label="" />{' '}
      {isPlain ? (
        <>
          {session.status} for <Elapsed since={session.openedAt} />
        </>
      ) : (
        words
      )}
    </>
  );
}
