import { Button } from '@mantine/core';
import { ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RefusedConnection } from '../../protocol/refused-connection.ts';
import { formatCount } from '../../protocol/words/units.ts';
import { useServer } from '../dashboard-context.tsx';
import { AgentChip } from '../ui/agent-chip.tsx';
import { CodeBlock, Mono } from '../ui/mono.tsx';
import { InspectorHead, KeyValue, Section } from '../ui/panel.tsx';
import { EmptyState } from '../ui/states.tsx';
import { Clock } from '../ui/times.tsx';
import { useOpenPage } from '../ui/use-open-page.ts';
import { RefusedActions } from './refused-actions.tsx';
import styles from './connect.module.css';
import { refusedWords, whatToSend } from './refused-words.ts';

/** A refused connection: what was wrong, what to send instead, and all that is known of it. */
export function RefusedInspector({ id }: { id: number }): ReactNode {
  const one = useServer(({ refused }) => refused.find((each) => each.id === id));
  if (!one) return <EmptyState title="It is not kept any more">Newer refused connections took its place.</EmptyState>;
  return <Detail one={one} />;
}

function Detail({ one }: { one: RefusedConnection }): ReactNode {
  const keys = useServer((server) => server.keys);
  const openPage = useOpenPage();
  const url = useServer(({ hub }) => hub?.url) ?? window.location.origin;
  const { who, what, todo } = refusedWords(one, (keyId) => keys.get(keyId)?.name ?? keyId);
  const send = whatToSend(one, url);
  return (
    <>
      <InspectorHead>
        <div className={styles.wrong}>
          <ShieldX size={16} aria-hidden />
          <span>
            <strong>{who}</strong> {what}.
          </span>
        </div>
        <span>{todo}</span>
        <div className={styles.here}>
          {one.frameIds.length > 0 && (
            <Button onClick={() => openPage({ show: 'refused', attempt: String(one.id) })}>Handshake</Button>
          )}
          <RefusedActions one={one} />
        </div>
      </InspectorHead>
      {send !== undefined && (
        <Section title="What to send instead">
          <CodeBlock text={send} label="What to send instead" />
        </Section>
      )}
      <Section title="What it sent, and the answer">
        <KeyValue
          rows={[
            ['Request', <Mono key="request">{one.request}</Mono>],
            [
              'Status',
              <Mono key="status" tone="refused">
                {one.status} {one.code}
              </Mono>,
            ],
            ['Answer', one.message],
            ['Key', <SentKeyFact key="key" sent={one.key} />],
            ['Client', one.client !== undefined && <Mono key="client">{one.client}</Mono>],
            ['From', <Mono key="from">{one.address}</Mono>],
            ['Tries', formatCount(one.count)],
            ['First', <Clock key="first" at={one.firstAt} />],
            ['Last', <Clock key="last" at={one.lastAt} />],
          ]}
        />
      </Section>
    </>
  );
}

function SentKeyFact({ sent }: { sent: RefusedConnection['key'] }): ReactNode {
  const end = 'end' in sent && sent.end !== undefined ? <Mono dim>…{sent.end}</Mono> : undefined;
  switch (sent.kind) {
    case 'none':
      return 'none';
    case 'malformed':
      return 'not readable';
    case 'unfilled':
      return 'a placeholder';
    case 'unknown':
      return <>unknown {end}</>;
    case 'known':
      return (
        <span className={styles.here}>
          <AgentChip agent={sent.keyId} /> {end}
        </span>
      );
    default:
      return sent satisfies never;
  }
}
