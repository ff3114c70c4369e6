import type { ReactNode } from 'react';
import { useUi } from '../../dashboard-context.tsx';
import type { Selection } from '../../selection.ts';
import { Mono } from '../../ui/mono.tsx';
import { TextButton } from '../../ui/text-button.tsx';

/** A thing that the inspector can show, as a link to it. */
export function SubjectLink({ to, children }: { to: Selection; children: ReactNode }): ReactNode {
  const select = useUi((ui) => ui.select);
  return (
    <TextButton onClick={() => select(to)}>
      <Mono tone="accent">{children}</Mono>
    </TextButton>
  );
}
