import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { roles } from '../../../protocol/roles.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { roleWords } from '../../ui/role-words.ts';
import { Group } from './group.tsx';

/** The role that the form for a new key begins with. */
export function NewKeys(): ReactNode {
  const { preferences } = useDashboard();
  const role = useStore(preferences, ({ newKeyRole }) => newKeyRole);
  return (
    <Group title="New keys" about="The role that a new key is offered in the chosen workspace. Each can have another.">
      <Select
        aria-label="Role of new keys"
        data={roles.map((each) => ({ value: each, label: roleWords[each] }))}
        value={role}
        onChange={(value) => preferences.setState({ newKeyRole: roles.find((each) => each === value) ?? role })}
        allowDeselect={false}
        w={280}
      />
    </Group>
  );
}
