import { Select, type ComboboxData } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useServer } from '../../dashboard-context.tsx';

export interface ActorFilterProps {
  /** `human`, `hub`, a key id, or undefined for anyone. */
  readonly actor: string | undefined;
  readonly onChange: (actor: string | undefined) => void;
}

/** Filter by actor: anyone, the person, the hub, or one agent. The actor of a grant is the one who released. */
export function ActorFilter({ actor, onChange }: ActorFilterProps): ReactNode {
  const keys = useServer((server) => server.keys);
  const data = useMemo((): ComboboxData => {
    const agents = [...keys.values()]
      .map(({ id, name, revokedAt }) => ({ value: id, label: revokedAt === undefined ? name : `${name} (revoked)` }))
      .sort((a, b) => a.label.localeCompare(b.label));
    return [
      { value: 'human', label: 'You' },
      { value: 'hub', label: 'Hub' },
      ...(agents.length > 0 ? [{ group: 'Agents', items: agents }] : []),
    ];
  }, [keys]);
  return (
    <Select
      aria-label="Done by"
      placeholder="anyone"
      leftSection="by"
      data={data}
      value={actor ?? null}
      onChange={(value) => onChange(value ?? undefined)}
      searchable
      clearable
      limit={200}
      w={140}
    />
  );
}
