import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { InputField } from './input-fields.ts';

export interface JobInputProps {
  readonly field: InputField;
  readonly value: unknown;
  readonly problem: string | undefined;
  readonly onChange: (value: unknown) => void;
}

/** One argument of a job: a line, a number, a choice or a switch. */
export function JobInput({ field, value, problem, onChange }: JobInputProps): ReactNode {
  const { label, description, isRequired, control } = field;
  const said = { label, error: problem, ...(description === undefined ? {} : { description }) };
  switch (control.kind) {
    case 'text':
      return (
        <TextInput
          {...said}
          required={isRequired}
          maxLength={control.maxLength}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value)}
          autoComplete="off"
        />
      );
    case 'number':
      return (
        <NumberInput
          {...said}
          required={isRequired}
          min={control.min}
          max={control.max}
          allowDecimal={!control.isWhole}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(next === '' ? undefined : Number(next))}
        />
      );
    case 'choice':
      return (
        <Select
          {...said}
          required={isRequired}
          data={[...control.options]}
          value={typeof value === 'string' ? value : null}
          onChange={(next) => onChange(next ?? undefined)}
          clearable={!isRequired}
        />
      );
    case 'switch':
      return <Switch {...said} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    default:
      return control satisfies never;
  }
}
