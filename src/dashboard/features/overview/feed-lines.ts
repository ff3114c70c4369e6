import { factsOf, type HubEvent } from '../../../protocol/events.ts';
import { isCoveredBy, keyOfEvent } from '../../../protocol/activity.ts';

const MOST = 300;

/**
 * What the feed shows of a workspace, or of all, newest first: what happened in it and to the hub's agents.
 * A call whose effect has a line of its own is left out.
 */
export function feedEvents(recent: readonly HubEvent[], workspace: string | undefined): readonly HubEvent[] {
  const feed: HubEvent[] = [];
  const covered = coveredCalls(recent);
  for (let at = recent.length - 1; at >= 0 && feed.length < MOST; at -= 1) {
    const event = recent[at];
    if (!event || factsOf(event.type).feed !== 'shown' || covered.has(event.seq)) continue;
    if (isElsewhere(event, workspace)) continue;
    feed.push(event);
  }
  return feed;
}

/** Whether an event is of a workspace that the feed does not show. */
function isElsewhere(event: HubEvent, workspace: string | undefined): boolean {
  const of = 'workspace' in event ? event.workspace : undefined;
  return workspace !== undefined && of !== undefined && of !== workspace;
}

/** The seqs of calls whose effect has a line of its own. */
function coveredCalls(events: readonly HubEvent[]): ReadonlySet<number> {
  const covered = new Set<number>();
  const facts = new Map<string, HubEvent>();
  for (const event of events) {
    const key = keyOfEvent(event);
    if (key === undefined) continue;
    const fact = facts.get(key);
    if (event.type !== 'tool.called') facts.set(key, event);
    else if (fact && isCoveredBy(fact, event)) covered.add(event.seq);
  }
  return covered;
}
