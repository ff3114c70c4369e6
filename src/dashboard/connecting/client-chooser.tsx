import { useState, type ReactNode } from 'react';
import type { ClientList } from '../../protocol/client-offers.ts';
import type { WorkspaceState } from '../../protocol/state.ts';
import { ClientPicker, OTHER_CLIENT } from './client-picker.tsx';
import { ClientPanel } from './client-panel.tsx';
import styles from './connect.module.css';
import { SnippetTexts } from './snippet-texts.tsx';

export interface ClientChooserProps {
  readonly list: ClientList;
  readonly workspace: WorkspaceState;
  readonly onChanged: () => void;
}

/** The list of clients, and the one that is chosen: at first, one of this machine that is not set up yet. */
export function ClientChooser({ list, workspace, onChanged }: ClientChooserProps): ReactNode {
  const { clients, others } = list;
  const [chosen, setChosen] = useState(
    () => (clients.find(({ here }) => here?.isFound === true && here.state === 'none') ?? clients[0])?.id,
  );
  const offer = clients.find(({ id }) => id === chosen);
  return (
    <div className={styles.chooser}>
      <ClientPicker clients={clients} chosen={chosen} onChoose={setChosen} />
      {chosen === OTHER_CLIENT && <SnippetTexts snippets={others} label="Another client" />}
      {offer && <ClientPanel key={offer.id} offer={offer} workspace={workspace} onChanged={onChanged} />}
    </div>
  );
}
