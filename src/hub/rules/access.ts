import type { HubErrorCode } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import { workspaceCalled } from '../permission.ts';
import type { Rule } from '../rule.ts';

/** Longest text of a refused request that is logged, in characters: a caller may send anything. */
const MAX_WHAT = 300;
/** Longest name or id of a workspace that is logged, in characters. */
const MAX_ASKED = 200;

/** A request of an agent that was refused for lack of a role. */
export interface Denial {
  readonly code: HubErrorCode;
  /** The attempt: a tool's name, or a method and URI. */
  readonly what: string;
  /** Id or name of a workspace as the agent gave it, where it sees none that is called so. */
  readonly asked?: string;
  /** Id of the workspace that it was about, where that is known. */
  readonly workspace?: string;
  readonly sessionId?: string;
}

/** Logs a refused request of an agent. */
export const denyAccess: Rule<Denial, void> = (state, { code, what, asked, workspace, sessionId }, { actor }) => {
  if (actor.kind !== 'agent') return { events: [], answer: () => undefined };
  const about = workspace ?? (asked === undefined ? undefined : workspaceCalled(state, asked)?.id);
  const denied: EventBody = {
    type: 'access.denied',
    ...(about === undefined ? {} : { workspace: about }),
    keyId: actor.key,
    ...(sessionId === undefined ? {} : { sessionId }),
    code,
    what: what.slice(0, MAX_WHAT),
    ...(asked === undefined ? {} : { asked: asked.slice(0, MAX_ASKED) }),
  };
  return { events: [denied], answer: () => undefined };
};
