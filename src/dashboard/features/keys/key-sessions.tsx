import { useMemo, useState, type ReactNode } from 'react';
import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { agentTitle, isOnlyAgent } from '../../../protocol/words/agent-label.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { byPresence, isLive } from '../../presence.ts';
import { agentColor } from '../../theme/agent-hues.ts';
import { WireBadge } from '../../ui/badge.tsx';
import { Section } from '../../ui/panel.tsx';
import { HealthDot } from '../../ui/session-health.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import styles from './keys.module.css';

/** The sessions of a key: those that are live; several dropped ones fold. */
export function KeySessions({ keyId }: { keyId: string }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  const [isUnfolded, setUnfolded] = useState(false);
  const [live, dropped] = useMemo(() => {
    const own = [...sessions.values()].filter((session) => session.keyId === keyId).sort(byPresence);
    return [own.filter(isLive), own.filter((session) => !isLive(session))];
  }, [sessions, keyId]);
  const count = [
    ...(live.length > 0 ? [`${live.length} open`] : []),
    ...(dropped.length > 0 ? [`${dropped.length} dropped`] : []),
  ].join(', ');
  const isFolded = dropped.length > 1 && !isUnfolded;
  return (
    <Section title={count === '' ? 'Sessions' : `Sessions (${count})`}>
      {live.length === 0 && (
        <p className={styles.text}>{dropped.length === 0 ? 'Not connected.' : 'Connection lost.'}</p>
      )}
      <ul className={styles.lines}>
        {[...live, ...(isFolded ? [] : dropped)].map((session) => (
          <SessionLine key={session.id} session={session} />
        ))}
      </ul>
      {dropped.length > 1 && (
        <TextButton onClick={() => setUnfolded(!isUnfolded)}>
          {isFolded ? `Show ${dropped.length} dropped sessions` : 'Hide the dropped sessions'}
        </TextButton>
      )}
    </Section>
  );
}

function SessionLine({ session }: { session: SessionState }): ReactNode {
  const select = useUi((ui) => ui.select);
  const key = useServer(({ keys }) => keys.get(session.keyId));
  const isThere = isLive(session);
  // Of a key with one agent that nobody named, the client says it.
  const isNamed = session.agent !== undefined && !isOnlyAgent(key, session.agent);
  const agent = isNamed ? agentTitle(key, session.agent ?? '') : undefined;
  return (
    <li>
      <button type="button" className={styles.line} onClick={() => select({ kind: 'session', sessionId: session.id })}>
        <HealthDot sessions={[session]} />
        <WireBadge wire={session.wire} />
        <span className={styles.lineText}>
          {agent !== undefined && <span style={{ color: agentColor(idOfAgent(session)) }}>{agent} </span>}
          {session.client ? clientLabel(session.client) : session.remote}
        </span>
        <span className={styles.dim}>
          {!isThere && 'lost '}
          <TimeAgo at={isThere ? session.openedAt : session.since} />
        </span>
      </button>
    </li>
  );
}
