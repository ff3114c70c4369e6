import { SegmentedControl, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ClientOffer } from '../../protocol/client-offers.ts';
import {
  inShell,
  keyVariable,
  programs,
  programSnippet,
  shells,
  usualShell,
  type ShellName,
} from './client-snippets.ts';
import styles from './connect-snippets.module.css';
import { CodeBlock } from './mono.tsx';
import { useLoad } from './use-load.ts';

/** How to connect an agent with a key: one client or program at a time, with the hub's real address. */
export function ConnectSnippets({ url, secret }: { url: string; secret?: string }): ReactNode {
  const list = useLoad('clients', (hub) => hub.clientList());
  const clients = list.data?.clients ?? [];
  const [chosen, setChosen] = useState('claude-code');
  const [shell, setShell] = useState<ShellName>(() => usualShell(navigator.platform));
  const program = programs.find(({ name }) => name === chosen);
  const offer = clients.find(({ id }) => id === chosen);
  const needsShell = offer !== undefined || (program !== undefined && inShell.has(program.name));
  return (
    <div className={styles.snippets}>
      <div className={styles.head}>
        <Select
          aria-label="Client"
          data={[
            { group: 'Clients', items: clients.map(({ id, label }) => ({ value: id, label })) },
            { group: 'Your own program', items: programs.map(({ name, label }) => ({ value: name, label })) },
          ]}
          value={chosen}
          onChange={(value) => setChosen(value ?? chosen)}
          placeholder="Choose a client"
          searchable
          allowDeselect={false}
          comboboxProps={{ withinPortal: true }}
        />
        {needsShell && (
          <SegmentedControl
            aria-label="Shell"
            data={shells.map(({ name, label }) => ({ value: name, label }))}
            value={shell}
            onChange={(value) => setShell(value)}
          />
        )}
      </div>
      {offer && <OfClient offer={offer} shell={shell} secret={secret} />}
      {program && <OfProgram {...programSnippet(program.name, { url, secret, shell })} label={program.label} />}
    </div>
  );
}

/** The key goes into a variable, and the client's file or command names that. */
function OfClient({
  offer,
  shell,
  secret,
}: {
  offer: ClientOffer;
  shell: ShellName;
  secret: string | undefined;
}): ReactNode {
  const { label, snippets } = offer;
  const shown = snippets.filter(({ way, shell: its }) => way === 'http' && (its === undefined || its === shell));
  // Where a client has a command, its file needs not be shown too.
  const [first] = shown.toSorted((a, b) => Number(b.shell !== undefined) - Number(a.shell !== undefined));
  if (!first) return null;
  const isAsked = first.text.includes('${input:');
  const variable = first.text.includes('AUTH_HEADER') ? 'AUTH_HEADER' : 'SIGNALBOX_KEY';
  return (
    <>
      {!isAsked && (
        <OfProgram
          where={`Where ${label} is started, so that the key is in no file:`}
          text={keyVariable(shell, variable, secret)}
          label={`Key for ${label}`}
        />
      )}
      <OfProgram where={first.where} text={first.text} label={label} />
    </>
  );
}

function OfProgram({ where, text, label }: { where: string; text: string; label: string }): ReactNode {
  return (
    <>
      <p className={styles.where}>{where}</p>
      <CodeBlock text={text} label={label} />
    </>
  );
}
