import { Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { NewKey } from '../../../protocol/records.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { useAction } from '../../ui/use-action.tsx';
import styles from './keys.module.css';
import { NewSecret } from './new-secret.tsx';

const hour = 3_600_000;

/** For how long the old secret can stay good. */
const graces = [
  { value: '0', label: 'ends at once' },
  { value: String(hour), label: 'is good for another hour' },
  { value: String(24 * hour), label: 'is good for another day' },
  { value: String(7 * 24 * hour), label: 'is good for another week' },
];

/** Gives a key a new secret, and shows it, once. */
export function RotateKeyDialog({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  const [made, setMade] = useState<NewKey>();
  return (
    <Dialog
      opened
      onClose={onClose}
      title={made ? `New secret of ${key.name}` : `Rotate ${key.name}`}
      size={made ? 'lg' : 'md'}
      // The secret is shown once: a click beside the dialog must not close it.
      closeOnClickOutside={!made}
      closeOnEscape={!made}
    >
      {made ? <NewSecret made={made} onClose={onClose} /> : <Form of={key} onClose={onClose} onMade={setMade} />}
    </Dialog>
  );
}

interface FormProps {
  readonly of: KeyState;
  readonly onClose: () => void;
  readonly onMade: (made: NewKey) => void;
}

function Form({ of: key, onClose, onMade }: FormProps): ReactNode {
  const [grace, setGrace] = useState(String(24 * hour));
  const rotate = useAction((hub) => hub.keyRotate({ keyId: key.id, graceMs: Number(grace) }));
  return (
    <DialogForm
      submitLabel="Make a new secret"
      isPending={rotate.isPending}
      onSubmit={() => void rotate.run().then((made) => made && onMade(made))}
      onCancel={onClose}
    >
      <p className={styles.text}>
        The key keeps its name, roles and tools. Put the new secret where its agents run while both are good; what the
        old one opened ends with it. Links and offers of ownership that the key made stay good: revoke what you do not
        know.
      </p>
      <Select
        label="The old secret"
        data={graces}
        value={grace}
        onChange={(value) => setGrace(value ?? grace)}
        allowDeselect={false}
      />
    </DialogForm>
  );
}
