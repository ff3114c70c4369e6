import type { ReactNode } from 'react';
import { useServer } from '../../dashboard-context.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { KeyValue } from '../../ui/panel.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { VerifyButton } from '../../ui/verify-button.tsx';
import { Group } from './group.tsx';
import styles from './settings.module.css';

/** The hub's address, data directory and runtime. */
export function HubFacts(): ReactNode {
  const hub = useServer((server) => server.hub);
  const count = useServer(({ seq, retention }) => seq - (retention.cut?.seq ?? 0));
  if (!hub) return null;
  return (
    <Group
      title="Hub"
      about="The program that agents connect to. Everything that happens in it is in its log, event after event."
    >
      <KeyValue
        rows={[
          ['Streamable', <Copied key="mcp" text={`${hub.url}/mcp`} name="Streamable HTTP address" />],
          ['HTTP+SSE', <Copied key="sse" text={`${hub.url}/sse`} name="HTTP+SSE address" />],
          ['Data', <Copied key="data" text={hub.dataDir} name="data directory" />],
          [
            'Log',
            <span key="log" className={styles.fact}>
              <Mono>{formatCount(count)}</Mono> events
              <VerifyButton />
            </span>,
          ],
          ['Log id', <Mono key="id">{hub.logId}</Mono>],
          ['Started', <TimeAgo key="started" at={hub.startedAt} />],
          ['Version', <Mono key="version">{hub.productVersion}</Mono>],
          ['Node', <Mono key="node">{hub.node}</Mono>],
        ]}
      />
    </Group>
  );
}

function Copied({ text, name }: { text: string; name: string }): ReactNode {
  return (
    <span className={styles.fact}>
      <Mono>{text}</Mono>
      <CopyButton text={text} label={`Copy ${name}`} />
    </span>
  );
}
