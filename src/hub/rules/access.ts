import type { HubErrorCode } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import { REACHED_MS } from '../../protocol/reduce/access.ts';
import type { KeyState } from '../../protocol/state.ts';
import { workspaceCalled } from '../permission.ts';
import type { Rule } from '../rule.ts';

/** Longest text of a refused request that is logged, in characters: a caller may send anything. */
const MAX_WHAT = 300;
/** Longest words of a refusal that are logged, in characters: they repeat what was asked for. */
const MAX_MESSAGE = 500;
/** Longest name or id of a workspace that is logged, in characters. */
const MAX_ASKED = 200;

/** A request of an agent that was refused for lack of a role. */
export interface Denial {
  readonly code: HubErrorCode;
  /** The attempt: a tool's name, or a method and URI. */
  readonly what: string;
  /** The message of the refusal. */
  readonly message?: string;
  /** Id or name of a workspace as the agent gave it, where it sees none that is called so. */
  readonly asked?: string;
  /** Id of the workspace that it was about, where that is known. */
  readonly workspace?: string;
  readonly sessionId?: string;
}

/** Names that a key was never granted, within a minute, that suspend it. */
export const MOST_REACHED = 3;

/**
 * Logs a refused request of an agent. One that reaches for several workspaces to which it never had access, existing
 * or not, is suspended until a person lifts that: it guesses. What it had and lost does not count, nor does a name
 * that it repeats.
 */
export const denyAccess: Rule<Denial, void> = (state, denial, { actor, now }) => {
  if (actor.kind !== 'agent') return { events: [], answer: () => undefined };
  const { code, what, message, asked, workspace, sessionId } = denial;
  const about = workspace ?? (asked === undefined ? undefined : workspaceCalled(state, asked)?.id);
  const key = state.keys.get(actor.key);
  const isStrange = asked !== undefined && key?.once?.some((one) => normal(one) === normal(asked)) !== true;
  const denied: EventBody = {
    type: 'access.denied',
    ...(about === undefined ? {} : { workspace: about }),
    keyId: actor.key,
    ...(sessionId === undefined ? {} : { sessionId }),
    code,
    what: what.slice(0, MAX_WHAT),
    ...(message === undefined ? {} : { message: message.slice(0, MAX_MESSAGE).toWellFormed() }),
    ...(asked === undefined ? {} : { asked: normal(asked) }),
    ...(isStrange ? { neverGranted: true } : {}),
  };
  const names = isStrange ? reachedWith(key, normal(asked), now - state.steppedMs) : [];
  const isGuessing = names.length >= MOST_REACHED && key?.suspendedAt === undefined;
  const suspended: EventBody = { type: 'key.suspended', keyId: actor.key, asked: [...names] };
  return { events: isGuessing ? [denied, suspended] : [denied], answer: () => undefined };
};

/** What a key has reached for within the last minute, and now. */
function reachedWith(key: KeyState | undefined, asked: string, now: number): readonly string[] {
  const recent = (key?.reached ?? []).filter(({ at }) => at > now - REACHED_MS).map((one) => one.asked);
  return [...new Set([...recent, asked])];
}

/** A name as it is counted: as long as is logged, whatever its case and Unicode form. */
function normal(asked: string): string {
  return asked.slice(0, MAX_ASKED).toWellFormed().normalize('NFC').toLowerCase();
}
