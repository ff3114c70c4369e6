import { Group, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { NewKey } from '../../../protocol/records.ts';
import type { Role } from '../../../protocol/roles.ts';
import { DEFAULT_TOOLS, toolSetSchema, type ToolSetName } from '../../../protocol/tool-policy.ts';
import { useDashboard, useServer, useWorkspace } from '../../dashboard-context.tsx';
import { formatDateTime } from '../../../protocol/words/units.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { NameInput } from '../../ui/name-input.tsx';
import { nameProblems } from '../../ui/name-problems.ts';
import { useAction } from '../../ui/use-action.tsx';
import { toolSetChoices } from './choose-tools.tsx';
import { expiryChoices, expiryOf, type ExpiryChoice } from './expiry-choice.ts';
import { LastDayInput } from './last-day-input.tsx';
import { NewSecret } from './new-secret.tsx';
import { RolesEditor } from './roles-editor.tsx';
import styles from './keys.module.css';

/** Creates a key, then shows its secret, once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [made, setMade] = useState<NewKey & { readonly name: string }>();
  return (
    <Dialog
      opened
      onClose={onClose}
      title={made ? `Key of ${made.name}` : 'New key'}
      size={made ? 'lg' : 'md'}
      // The secret is shown once: a click beside the dialog must not close it.
      closeOnClickOutside={!made}
      closeOnEscape={!made}
    >
      {made ? <NewSecret made={made} onClose={onClose} /> : <KeyForm onClose={onClose} onMade={setMade} />}
    </Dialog>
  );
}

interface KeyFormProps {
  readonly onClose: () => void;
  readonly onMade: (made: NewKey & { readonly name: string }) => void;
}

function KeyForm({ onClose, onMade }: KeyFormProps): ReactNode {
  const { clock, preferences } = useDashboard();
  const workspaces = useServer((server) => server.workspaces);
  const here = useWorkspace();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<Readonly<Record<string, Role>>>(
    here ? { [here.id]: preferences.getState().newKeyRole } : {},
  );
  const [choice, setChoice] = useState<ExpiryChoice>('never');
  const [tools, setTools] = useState<ToolSetName>(DEFAULT_TOOLS.set);
  const [date, setDate] = useState('');
  const [isTried, setTried] = useState(false);
  const expiry = expiryOf(choice, date, clock.now());
  const create = useAction(
    (hub, expiresAt: number | undefined) =>
      hub.keyCreate({ name: name.trim(), roles, expiresAt, tools: { set: tools } }),
    undefined,
    nameProblems,
  );
  const nameProblem = name.trim() === '' ? 'Name the agent that will use it.' : undefined;
  const submit = (): void => {
    setTried(true);
    if (nameProblem !== undefined || 'problem' in expiry) return;
    void create.run(expiry.expiresAt).then((made) => made && onMade({ ...made, name: name.trim() }));
  };
  return (
    <DialogForm submitLabel="Create key" isPending={create.isPending} onSubmit={submit} onCancel={onClose}>
      <NameInput
        description="What you will see of the agent everywhere"
        placeholder="planner"
        value={name}
        onChange={(to) => {
          setName(to);
          create.forget();
        }}
        error={create.problem ?? (isTried && nameProblem)}
      />
      <div>
        <p className={styles.label}>Roles</p>
        <RolesEditor
          workspaces={workspaces.values()}
          roles={roles}
          onChange={(workspace, role) => {
            const { [workspace]: _was, ...others } = roles;
            setRoles(role === undefined ? others : { ...others, [workspace]: role });
          }}
        />
      </div>
      <Select
        label="Tools"
        description="Single tools can be chosen afterwards"
        data={toolSetChoices}
        value={tools}
        onChange={(set) => setTools(toolSetSchema.parse(set))}
        allowDeselect={false}
      />
      <Group gap="sm" align="flex-start" grow>
        <Select
          label="Expires"
          description={
            !('problem' in expiry) && expiry.expiresAt !== undefined
              ? formatDateTime(expiry.expiresAt)
              : 'Until it is revoked'
          }
          data={expiryChoices}
          value={choice}
          onChange={(value) => setChoice((value ?? 'never') as ExpiryChoice)} // one of the data
          allowDeselect={false}
        />
        {choice === 'date' && (
          <LastDayInput value={date} onChange={setDate} error={isTried && 'problem' in expiry && expiry.problem} />
        )}
      </Group>
    </DialogForm>
  );
}
