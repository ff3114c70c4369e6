import { SegmentedControl } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ClientSnippet } from '../../protocol/client-offers.ts';
import { shells, usualShell, type ShellName } from '../ui/client-snippets.ts';
import { CodeBlock } from '../ui/mono.tsx';
import styles from './client-panel.module.css';

/** Texts to copy; of commands, those of the chosen shell. */
export function SnippetTexts({ snippets, label }: { snippets: readonly ClientSnippet[]; label: string }): ReactNode {
  const [shell, setShell] = useState<ShellName>(() => usualShell(navigator.platform));
  const hasCommands = snippets.some((one) => one.shell !== undefined);
  return (
    <div className={styles.texts}>
      {hasCommands && (
        <SegmentedControl
          aria-label="Shell"
          data={shells.map(({ name, label: title }) => ({ value: name, label: title }))}
          value={shell}
          onChange={(value) => setShell(value)}
        />
      )}
      {snippets
        .filter((one) => one.shell === undefined || one.shell === shell)
        .map(({ way, where, text }) => (
          <div key={`${way} ${where}`} className={styles.way}>
            <p>
              {way === 'connect' ? 'Without a key. ' : 'With a key. '}
              {where}
            </p>
            <CodeBlock text={text} label={`${label}, ${way === 'connect' ? 'without a key' : 'with a key'}`} />
          </div>
        ))}
    </div>
  );
}
