import { Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useServer } from '../dashboard-context.tsx';
import { CodeBlock } from '../ui/mono.tsx';
import styles from './connect.module.css';
import { loginLines } from './login-lines.ts';

/** The address for clients that log in: nobody handles a key, and the person lets each in when it asks. */
export function WithLogin(): ReactNode {
  const url = useServer(({ hub }) => hub?.url) ?? window.location.origin;
  const lines = loginLines(url);
  const [chosen, setChosen] = useState(lines[0]?.client ?? '');
  const line = lines.find(({ client }) => client === chosen);
  return (
    <div className={styles.stepBody}>
      <p>
        A client that can log in needs only this address. It opens a page in your browser and waits; you allow it here,
        with a name, a role and a workspace. No key is copied, and none stands in its configuration but its own.
      </p>
      <CodeBlock text={`${url}/agent/mcp`} label="Address for clients that log in" />
      <Select
        label="Client"
        className={styles.loginClient}
        data={lines.map(({ client }) => client)}
        value={chosen}
        onChange={(value) => setChosen(value ?? chosen)}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
      />
      {line && (
        <>
          <CodeBlock text={line.text} label={`How ${line.client} is given the address`} />
          <p>{line.next}</p>
        </>
      )}
    </div>
  );
}
