import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useUi } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { commandKey } from '../../ui/command-key.ts';
import { KeyCap } from '../../ui/key-cap.tsx';
import { helpParts, type HelpPart } from './help-lines.ts';
import styles from './help-sheet.module.css';

/** All keys on one sheet. */
export function HelpSheet({ screens }: { screens: readonly ScreenDefinition[] }): ReactNode {
  const isOpen = useUi((ui) => ui.isHelpOpen);
  const setOpen = useUi((ui) => ui.setHelpOpen);
  return (
    <Dialog opened={isOpen} onClose={() => setOpen(false)} title="Keyboard" size={640}>
      <Sheet screens={screens} />
    </Dialog>
  );
}

/** Inside the dialog, so that what was searched is gone when it closes. */
function Sheet({ screens }: { screens: readonly ScreenDefinition[] }): ReactNode {
  const [text, setText] = useState('');
  const parts = helpParts(screens, text);
  return (
    <>
      <TextInput
        type="search"
        aria-label="Find a key by what it does"
        placeholder="Find a key by what it does"
        leftSection={<Search size={13} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
        mb="md"
      />
      <div className={styles.sheet}>
        {parts.map((part) => (
          <Keys key={part.title} {...part} />
        ))}
      </div>
      {parts.length === 0 && <p className={styles.none}>No key does that. Find anything ({commandKey()} K) may.</p>}
    </>
  );
}

function Keys({ title, lines }: HelpPart): ReactNode {
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
