import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useUi } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { commandKey } from '../../ui/command-key.ts';
import { KeyCap } from '../../ui/key-cap.tsx';
import styles from './help-sheet.module.css';

type Line = readonly [keys: readonly string[], what: string];

const everywhere: readonly Line[] = [
  [[commandKey(), 'K'], 'Find anything, do anything'],
  [['/'], 'Filter this screen, or find anything'],
  [['c'], 'Connect an agent'],
  [['i'], 'Open or close the inspector'],
  [['['], 'Back in the inspector'],
  [[']'], 'Forward in the inspector'],
  [['Esc'], 'Close what is open, then go back'],
  [['?'], 'This sheet'],
];

const lists: readonly Line[] = [
  [['j'], 'Down'],
  [['k'], 'Up'],
  [['Enter'], 'Open'],
  [['Home'], 'To the first'],
  [['End'], 'To the last'],
  [['Space'], 'Hold a live list, or go on'],
  [['x'], 'Mark a file'],
  [[commandKey(), 'A'], 'Mark all files'],
  [['Delete'], 'Delete what is marked'],
];

/** All keys on one sheet. */
export function HelpSheet({ screens }: { screens: readonly ScreenDefinition[] }): ReactNode {
  const isOpen = useUi((ui) => ui.isHelpOpen);
  const setOpen = useUi((ui) => ui.setHelpOpen);
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title="Keyboard" size={640}>
      <div className={styles.sheet}>
        <Keys title="Everywhere" lines={everywhere} />
        <Keys title="Screens" lines={screens.map(({ title, shortcut }) => [['g', shortcut], title])} />
        <Keys title="In a list" lines={lists} />
      </div>
    </Modal>
  );
}

function Keys({ title, lines }: { title: string; lines: readonly Line[] }): ReactNode {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <dl>
        {lines.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <KeyCap key={key}>{key}</KeyCap>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
