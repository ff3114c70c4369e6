import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { pageOf } from '../../../../hub/paging.ts';
import { eventView, eventsAfter, type EventPage, type EventView } from '../reading/event-pages.ts';
import { isNotified, type NotifiedEvent, type NotifiedEventType } from '../../../../protocol/notified-events.ts';

export interface EventWait {
  readonly workspace: string;
  /** Key that waits: its wait ends at once when it is no longer a member. */
  readonly keyId: string;
  readonly afterSeq: number;
  readonly types: readonly NotifiedEventType[];
  readonly limit: number;
  readonly fits: (event: EventView) => boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * The events after a seq: at once where there are any, otherwise as soon as the first of them is on
 * disk; no events when the time is up.
 * @throws HubError `cancelled` when `signal` aborts
 */
export async function waitForEvents(
  { hub, wakeups }: Pick<CatalogueDeps, 'hub' | 'wakeups'>,
  wait: EventWait,
): Promise<EventPage> {
  const types: ReadonlySet<string> = new Set(wait.types);
  const arrived: EventView[] = [];
  let seenSeq = wait.afterSeq;
  let isWaiting = false;
  const { promise: happened, resolve } = Promise.withResolvers<void>();
  // Subscribed before the log is read, so that no event is missed between the two.
  const stop = hub.subscribe((batch) => {
    let isOver = false;
    for (const { event } of batch) {
      seenSeq = Math.max(seenSeq, event.seq);
      if (event.seq <= wait.afterSeq || !isNotified(event)) continue;
      if (event.workspace !== wait.workspace) continue;
      if (types.has(event.type)) arrived.push(eventView(event));
      if (endsAccess(event, wait.keyId)) isOver = true;
    }
    if (arrived.length > 0) isOver = true;
    if (!isOver) return;
    resolve();
    if (isWaiting) stop(); // what others do once they are woken is not looked at by those that wait for their turn
  });
  const timer = { handle: undefined as unknown };
  wait.signal.addEventListener('abort', () => resolve(), { once: true });
  try {
    const page = await eventsAfter(hub, wait.workspace, wait);
    if (page.count > 0 || wait.timeoutMs === 0) return page;
    timer.handle = hub.timers.setTimeout(resolve, wait.timeoutMs);
    isWaiting = true;
    if (wait.signal.aborted) resolve();
    await happened;
    await wakeups.turn();
    if (wait.signal.aborted) throw new HubError('cancelled', 'The call was cancelled while it waited for events.');
    const fitting = pageOf(arrived, wait.limit, ({ seq }) => [seq], wait.fits);
    const more = fitting.nextCursor !== undefined;
    const lastSeq = more ? (fitting.items.at(-1)?.seq ?? wait.afterSeq) : Math.max(seenSeq, page.lastSeq);
    return { count: fitting.items.length, lastSeq, more };
  } finally {
    stop();
    hub.timers.clearTimeout(timer.handle);
  }
}

function endsAccess(event: NotifiedEvent, keyId: string): boolean {
  return event.type === 'workspace.deleted' || (event.type === 'member.removed' && event.keyId === keyId);
}
