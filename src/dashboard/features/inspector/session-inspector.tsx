import { idOfAgent } from '../../../protocol/agent-id.ts';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { sessionOf } from '../../../protocol/event-parties.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { isLive } from '../../presence.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { StatusDot, WireBadge } from '../../ui/badge.tsx';
import { EndReason } from '../../ui/end-reason.tsx';
import { EventRow } from '../../ui/trace.tsx';
import { Mono } from '../../ui/mono.tsx';
import { KeyValue, Section } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { SessionStanding } from '../../ui/session-health.tsx';
import { Elapsed } from '../../ui/times.tsx';
import { formatCount, formatDateTime, formatSize } from '../../../protocol/words/units.ts';
import { useLoad } from '../../ui/use-load.ts';
import { useOpenPage } from '../../ui/use-open-page.ts';
import { useTouched } from '../../ui/use-touched.ts';
import { Watched } from '../../ui/watched.tsx';
import styles from './inspector.module.css';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { STATELESS } from '../../../protocol/wire-names.ts';

/** A session, open or past: agent, wire, traffic, and its last events. */
export function SessionInspector({ sessionId }: { sessionId: string }): ReactNode {
  const session = useServer(({ sessions }) => sessions.get(sessionId));
  const pulse = useServer(({ pulses }) => pulses.get(sessionId));
  const openPage = useOpenPage();
  const isShown = useUi(({ screen, params }) => screen === 'sessions' && params['session'] === sessionId);
  return (
    <>
      {!isShown && (
        <div className={styles.lead}>
          <Button onClick={() => openPage({ session: sessionId })}>Open its messages</Button>
        </div>
      )}
      <Section title="Session">
        {session ? (
          <KeyValue
            rows={[
              ['Id', <Mono key="id">{session.id}</Mono>],
              ['Agent', <AgentChip key="agent" agent={idOfAgent(session)} />],
              [
                'State',
                <span key="state">
                  {isLive(session) ? (
                    <SessionStanding session={session} />
                  ) : (
                    <>
                      <StatusDot tone="waiting" hollow label="" /> dropped for <Elapsed since={session.since} />
                    </>
                  )}
                  {session.dropReason !== undefined && (
                    <>
                      : <EndReason reason={session.dropReason} inline />
                    </>
                  )}
                </span>,
              ],
              [
                'Shared',
                session.wire === STATELESS &&
                  session.named === undefined &&
                  'Nothing on this wire tells clients of one key and name apart: they are one agent, unless each names itself (X-Signalbox-Agent).',
              ],
              ['Wire', <WireBadge key="wire" wire={session.wire} />],
              ['Protocol', session.client && <Mono key="protocol">{session.client.protocolVersion}</Mono>],
              ['Client', session.client && <Mono key="client">{clientLabel(session.client)}</Mono>],
              ['Features', session.client && (session.client.capabilities.join(', ') || 'No client features')],
              ['From', <Mono key="remote">{session.remote}</Mono>],
              ['Program', session.userAgent !== undefined && <Mono key="ua">{session.userAgent}</Mono>],
              ['Opened', <Mono key="opened">{formatDateTime(session.openedAt)}</Mono>],
              [
                'Messages',
                pulse && `${formatCount(pulse.traffic.framesIn)} in, ${formatCount(pulse.traffic.framesOut)} out`,
              ],
              ['Bytes', pulse && `${formatSize(pulse.traffic.bytesIn)} in, ${formatSize(pulse.traffic.bytesOut)} out`],
              [
                'Queued',
                pulse && pulse.queuedBytes > 0 && (
                  <Mono key="queued" tone="waiting">
                    {formatSize(pulse.queuedBytes)}
                  </Mono>
                ),
              ],
              [
                'Watches',
                session.subscriptions.length > 0 && (
                  <ul key="watches" className={styles.watches}>
                    {session.subscriptions.map((uri) => (
                      <li key={uri}>
                        <Watched uri={uri} />
                      </li>
                    ))}
                  </ul>
                ),
              ],
            ]}
          />
        ) : (
          <p className={styles.note}>It is closed.</p>
        )}
      </Section>
      <SessionEvents sessionId={sessionId} />
    </>
  );
}

function SessionEvents({ sessionId }: { sessionId: string }): ReactNode {
  const touched = useTouched((event) => sessionOf(event) === sessionId);
  const load = useLoad(`session events ${sessionId}`, (hub) => hub.auditPage({ sessionId, limit: 30 }), touched);
  return (
    <Section title="Latest">
      <Loaded load={load}>
        {({ items }) => (
          <ol className={styles.events}>
            {items.map((event) => (
              <EventRow key={event.seq} event={event} />
            ))}
          </ol>
        )}
      </Loaded>
    </Section>
  );
}
