import { agentOfActor } from '../../../../protocol/agent-id.ts';
import type { Actor } from '../../../../protocol/envelope.ts';
import type { EventOf, EventType, HubEvent } from '../../../../protocol/events.ts';
import type { HubState } from '../../../../protocol/state.ts';
import { timeOf } from '../../../../protocol/time-of.ts';
import { accessNews } from './access-news.ts';
import { fileNews } from './file-news.ts';
import { linkNews } from './link-news.ts';
import { lockNews } from './lock-news.ts';
import { type NewsFacts, MOST_SAID, type NewsItem } from './news-item.ts';
import { quotedForModel } from './quoted.ts';

/** What is asked besides the event. */
export interface NewsLook {
  /** As it is after the event, or later. */
  readonly state: HubState;
  /** Who asked for a job; undefined where that is not known. */
  requesterOf(jobId: string): Actor | undefined;
}

/** The types of events that may concern an agent. */
export const newsTypes = [
  'file.written',
  'file.moved',
  'file.copied',
  'file.deleted',
  'file.restored',
  'lock.queued',
  'lock.acquired',
  'lock.released',
  'lock.refused',
  'job.succeeded',
  'job.failed',
  'job.cancelled',
  'member.set',
  'member.removed',
  'workspace.updated',
  'workspace.deleted',
  'key.updated',
  'key.rotated',
  'key.resumed',
  'key.tools_set',
  'agent.renamed',
  'link.refused',
] as const satisfies readonly EventType[];

/**
 * What an event means to agents: files that the person changed, locks that they lost or that others wait for, places
 * in queues, their jobs, what changes what they may do, and wrong passwords on links. Undefined for what concerns none.
 */
export function newsOf(event: HubEvent, look: NewsLook): NewsItem | undefined {
  const found = foundIn(event, look);
  if (!found) return undefined;
  const { seq, type, actor } = event;
  const workspace = 'workspace' in event ? event.workspace : undefined;
  return {
    seq,
    type,
    at: timeOf(event),
    ...(workspace === undefined ? {} : { workspace }),
    ...(actor.kind === 'agent' ? { by: agentOfActor(actor) } : {}),
    ...(actor.kind === 'human' ? { byPerson: true as const } : {}),
    ...found,
    says: shortTo(found.says, MOST_SAID),
  };
}

function foundIn(event: HubEvent, look: NewsLook): NewsFacts | undefined {
  switch (event.type) {
    case 'file.written':
    case 'file.moved':
    case 'file.copied':
    case 'file.deleted':
    case 'file.restored':
      return fileNews(event, look.state);
    case 'lock.queued':
    case 'lock.acquired':
    case 'lock.released':
    case 'lock.refused':
      return lockNews(event, look.state);
    case 'job.succeeded':
    case 'job.failed':
    case 'job.cancelled':
      return jobNews(event, look);
    case 'member.set':
    case 'member.removed':
    case 'workspace.updated':
    case 'workspace.deleted':
    case 'key.updated':
    case 'key.rotated':
    case 'key.resumed':
    case 'key.tools_set':
    case 'agent.renamed':
      return accessNews(event, look.state);
    case 'link.refused':
      return linkNews(event, look.state);
    default:
      return undefined;
  }
}

function jobNews(
  event: EventOf<'job.succeeded' | 'job.failed' | 'job.cancelled'>,
  { requesterOf }: NewsLook,
): NewsFacts | undefined {
  const asked = requesterOf(event.jobId);
  if (asked?.kind !== 'agent') return undefined;
  const { jobId } = event;
  const to = { aim: { kind: 'agent', agent: agentOfActor(asked) }, about: jobId, needsRole: true } as const;
  switch (event.type) {
    case 'job.succeeded':
      return { ...to, says: `Your job ${jobId} succeeded. job_wait gives its result.` };
    case 'job.failed':
      return { ...to, says: `Your job ${jobId} failed: ${quotedForModel(event.message)}. job_wait gives its log.` };
    case 'job.cancelled':
      return { ...to, says: `Your job ${jobId} was cancelled: ${quotedForModel(event.reason)}.` };
    default:
      return event satisfies never;
  }
}

function shortTo(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1).toWellFormed()}…`;
}
