import { Checkbox, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ToolReach } from '../../../protocol/records.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { DEFAULT_TOOLS, toolSetSchema, type ToolPolicy } from '../../../protocol/tool-policy.ts';
import { toolSetWords } from '../../../protocol/words/policy-words.ts';
import { formatSize } from '../../../protocol/words/units.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Mono } from '../../ui/mono.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './keys.module.css';
import { givenTools, withTool } from './tool-choice.ts';

/** The sets of tools, for a field that chooses one. */
export const toolSetChoices = toolSetSchema.options.map((set) => ({ value: set, label: toolSetWords[set] }));

/** Which tools a key has: a set, and single tools more or less. */
export function ChooseTools({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  return (
    <Dialog opened onClose={onClose} title={`Tools of ${key.name}`} size="lg">
      <ToolsForm of={key} onClose={onClose} />
    </Dialog>
  );
}

function ToolsForm({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  const [policy, setPolicy] = useState<ToolPolicy>(key.tools ?? DEFAULT_TOOLS);
  const ofSet = useLoad(`tools ${key.id} ${policy.set}`, (hub) =>
    hub.keySees({ keyId: key.id, tools: { set: policy.set } }),
  );
  const seen = useLoad(`tools ${key.id} ${JSON.stringify(policy)}`, (hub) =>
    hub.keySees({ keyId: key.id, tools: policy }),
  );
  const save = useAction(
    (hub) => hub.keySetTools({ keyId: key.id, tools: policy }),
    `${key.name} has other tools from its next call on`,
  );
  const tools = ofSet.data?.tools ?? [];
  const given = givenTools(policy, tools);
  return (
    <DialogForm
      submitLabel="Give these tools"
      isReady={ofSet.status === 'ready' && given.size > 0}
      isPending={save.isPending}
      onSubmit={() => void save.run().then((done) => done === true && onClose())}
      onCancel={onClose}
    >
      {key.tools === undefined && (
        <p className={styles.text}>
          This key is older than the choice of tools: it has all that there were. Its agent loses those that you do not
          give it here.
        </p>
      )}
      <Select
        label="Set"
        description={
          seen.data
            ? `${listed(seen.data.tools)} in its list, ${formatSize(seen.data.listBytes)}: a model reads all of it before each turn`
            : ' '
        }
        data={toolSetChoices}
        value={policy.set}
        onChange={(set) => setPolicy({ set: toolSetSchema.parse(set) })}
        allowDeselect={false}
      />
      <ul className={styles.tools} aria-label="Tools">
        {tools.map((tool) => (
          <li key={tool.name}>
            <Checkbox
              label={<Mono>{tool.name}</Mono>}
              description={toolLine(tool)}
              checked={given.has(tool.name)}
              onChange={(event) =>
                setPolicy(withTool(policy, tools, { name: tool.name, isGiven: event.currentTarget.checked }))
              }
            />
          </li>
        ))}
      </ul>
    </DialogForm>
  );
}

function listed(tools: readonly ToolReach[]): string {
  const count = tools.filter(({ has }) => has === 'yes').length;
  return count === 1 ? '1 tool' : `${count} tools`;
}

/** What a tool does, and the role that it needs where that is more than reading. */
function toolLine({ title, role }: ToolReach): string {
  return role === 'viewer' ? title : `${title} (needs ${role})`;
}
