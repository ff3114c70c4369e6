import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { KeyState } from '../../../protocol/state.ts';
import { policyWords } from '../../../protocol/words/policy-words.ts';
import { Section } from '../../ui/panel.tsx';
import { ChooseTools } from './choose-tools.tsx';
import { SeeAsKey } from './see-as-key.tsx';
import styles from './keys.module.css';

/** The tools of a key in a sentence, with a control that chooses them and one that shows all that the key reaches. */
export function KeyTools({ of: key, isDisabled }: { of: KeyState; isDisabled: boolean }): ReactNode {
  const [open, setOpen] = useState<'tools' | 'sees'>();
  const close = (): void => setOpen(undefined);
  return (
    <Section title="Tools">
      <p className={styles.text}>
        {key.tools === undefined
          ? 'It has the tools that there were before they could be chosen.'
          : `It has ${policyWords(key.tools)}.`}
      </p>
      <div className={styles.headActions}>
        <Button onClick={() => setOpen('tools')} disabled={isDisabled}>
          Choose tools…
        </Button>
        <Button onClick={() => setOpen('sees')}>See as this key…</Button>
      </div>
      {open === 'tools' && <ChooseTools of={key} onClose={close} />}
      {open === 'sees' && <SeeAsKey of={key} onClose={close} />}
    </Section>
  );
}
