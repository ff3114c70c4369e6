import { TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { formatSize } from '../../../protocol/words/units.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { nameProblems } from '../../ui/name-problems.ts';
import { useAction } from '../../ui/use-action.tsx';
import { WorkspaceNameInput } from '../../ui/workspace-name-input.tsx';
import { parseSize, sizeText } from './parse-size.ts';

/** Changes the name and quota of a workspace. */
export function EditWorkspace({ workspace, onClose }: { workspace: WorkspaceState; onClose: () => void }): ReactNode {
  const [name, setName] = useState(workspace.name);
  const [quota, setQuota] = useState(sizeText(workspace.quotaBytes));
  const quotaBytes = parseSize(quota);
  const save = useAction(
    (hub) => hub.workspaceUpdate({ workspace: workspace.id, ...changes(workspace, name.trim(), quotaBytes) }),
    undefined,
    nameProblems,
  );
  return (
    <Dialog opened onClose={onClose} title={`Edit ${workspace.name}`} size="sm">
      <DialogForm
        submitLabel="Save"
        isReady={name.trim() !== '' && quotaBytes !== undefined}
        isPending={save.isPending}
        onSubmit={() => void save.run().then((isSaved) => isSaved && onClose())}
        onCancel={onClose}
      >
        <WorkspaceNameInput value={name} onChange={setName} action={save} />
        <TextInput
          label="Quota"
          description={`All kept versions together; ${formatSize(workspace.usedBytes)} are in use`}
          value={quota}
          onChange={(event) => setQuota(event.currentTarget.value)}
          error={quotaBytes === undefined && 'Write a size, such as 50 GiB'}
        />
      </DialogForm>
    </Dialog>
  );
}

/** Only what changed. */
function changes(
  was: WorkspaceState,
  name: string,
  quotaBytes: number | undefined,
): { name?: string; quotaBytes?: number } {
  return {
    ...(name === was.name ? {} : { name }),
    ...(quotaBytes === undefined || quotaBytes === was.quotaBytes ? {} : { quotaBytes }),
  };
}
