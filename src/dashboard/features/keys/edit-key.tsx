import { Select, Switch, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { KeyState } from '../../../protocol/state.ts';
import { formatDateTime } from '../../../protocol/words/units.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { expiryChoices, expiryOf, type ExpiryChoice } from './expiry-choice.ts';
import { LastDayInput } from './last-day-input.tsx';

/** Changes the note and the expiry of a key, and whether its agents get news. */
export function EditKey({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  return (
    <Dialog opened onClose={onClose} title={`Edit ${key.name}`}>
      <Form of={key} onClose={onClose} />
    </Dialog>
  );
}

function Form({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  const { clock } = useDashboard();
  const [note, setNote] = useState(key.note ?? '');
  const [news, setNews] = useState(key.news !== false);
  const [choice, setChoice] = useState<ExpiryChoice | 'as it is'>('as it is');
  const [date, setDate] = useState('');
  const [isTried, setTried] = useState(false);
  const expiry = choice === 'as it is' ? undefined : expiryOf(choice, date, clock.now());
  const problem = expiry && 'problem' in expiry ? expiry.problem : undefined;
  const save = useAction((hub, expiresAt: number | null | undefined) =>
    hub.keyUpdate({ keyId: key.id, note, expiresAt, news }),
  );
  const submit = (): void => {
    setTried(true);
    if (problem !== undefined) return;
    const end = expiry && 'expiresAt' in expiry ? expiry.expiresAt : null;
    void save.run(expiry === undefined ? undefined : end).then((done) => done === true && onClose());
  };
  return (
    <DialogForm submitLabel="Save" isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      <Textarea
        label="Note"
        description="For you: what it is for, where it is used. No agent sees it"
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Select
        label="Expires"
        data={[
          {
            value: 'as it is',
            label: key.expiresAt === undefined ? 'never, as it is' : `${formatDateTime(key.expiresAt)}, as it is`,
          },
          ...expiryChoices.filter(({ value }) => value !== 'never' || key.expiresAt !== undefined),
        ]}
        value={choice}
        onChange={(value) => setChoice((value ?? 'as it is') as ExpiryChoice)} // one of the data
        allowDeselect={false}
      />
      {choice === 'date' && <LastDayInput value={date} onChange={setDate} error={isTried && problem} />}
      <Switch
        label="News on results"
        description="Whatever its agents call, the result says what is new for them: files from you, locks that they lost, jobs that ended"
        checked={news}
        onChange={(event) => setNews(event.currentTarget.checked)}
      />
    </DialogForm>
  );
}
