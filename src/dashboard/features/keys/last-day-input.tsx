import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

interface LastDayInputProps {
  /** `2027-01-31`. */
  readonly value: string;
  readonly onChange: (day: string) => void;
  readonly error: string | false | undefined;
}

/** The last day on which a key can be used. */
export function LastDayInput({ value, onChange, error }: LastDayInputProps): ReactNode {
  return (
    <TextInput
      label="Last day"
      description="To the end of that day"
      type="date"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
