import { Checkbox, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { ClientChanged, ClientOffer } from '../../protocol/client-offers.ts';
import type { WorkspaceState } from '../../protocol/state.ts';
import { useDashboard, useServer } from '../dashboard-context.tsx';
import { useAction } from '../ui/use-action.tsx';
import { useLoad } from '../ui/use-load.ts';
import { ChangeForm } from './change-form.tsx';

export interface SetUpFormProps {
  readonly offer: ClientOffer;
  readonly workspace: WorkspaceState;
  readonly onDone: (changed: ClientChanged) => void;
  readonly onCancel: () => void;
}

/** How a client is set up: under which name, and with the change to its file in view. */
export function SetUpForm({ offer, workspace, onDone, onCancel }: SetUpFormProps): ReactNode {
  const [as, setAs] = useState(offer.here?.as ?? offer.id);
  const [allow, setAllow] = useState(false);
  const { preferences } = useDashboard();
  const role = useStore(preferences, ({ newKeyRole }) => newKeyRole);
  const isOnly = useServer(({ workspaces }) => workspaces.size === 1);
  const name = as.trim();
  const choice = {
    client: offer.id,
    as: name === '' ? offer.id : name,
    role,
    allow,
    ...(isOnly ? {} : { workspace: workspace.id }),
  };
  const load = useLoad(JSON.stringify(choice), (hub) => hub.clientPreview(choice));
  const write = useAction((hub, digest: string, replace: boolean) => hub.clientSetUp({ ...choice, digest, replace }));
  return (
    <ChangeForm
      load={load}
      submitLabel={({ kind }) => (kind === 'replaces' ? 'Replace it' : 'Write it')}
      isPending={write.isPending}
      onCancel={onCancel}
      onSubmit={({ digest, kind }) => {
        void write.run(digest, kind === 'replaces').then((changed) => {
          if (changed) onDone(changed);
          else load.reload();
        });
      }}
    >
      <TextInput
        label="Name of the agent, and of its key"
        description={`It gets a key of its own when it starts: ${role} of ${workspace.name}. No secret stands in the file.`}
        data-autofocus
        value={as}
        onChange={(event) => setAs(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
      />
      {offer.canAllow && (
        <Checkbox
          label="It may use Signalbox without asking each time"
          checked={allow}
          onChange={(event) => setAllow(event.currentTarget.checked)}
        />
      )}
    </ChangeForm>
  );
}
