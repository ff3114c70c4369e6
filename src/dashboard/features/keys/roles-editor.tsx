import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { roles, type Role } from '../../../protocol/roles.ts';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { roleWords } from '../../ui/role-words.ts';
import styles from './keys.module.css';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';

export interface RolesEditorProps {
  readonly workspaces: Iterable<WorkspaceState>;
  /** By workspace id. */
  readonly roles: Readonly<Record<string, Role>>;
  /** `undefined`: no access. */
  readonly onChange: (workspace: string, role: Role | undefined) => void;
  readonly isDisabled?: boolean;
}

const data = [{ value: 'none', label: 'no access' }, ...roles.map((role) => ({ value: role, label: roleWords[role] }))];

/** A key's role in each workspace. */
export function RolesEditor({ workspaces, roles: given, onChange, isDisabled = false }: RolesEditorProps): ReactNode {
  const all = [...workspaces];
  return (
    <ul className={styles.roles} aria-label="Role per workspace">
      {all
        .map((each) => ({ id: each.id, name: workspaceLabel(each, all) }))
        .map(({ id, name }) => (
          <li key={id}>
            <span className={styles.workspace} title={name}>
              {name}
            </span>
            <Select
              aria-label={`Role in ${name}`}
              data={data}
              value={given[id] ?? 'none'}
              onChange={(value) =>
                onChange(
                  id,
                  roles.find((role) => role === value),
                )
              }
              allowDeselect={false}
              disabled={isDisabled}
              comboboxProps={{ width: 240, position: 'bottom-end' }}
              w={240}
              data-role={given[id]}
            />
          </li>
        ))}
    </ul>
  );
}
