import type { ReactNode } from 'react';
import { NameInput } from './name-input.tsx';

interface WorkspaceNameInputProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
  /** What makes or renames it: its refusal is shown here, until the name is another. */
  readonly action: { readonly problem: string | undefined; readonly forget: () => void };
}

export function WorkspaceNameInput({ value, onChange, action }: WorkspaceNameInputProps): ReactNode {
  return (
    <NameInput
      description="Agents may use it in place of the id"
      value={value}
      onChange={(name) => {
        onChange(name);
        action.forget();
      }}
      error={action.problem}
    />
  );
}
