import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { useUi } from '../../dashboard-context.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { formatSize } from '../../../protocol/words/units.ts';
import { parseSize, sizeText } from './parse-size.ts';
import styles from './settings.module.css';

/** Creates a workspace, or changes its name and quota. */
export function WorkspaceForm({ workspace, onClose }: { workspace?: WorkspaceState; onClose: () => void }): ReactNode {
  useFocusBack();
  const chooseWorkspace = useUi((ui) => ui.chooseWorkspace);
  const [name, setName] = useState(workspace?.name ?? '');
  const [quota, setQuota] = useState(workspace ? sizeText(workspace.quotaBytes) : '');
  const quotaBytes = parseSize(quota);
  const isReady = name.trim() !== '' && (workspace === undefined || quotaBytes !== undefined);
  const save = useAction(async (hub) => {
    if (!workspace) return (await hub.workspaceCreate({ name: name.trim() })).workspace;
    await hub.workspaceUpdate({ workspace: workspace.id, ...changes(workspace, name.trim(), quotaBytes) });
    return workspace.id;
  });
  const submit = (): void => {
    if (!isReady) return;
    void save.run().then((id) => {
      if (id === undefined) return; // refused; a notification says so
      if (!workspace) chooseWorkspace(id);
      onClose();
    });
  };
  return (
    <Modal opened onClose={onClose} title={workspace ? `Edit ${workspace.name}` : 'New workspace'} size="sm">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput
          label="Name"
          description="Agents may use it in place of the id"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
        />
        {workspace && (
          <TextInput
            label="Quota"
            description={`All kept versions together; ${formatSize(workspace.usedBytes)} are in use`}
            value={quota}
            onChange={(event) => setQuota(event.currentTarget.value)}
            error={quotaBytes === undefined && 'Write a size, such as 50 GiB'}
          />
        )}
        <Group justify="flex-end" gap="sm" mt="sm">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={!isReady} loading={save.isPending}>
            {workspace ? 'Save' : 'Create'}
          </Button>
        </Group>
      </form>
    </Modal>
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
