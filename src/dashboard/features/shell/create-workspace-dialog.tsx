import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useUi } from '../../dashboard-context.tsx';
import { useAction } from '../../ui/use-action.tsx';

/** Asks for a name, creates the workspace and selects it. */
export function CreateWorkspaceDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal opened={isOpen} onClose={onClose} title="New workspace" size="sm">
      <CreateForm onClose={onClose} />
    </Modal>
  );
}

function CreateForm({ onClose }: { onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const choose = useUi((ui) => ui.chooseWorkspace);
  const create = useAction((hub) => hub.workspaceCreate({ name: name.trim() }));
  const submit = async (): Promise<void> => {
    const made = await create.run();
    if (!made) return;
    choose(made.workspace);
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') void submit();
      }}
    >
      <TextInput
        label="Name"
        description="Agents use it in place of an id."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        maxLength={100}
      />
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={create.isPending}>
          Create workspace
        </Button>
      </Group>
    </form>
  );
}
