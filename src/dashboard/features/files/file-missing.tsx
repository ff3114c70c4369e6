import { FileX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useUi } from '../../dashboard-context.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextButton } from '../../ui/text-button.tsx';

/** Instead of a file that was never there, was purged, or has moved on since it was named. */
export function FileMissing({ workspace }: { workspace: string }): ReactNode {
  const go = useUi((ui) => ui.go);
  const choose = useUi((ui) => ui.chooseWorkspace);
  const showDeleted = (): void => {
    choose(workspace);
    go('files', { view: 'deleted' });
  };
  return (
    <EmptyState
      icon={<FileX size={22} />}
      title="This file is not here (any more)"
      action={<TextButton onClick={showDeleted}>Deleted files</TextButton>}
    >
      It may have been moved, deleted, or never written.
    </EmptyState>
  );
}
