import { HubError } from '../../protocol/errors.ts';
import type { Rule } from '../rule.ts';
import { isSameName, properName } from './names.ts';
import { onlyPeople } from './only-people.ts';

export interface RenameAgent {
  readonly keyId: string;
  /** Its name under the key. */
  readonly agent: string;
  /** What it is called from now on; its own name, or nothing, takes that back. */
  readonly name?: string | undefined;
}

/**
 * Calls an agent otherwise, wherever people and agents see its name; only a person may. Refuses with `not_found` for an
 * agent that the key has not or has no more, `invalid_argument`, and `name_taken` for what another agent of the key is
 * called. Does nothing where it is called so already.
 */
export const renameAgent: Rule<RenameAgent, void> = (state, { keyId, agent, name: given }, { actor }) => {
  const bad = onlyPeople(actor, 'rename agents');
  if (bad) return bad;
  const { agents = [] } = state.keys.get(keyId) ?? {};
  const known = agents.find(({ name }) => name === agent);
  if (!known) {
    return new HubError('not_found', `The key ${keyId} has no agent ${agent} (any more).`, {
      details: { keyId, agent },
    });
  }
  const proper = given === undefined ? agent : properName('agent', given);
  if (proper instanceof HubError) return proper;
  const label = proper === agent ? undefined : proper;
  const taken = agents.find(
    (one) => one !== known && [one.name, one.label ?? one.name].some((its) => isSameName(its, proper)),
  );
  if (taken && label !== undefined) {
    return new HubError(
      'name_taken',
      `Another agent of this key is called ${taken.label ?? taken.name}. Choose another name.`,
      {
        details: { name: proper },
      },
    );
  }
  const events =
    known.label === label
      ? []
      : [{ type: 'agent.renamed' as const, keyId, agent, ...(label === undefined ? {} : { name: label }) }];
  return { events, answer: () => undefined };
};
