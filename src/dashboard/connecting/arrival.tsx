import { useMemo, type ReactNode } from 'react';
import { idOfAgent } from '../../protocol/agent-id.ts';
import type { SessionState, WorkspaceState } from '../../protocol/state.ts';
import { clientLabel } from '../../protocol/words/client-label.ts';
import { useServer, useUi } from '../dashboard-context.tsx';
import { AgentChip } from '../ui/agent-chip.tsx';
import { StatusDot, WireBadge } from '../ui/badge.tsx';
import { Mono } from '../ui/mono.tsx';
import styles from './connect.module.css';
import { TellAgent } from './tell-agent.tsx';

/** Whether the agent is there, live. */
export function Arrival({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const keyId = useUi(({ shownKey }) => shownKey?.keyId);
  const sessions = useServer((server) => server.sessions);
  const session = useMemo(
    () => [...sessions.values()].findLast((one) => one.keyId === keyId && one.status === 'ready'),
    [sessions, keyId],
  );
  return (
    <>
      {session ? (
        <SessionHere session={session} />
      ) : (
        <Waiting>It appears here by itself as soon as it connects.</Waiting>
      )}
      {session && <TellAgent workspace={workspace.name} />}
    </>
  );
}

/** That nobody has come yet. */
export function Waiting({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className={styles.waiting}>
      <span className={styles.lamp} aria-hidden /> <span>{children}</span>
    </div>
  );
}

/** A session that has come, as who. */
export function SessionHere({ session }: { session: SessionState }): ReactNode {
  const { client, wire } = session;
  return (
    <div className={styles.here} role="status">
      <StatusDot tone="proceed" label="" />
      <AgentChip agent={idOfAgent(session)} plain />
      <span>has connected{client && ' as'}</span>
      {client && <Mono>{clientLabel(client)}</Mono>}
      <WireBadge wire={wire} />
      {client && <Mono dim>{client.protocolVersion}</Mono>}
    </div>
  );
}
