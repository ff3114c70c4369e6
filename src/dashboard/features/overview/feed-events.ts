import type { HubEvent } from '../../../protocol/events.ts';

const MOST = 300;

/**
 * What the feed tells of a workspace, newest first: what happened in it and to the hub's agents.
 * A call that is told by what it led to, and the watching of resources, are left out.
 */
export function feedEvents(recent: readonly HubEvent[], workspace: string | undefined): readonly HubEvent[] {
  const feed: HubEvent[] = [];
  const told = new Set<string | number>();
  for (const event of recent) if (event.type !== 'tool.called' && event.cause !== undefined) told.add(event.cause);
  for (let at = recent.length - 1; at >= 0 && feed.length < MOST; at -= 1) {
    const event = recent[at];
    if (!event || event.type === 'session.subscribed' || event.type === 'session.unsubscribed') continue;
    if (event.type === 'upload.finished' || event.type === 'job.started') continue; // file.written and the job's end say it
    if (event.type === 'tool.called' && event.outcome === 'ok' && event.cause !== undefined && told.has(event.cause))
      continue;
    if ('workspace' in event && event.workspace !== undefined && event.workspace !== workspace) continue;
    feed.push(event);
  }
  return feed;
}
