import { TextInput, type TextInputProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface NameInputProps extends Pick<TextInputProps, 'description' | 'placeholder' | 'error'> {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

/** The name of something that is being made or renamed: the first field of its dialog. */
export function NameInput({ value, onChange, ...others }: NameInputProps): ReactNode {
  return (
    <TextInput
      {...others}
      label="Name"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
    />
  );
}
