import { useMemo, type ReactNode } from 'react';
import { idOfAgent } from '../../../protocol/agent-id.ts';
import { doerOf, isNamedBy } from '../../../protocol/event-parties.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import { useDashboard, useServer, useUi } from '../../dashboard-context.tsx';
import { ownersOf } from '../../owner-of.ts';
import { isLive } from '../../presence.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { StatusDot } from '../../ui/badge.tsx';
import { EventSentence } from '../../ui/event-sentence.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Section } from '../../ui/panel.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { Elapsed, TimeAgo } from '../../ui/times.tsx';
import { EventRow } from '../../ui/trace.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { useTouched } from '../../ui/use-touched.ts';
import styles from './keys.module.css';

/** Events that are listed; the audit has all. */
const LATEST = 6;
/** Agents of a key that are listed: a key may have hundreds. */
const MOST_AGENTS = 12;

/** What each agent of a key that has a connection is doing: the calls it waits for, else what it did last. */
export function KeyNow({ keyId }: { keyId: string }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  const agents = useMemo(
    () => [
      ...Map.groupBy(
        [...sessions.values()].filter((session) => session.keyId === keyId && isLive(session)),
        idOfAgent,
      ),
    ],
    [sessions, keyId],
  );
  if (agents.length === 0) return null;
  return (
    <Section title="Now">
      <ul className={styles.lines}>
        {agents.slice(0, MOST_AGENTS).map(([agent, own]) => (
          <li key={agent} className={styles.doing}>
            {agents.length > 1 && <AgentChip agent={agent} plain />}
            <Doing agent={agent} sessions={own} />
          </li>
        ))}
        {agents.length > MOST_AGENTS && <li className={styles.dim}>and {agents.length - MOST_AGENTS} more agents</li>}
      </ul>
    </Section>
  );
}

function Doing({ agent, sessions }: { readonly agent: string; readonly sessions: readonly SessionState[] }): ReactNode {
  const pulses = useServer((server) => server.pulses);
  const last = useServer(({ lastActions }) => lastActions.get(agent));
  const select = useUi((ui) => ui.select);
  const calls = sessions.flatMap(({ id }) => pulses.get(id)?.calling ?? []);
  if (calls.length > 0) {
    return calls.slice(0, MOST_AGENTS).map(({ tool, since, cause = '' }) => (
      <span key={`${tool} ${since} ${cause}`}>
        <StatusDot tone="proceed" label="" /> <Mono>{tool}</Mono>{' '}
        <span className={styles.dim}>
          for <Elapsed since={since} />
        </span>
      </span>
    ));
  }
  if (!last) return <span className={styles.dim}>Nothing that this page has seen.</span>;
  return (
    <span>
      <span className={styles.dim}>Idle. Last: </span>
      <TextButton onClick={() => select({ kind: 'event', seq: last.seq })}>
        <EventSentence event={last} bare plain />
      </TextButton>{' '}
      <span className={styles.dim}>
        <TimeAgo at={timeOf(last)} />
      </span>
    </span>
  );
}

/** What the agents of a key did, and what happened to them, newest first. */
export function KeyLatest({ keyId }: { keyId: string }): ReactNode {
  const { store } = useDashboard();
  const touched = useTouched((event) => isNamedBy(keyId, doerOf(event, ownersOf(store.getState().server))));
  const load = useLoad(`latest of ${keyId}`, (hub) => hub.auditPage({ by: keyId, limit: LATEST }), touched);
  return (
    <Section title="Latest" flush>
      <Loaded load={load}>
        {({ items }) => (
          <ol className={styles.latest}>
            {items.map((event) => (
              <EventRow key={event.seq} event={event} />
            ))}
          </ol>
        )}
      </Loaded>
    </Section>
  );
}
