import type { ComboboxItem, ComboboxItemGroup } from '@mantine/core';
import { agentId } from '../../../protocol/agent-id.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { isOnlyAgent } from '../../../protocol/words/agent-label.ts';

type Options = readonly (ComboboxItem | ComboboxItemGroup<ComboboxItem>)[];

/** Who can take part in an event: the person, the hub, all keys, and the agents of those that had several. */
export function partyOptions(keys: ReadonlyMap<string, KeyState>): Options {
  const agents = [...keys.values()]
    .flatMap((key) => [
      { value: key.id, label: key.revokedAt === undefined ? key.name : `${key.name} (revoked)` },
      ...(key.agents ?? [])
        .filter((agent) => !isOnlyAgent(key, agent.name))
        .map((agent) => ({ value: agentId(key.id, agent.name), label: `${key.name}/${agent.label ?? agent.name}` })),
    ])
    .sort((a, b) => a.label.localeCompare(b.label));
  return [
    { value: 'human', label: 'You' },
    { value: 'hub', label: 'Hub' },
    ...(agents.length > 0 ? [{ group: 'Agents', items: agents }] : []),
  ];
}

/** The options with the chosen party: without it, the filter would look empty. */
export function withChosen(options: Options, chosen: string | undefined, name: string): Options {
  const all = options.flatMap((option) => ('group' in option ? option.items : [option]));
  if (chosen === undefined || all.some(({ value }) => value === chosen)) return options;
  return [...options, { value: chosen, label: name }];
}
