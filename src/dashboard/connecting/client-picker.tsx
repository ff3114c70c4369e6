import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { clientSeen } from '../../protocol/client-seen.ts';
import type { ClientOffer } from '../../protocol/client-offers.ts';
import { StatusDot } from '../ui/badge.tsx';
import { TimeAgo } from '../ui/times.tsx';
import { foundClients } from './found-clients.ts';
import styles from './client-picker.module.css';
import { useSeenParts } from './use-client-seen.ts';

export interface ClientPickerProps {
  readonly clients: readonly ClientOffer[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The clients that are known, those of this machine first; one is chosen. */
export function ClientPicker({ clients, chosen, onChoose }: ClientPickerProps): ReactNode {
  const [text, setText] = useState('');
  const groups = useMemo(() => foundClients(clients, text), [clients, text]);
  return (
    <div className={styles.list}>
      <TextInput
        aria-label="Find a client"
        placeholder={`Find one of ${clients.length} clients`}
        leftSection={<Search size={13} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <div className={styles.groups}>
        {groups.length === 0 && <p className={styles.none}>None is called that. Choose “Another client”.</p>}
        {groups.map(({ title, offers }) => (
          <section key={title} aria-label={title}>
            <h4>{title}</h4>
            <ul>
              {offers.map((offer) => (
                <li key={offer.id}>
                  <button
                    type="button"
                    aria-pressed={offer.id === chosen}
                    className={styles.client}
                    onClick={() => onChoose(offer.id)}
                  >
                    <span>{offer.label}</span>
                    <ClientState offer={offer} />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
        <button
          type="button"
          aria-pressed={chosen === OTHER_CLIENT}
          className={styles.client}
          onClick={() => onChoose(OTHER_CLIENT)}
        >
          <span>Another client</span>
        </button>
      </div>
    </div>
  );
}

/** Stands for one that is not in the list. */
export const OTHER_CLIENT = 'other';

function ClientState({ offer }: { offer: ClientOffer }): ReactNode {
  const parts = useSeenParts();
  const seen = clientSeen(offer, offer.here?.as, parts);
  if (seen.kind === 'now') {
    return (
      <span className={styles.state}>
        <StatusDot tone="proceed" label="" /> connected
      </span>
    );
  }
  if (seen.kind === 'before') {
    return (
      <span className={styles.state}>
        seen <TimeAgo at={seen.at} />
      </span>
    );
  }
  return offer.here?.state === 'set_up' ? <span className={styles.state}>set up</span> : null;
}
