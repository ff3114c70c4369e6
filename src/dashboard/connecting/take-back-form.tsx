import type { ReactNode } from 'react';
import type { ClientChanged } from '../../protocol/client-offers.ts';
import { useAction } from '../ui/use-action.tsx';
import { useLoad } from '../ui/use-load.ts';
import { ChangeForm } from './change-form.tsx';

export interface TakeBackFormProps {
  readonly client: string;
  readonly onDone: (changed: ClientChanged) => void;
  readonly onCancel: () => void;
}

/** What taking back would change in a client's file, and the button that does. */
export function TakeBackForm({ client, onDone, onCancel }: TakeBackFormProps): ReactNode {
  const load = useLoad(`take back ${client}`, (hub) => hub.clientPreviewTakeBack({ client }));
  const take = useAction((hub, digest: string) => hub.clientTakeBack({ client, digest }));
  return (
    <ChangeForm
      load={load}
      submitLabel={() => 'Take it back'}
      isPending={take.isPending}
      onCancel={onCancel}
      onSubmit={({ digest }) => {
        void take.run(digest).then((changed) => {
          if (changed) onDone(changed);
          else load.reload();
        });
      }}
    />
  );
}
