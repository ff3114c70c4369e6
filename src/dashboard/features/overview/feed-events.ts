import type { HubEvent } from '../../../protocol/events.ts';
import { isToldBy, keyOfEvent } from '../../activity.ts';

const MOST = 300;

/**
 * What the feed tells of a workspace, newest first: what happened in it and to the hub's agents.
 * A call that is told by what it led to, and the watching of resources, are left out.
 */
export function feedEvents(recent: readonly HubEvent[], workspace: string | undefined): readonly HubEvent[] {
  const feed: HubEvent[] = [];
  const needless = needlessCalls(recent);
  for (let at = recent.length - 1; at >= 0 && feed.length < MOST; at -= 1) {
    const event = recent[at];
    if (!event || event.type === 'session.subscribed' || event.type === 'session.unsubscribed') continue;
    if (event.type === 'upload.finished' || event.type === 'job.started') continue; // file.written and the job's end say it
    if (needless.has(event.seq)) continue;
    if ('workspace' in event && event.workspace !== undefined && event.workspace !== workspace) continue;
    feed.push(event);
  }
  return feed;
}

/** The numbers of calls that are told by what their agent did in them. */
function needlessCalls(events: readonly HubEvent[]): ReadonlySet<number> {
  const needless = new Set<number>();
  const facts = new Map<string, HubEvent>();
  for (const event of events) {
    const key = keyOfEvent(event);
    if (key === undefined) continue;
    const fact = facts.get(key);
    if (event.type !== 'tool.called') facts.set(key, event);
    else if (fact && isToldBy(fact, event)) needless.add(event.seq);
  }
  return needless;
}
