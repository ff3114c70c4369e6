import { useState, type ReactNode } from 'react';
import { useUi } from '../dashboard-context.tsx';
import { Dialog } from './dialog.tsx';
import { DialogForm } from './dialog-form.tsx';
import { nameProblems } from './name-problems.ts';
import { useAction } from './use-action.tsx';
import { WorkspaceNameInput } from './workspace-name-input.tsx';

/** Asks for a name, creates the workspace and selects it. */
export function CreateWorkspaceDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const choose = useUi((ui) => ui.chooseWorkspace);
  const create = useAction((hub) => hub.workspaceCreate({ name: name.trim() }), undefined, nameProblems);
  const submit = async (): Promise<void> => {
    const made = await create.run();
    if (!made) return; // refused; the field or a notification says why
    choose(made.workspace);
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title="New workspace" size="sm">
      <DialogForm
        submitLabel="Create"
        isReady={name.trim() !== ''}
        isPending={create.isPending}
        onSubmit={() => void submit()}
        onCancel={onClose}
      >
        <WorkspaceNameInput value={name} onChange={setName} action={create} />
      </DialogForm>
    </Dialog>
  );
}
