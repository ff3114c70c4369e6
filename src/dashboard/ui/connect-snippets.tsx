import { SegmentedControl } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import {
  clients,
  inShell,
  shells,
  snippetFor,
  usualShell,
  type ClientName,
  type ShellName,
} from './client-snippets.ts';
import styles from './connect-snippets.module.css';
import { CodeBlock } from './mono.tsx';

/** How to connect an agent: one client at a time, with the hub's real address. */
export function ConnectSnippets({ url, secret }: { url: string; secret?: string }): ReactNode {
  const [client, setClient] = useState<ClientName>('claude');
  const [shell, setShell] = useState<ShellName>(() => usualShell(navigator.platform));
  const { where, text } = snippetFor(client, { url, secret, shell });
  return (
    <div className={styles.snippets}>
      <SegmentedControl
        className={styles.clients}
        aria-label="Client"
        data={clients.map(({ name, label }) => ({ value: name, label }))}
        value={client}
        onChange={(value) => setClient(value)}
      />
      <div className={styles.head}>
        <p className={styles.where}>{where}</p>
        {inShell.has(client) && (
          <SegmentedControl
            aria-label="Shell"
            data={shells.map(({ name, label }) => ({ value: name, label }))}
            value={shell}
            onChange={(value) => setShell(value)}
          />
        )}
      </div>
      <CodeBlock text={text} label={clients.find(({ name }) => name === client)?.label ?? client} />
    </div>
  );
}
