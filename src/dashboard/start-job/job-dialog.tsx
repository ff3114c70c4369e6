import { Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { AnyJobKind } from '../../jobs/job-kind.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { Mono } from '../ui/mono.tsx';
import { filledIn, inputFields, inputProblems } from './input-fields.ts';
import { JobInput } from './job-input.tsx';

export interface JobDialogProps {
  readonly kind: AnyJobKind;
  /** Path of the job's file or folder, for one that works on one. */
  readonly path: string | undefined;
  readonly isPending: boolean;
  readonly onClose: () => void;
  readonly onStart: (input: Readonly<Record<string, unknown>>) => void;
}

/** Asks for a kind's arguments. */
export function JobDialog({ kind, path, isPending, onClose, onStart }: JobDialogProps): ReactNode {
  const [fields] = useState(() => inputFields(kind));
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>(() =>
    Object.fromEntries(fields.map(({ name, initial }) => [name, initial])),
  );
  /** Problems are shown only after the first try. */
  const [tried, setTried] = useState(false);
  const input = filledIn(values);
  const problems = inputProblems(kind, input);
  return (
    <Dialog opened onClose={onClose} title={kind.title}>
      <DialogForm
        submitLabel="Start"
        isPending={isPending}
        onSubmit={() => {
          setTried(true);
          if (Object.keys(problems).length === 0) onStart(input);
        }}
        onCancel={onClose}
      >
        <Stack gap="sm">
          {path !== undefined && (
            <Text size="sm">
              <Mono>{path}</Mono>
            </Text>
          )}
          {fields.map((field) => (
            <JobInput
              key={field.name}
              field={field}
              value={values[field.name]}
              problem={tried ? problems[field.name] : undefined}
              onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
            />
          ))}
        </Stack>
      </DialogForm>
    </Dialog>
  );
}
