import { agentId } from '../../protocol/agent-id.ts';
import type { QueryTerm } from '../../protocol/query/ast.ts';
import { nameMatcher } from '../../protocol/query/name-match.ts';
import { queryOf } from '../../protocol/query/parse.ts';
import type { HubState } from '../../protocol/state.ts';
import { agentLabel, agentTitle } from '../../protocol/words/agent-label.ts';
import type { FrameFilter, FrameTerm } from '../../recorder/query-sql.ts';

/**
 * A filter of frames as the recorder takes it: with the ids of the keys, agents and workspaces that its tokens name.
 * Undefined where nothing is filtered.
 *
 * @throws HubError `invalid_argument` for a filter that cannot be understood
 */
export function frameFilter(
  text: string | undefined,
  { state, now }: { readonly state: HubState; readonly now: () => number },
): FrameFilter | undefined {
  const at = now();
  const terms = text === undefined ? [] : queryOf(text, 'frames', at);
  return terms.length === 0 ? undefined : { terms: terms.map((term) => withIds(term, state)), now: at };
}

function withIds(term: QueryTerm, state: HubState): FrameTerm {
  const { key, value } = term;
  if (value.kind !== 'text') return term;
  const fits = nameMatcher(value.text);
  switch (key) {
    case 'agent':
    case 'by':
    case 'involving':
      return { ...term, ids: [...agentsLike(fits, state)] };
    case 'key':
      return { ...term, ids: idsOf(state.keys.values(), fits) };
    case 'ws':
      return { ...term, ids: idsOf(state.workspaces.values(), fits) };
    default:
      return term;
  }
}

function idsOf(
  things: Iterable<{ readonly id: string; readonly name: string }>,
  fits: (name: string) => boolean,
): readonly string[] {
  return [...things].filter(({ name }) => fits(name)).map(({ id }) => id);
}

/** Agents by what people call them: their own names, what a person named them, and the names of their keys. */
function* agentsLike(fits: (name: string) => boolean, { keys }: HubState): Iterable<string> {
  for (const key of keys.values()) {
    const isKey = fits(key.name);
    if (isKey) yield key.id;
    for (const { name } of key.agents ?? []) {
      if (isKey || fits(agentTitle(key, name)) || fits(agentLabel(key, key.id, name))) yield agentId(key.id, name);
    }
  }
}
