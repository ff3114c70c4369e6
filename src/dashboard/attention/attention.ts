import { actorAgentId } from '../../protocol/actor-id.ts';
import { refusalWords } from '../../protocol/words/refusal-words.ts';
import { clientOfUserAgent, needsPerson } from '../connecting/refused-words.ts';
import type { EventOf, HubEvent } from '../../protocol/events.ts';
import type { Preferences } from '../preferences.ts';

export type AttentionKind = 'refused' | 'lost' | 'failed';

/** Something that the person may want to look at. */
export interface AttentionNotice {
  readonly kind: AttentionKind;
  /** One id for repetitions: an agent that is refused ten times is one thing to look at. */
  readonly about: string;
  /** The agent, or the key where it is about that; undefined for none. */
  readonly agent: string | undefined;
  /** What follows the agent's name. */
  readonly words: string;
  readonly event: HubEvent;
}

/** What is known of the agents when events are looked at. */
export interface Agents {
  /** Whose a session is (`agentId`). */
  readonly agentOf: (sessionId: string) => string | undefined;
  /** Whether an agent has a connection now: one that lost one of several is still there. */
  readonly isThere: (agent: string) => boolean;
}

/** What an event asks the person to look at; undefined for all that goes its way. */
export function noticeOf(event: HubEvent, { agentOf, isThere }: Agents): AttentionNotice | undefined {
  switch (event.type) {
    case 'access.denied':
      return notice('refused', event, agentRefused(event), 'was refused');
    case 'connection.refused': {
      if (!needsPerson(event)) return undefined;
      const who = clientOfUserAgent(event.client);
      const words = `${who} was refused: ${refusalWords(event.code)}`;
      return { kind: 'refused', about: `refused ${who} ${event.address}`, agent: undefined, words, event };
    }
    case 'key.suspended':
      // What the person did needs no look.
      return event.actor.kind === 'human' ? undefined : notice('refused', event, event.keyId, 'was suspended');
    case 'session.dropped': {
      const agent = agentOf(event.sessionId);
      return agent !== undefined && isThere(agent) ? undefined : notice('lost', event, agent, 'lost its connection');
    }
    case 'link.refused': {
      if (event.why !== 'password') return undefined;
      const words = `A wrong password was tried on a link to ${event.path}`;
      return { kind: 'refused', about: `refused ${event.linkId}`, agent: undefined, words, event };
    }
    case 'job.failed':
      return { kind: 'failed', about: `failed ${event.jobId}`, agent: undefined, words: 'A job failed', event };
    default:
      return undefined;
  }
}

/** The agent that was refused; its key where it has no name. */
function agentRefused({ keyId, actor }: EventOf<'access.denied'>): string | undefined {
  return actor.kind === 'agent' && actor.key === keyId ? actorAgentId(actor) : keyId;
}

function notice(kind: AttentionKind, event: HubEvent, agent: string | undefined, words: string): AttentionNotice {
  return { kind, about: `${kind} ${agent ?? ''}`, agent, words, event };
}

/** What came while the person looked elsewhere, by what each is about; the last of each. */
export type Missed = ReadonlyMap<string, AttentionNotice>;

/** Adds what the person wants to know of; the same map if nothing is new. */
export function withNotices(
  missed: Missed,
  notices: readonly AttentionNotice[],
  wanted: Preferences['notice'],
): Missed {
  const heard = notices.filter(({ kind }) => wanted[kind]);
  return heard.length === 0 ? missed : new Map([...missed, ...heard.map((each) => [each.about, each] as const)]);
}

/**
 * The page's title, and which light its icon shows.
 *
 * @param logins how many clients wait to be let in: they are counted whether the person looks or not
 */
export function faceOf(
  missed: Missed,
  logins = 0,
): { readonly title: string; readonly light: 'proceed' | 'waiting' | 'refused' } {
  const count = missed.size + logins;
  if (count === 0) return { title: 'Signalbox', light: 'proceed' };
  const isOnlyLost = [...missed.values()].every(({ kind }) => kind === 'lost');
  return { title: `(${count}) Signalbox`, light: isOnlyLost ? 'waiting' : 'refused' };
}
