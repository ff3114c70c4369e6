import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { pageOf } from '../../../../hub/paging.ts';
import { eventsAfter, eventView, type EventPage, type EventView } from '../reading/event-pages.ts';
import type { NotifiedEvent, NotifiedEventType } from '../../../../protocol/notified-events.ts';

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
  { hub, wakeups, eventWaits }: Pick<CatalogueDeps, 'hub' | 'wakeups' | 'eventWaits'>,
  wait: EventWait,
): Promise<EventPage> {
  const types: ReadonlySet<string> = new Set(wait.types);
  const arrived: NotifiedEvent[] = [];
  const shown = { seq: wait.afterSeq, isOver: false };
  let isWaiting = false;
  const { promise: happened, resolve } = Promise.withResolvers<void>();
  // Subscribed before the log is read, so that no event is missed between the two.
  const hear = (events: readonly NotifiedEvent[]): void => {
    for (const event of events) {
      shown.seq = Math.max(shown.seq, event.seq);
      if (event.seq <= wait.afterSeq) continue;
      if (types.has(event.type)) arrived.push(event);
      if (types.has(event.type) || endsAccess(event, wait.keyId)) shown.isOver = true;
    }
    if (!shown.isOver) return;
    resolve();
    if (isWaiting) stop(); // a call that waits for its turn does not look at what the calls before it do
  };
  const stop = eventWaits.add(wait.workspace, { hear });
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
    if (!shown.isOver) shown.seq = Math.max(shown.seq, eventWaits.shownSeq(wait.workspace));
    const fitting = pageOf(
      arrived.map((event) => eventView(event, hub.keyName)),
      wait.limit,
      ({ seq }) => [seq],
      wait.fits,
    );
    const more = fitting.nextCursor !== undefined;
    const lastSeq = more ? (fitting.items.at(-1)?.seq ?? wait.afterSeq) : Math.max(shown.seq, page.lastSeq);
    return { count: fitting.items.length, lastSeq, more };
  } finally {
    stop();
    hub.timers.clearTimeout(timer.handle);
  }
}

function endsAccess(event: NotifiedEvent, keyId: string): boolean {
  return event.type === 'workspace.deleted' || (event.type === 'member.removed' && event.keyId === keyId);
}
