import { SegmentedControl } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { clients, snippetFor, type ClientName } from './client-snippets.ts';
import styles from './connect-snippets.module.css';
import { CodeBlock } from './mono.tsx';

/** How to connect an agent: one client at a time, with the hub's real address. */
export function ConnectSnippets({ url, secret }: { url: string; secret?: string }): ReactNode {
  const [client, setClient] = useState<ClientName>('claude');
  const { where, text } = snippetFor(client, url, secret ?? '$SIGNALBOX_KEY');
  return (
    <div className={styles.snippets}>
      <SegmentedControl
        aria-label="Client"
        data={clients.map(({ name, label }) => ({ value: name, label }))}
        value={client}
        onChange={(value) => setClient(value)}
      />
      <p className={styles.where}>{where}</p>
      <CodeBlock text={text} label={clients.find(({ name }) => name === client)?.label ?? client} />
    </div>
  );
}
