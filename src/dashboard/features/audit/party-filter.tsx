import { Select, type ComboboxData } from '@mantine/core';
import { memo, useMemo, useState, type ReactNode } from 'react';
import { useAgentName, useServer } from '../../dashboard-context.tsx';
import styles from './audit.module.css';
import { partyOptions, withChosen } from './party-options.ts';
import { useSameOptions } from './use-same-options.ts';

/** At most one of the two is given. */
interface PartyChoice {
  /** Who did it: `human`, `hub`, a key id, or an agent of a key (`agentId`). */
  readonly by: string | undefined;
  /** Whom it concerns, also if another did it. */
  readonly involving: string | undefined;
}

type Relation = keyof PartyChoice;

const relations: readonly { readonly value: Relation; readonly label: string }[] = [
  { value: 'involving', label: 'involving' },
  { value: 'by', label: 'by' },
];

export interface PartyFilterProps extends PartyChoice {
  readonly onChange: (party: PartyChoice) => void;
}

/**
 * Filters by party: the events that it caused, or all that concern it. A lock that was taken from an agent, or that
 * passed to the next one, involves both and was done by one of them.
 */
export function PartyFilter(props: PartyFilterProps): ReactNode {
  return <PartyFields {...props} parties={useSameOptions(useParties(props.by ?? props.involving))} />;
}

/** Apart, as keys change with each session that comes or goes, and seldom in name. */
const PartyFields = memo(function PartyFields(props: PartyFilterProps & { readonly parties: ComboboxData }): ReactNode {
  const { by, involving, onChange, parties } = props;
  const who = by ?? involving;
  const [idle, setIdle] = useState<Relation>('involving');
  const relation = by === undefined ? (involving === undefined ? idle : 'involving') : 'by';
  const change = (to: Relation, whom: string | undefined): void => {
    setIdle(to);
    if (whom !== undefined || who !== undefined)
      onChange({ by: undefined, involving: undefined, ...(whom === undefined ? {} : { [to]: whom }) });
  };
  return (
    <div className={styles.party}>
      <Select
        aria-label="How they take part"
        data={[...relations]}
        value={relation}
        onChange={(value) => change(value ?? 'involving', who)}
        allowDeselect={false}
        checkIconPosition="right"
        w={98}
      />
      <Select
        aria-label={relation === 'by' ? 'Done by' : 'Involving'}
        placeholder="anyone"
        data={parties}
        value={who ?? null}
        onChange={(value) => change(relation, value ?? undefined)}
        searchable
        clearable
        limit={200}
        w={140}
        data-filter
      />
    </div>
  );
});

/**
 * The person, the hub, all keys, and the agents of those that had several.
 *
 * @param chosen who is chosen: one that was revoked long ago, or whose name is no longer kept, is offered all the same
 */
function useParties(chosen: string | undefined): ComboboxData {
  const keys = useServer((server) => server.keys);
  const name = useAgentName(chosen ?? '');
  return useMemo((): ComboboxData => withChosen(partyOptions(keys), chosen, name), [keys, chosen, name]);
}
