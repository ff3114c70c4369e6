import { HubError } from '../../../../protocol/errors.ts';
import { encodeCursor } from '../../../../hub/paging.ts';
import type { Call } from '../call/tool-call.ts';
import type { ToolOutput } from '../define-tool/tool-spec.ts';
import { allowedWait, keepAlive } from '../define-tool/waiting.ts';
import type { NewsItem } from '../news/news-item.ts';
import type { EventView } from '../reading/event-pages.ts';
import { count, time } from '../views/common.ts';
import { PageRoom } from '../views/page-room.ts';

export interface NewsWait {
  /** What concerns the agent after this seq; what it was not notified of yet when left out. */
  readonly afterSeq: number | undefined;
  readonly limit: number;
  readonly max_bytes: number;
  readonly timeoutMs: number;
}

/** As the tool's output has it. */
type NewsResult = {
  readonly events: EventView[];
  readonly last_seq: number;
  readonly timed_out: boolean;
  readonly next_cursor?: string;
};

/**
 * What concerns an agent, at once where it was not notified of it yet, otherwise as soon as something does; nothing when
 * the time is up. Each thing is given to one call: of several that wait, the first has it and the others wait on.
 * @throws HubError `limit_reached`, `cancelled` when the call is cancelled
 */
export async function waitForNews(call: Call, wait: NewsWait): Promise<ToolOutput<NewsResult>> {
  const { ctx, deps } = call;
  const { hub, news, wakeups } = deps;
  const waiting = keepAlive(call, wait.timeoutMs, 'Waiting for what concerns you');
  const until = hub.timers.elapsed() + allowedWait(call, wait.timeoutMs);
  try {
    for (;;) {
      const room = new PageRoom<EventView>(wait.max_bytes);
      let given = 0;
      const fits = (item: NewsItem): boolean => (given += 1) <= wait.limit && room.take(viewOf(item));
      const found = await news.pending(call.caller, { afterSeq: wait.afterSeq, fits });
      const leftMs = until - hub.timers.elapsed();
      if (found.items.length > 0 || leftMs <= 0) return answerOf(found, room.items);
      await untilNews(call, leftMs);
      await wakeups.turn();
      if (ctx.signal.aborted)
        throw new HubError('cancelled', 'The call was cancelled while it waited for what concerns you.');
    }
  } finally {
    waiting.stop();
  }
}

/** Resolves when something concerns the caller, the time is up, or the call is cancelled. */
async function untilNews({ ctx, deps, caller }: Call, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = deps.news.whenNews(caller.agent, resolve);
  const timer = deps.hub.timers.setTimeout(resolve, ms);
  const cancelled = (): void => resolve();
  ctx.signal.addEventListener('abort', cancelled, { once: true });
  if (ctx.signal.aborted) resolve();
  await promise;
  ctx.signal.removeEventListener('abort', cancelled);
  deps.hub.timers.clearTimeout(timer);
  stop();
}

function answerOf(
  { items, lastSeq, more, isCut }: Awaited<ReturnType<Call['deps']['news']['pending']>>,
  events: readonly EventView[],
): ToolOutput<NewsResult> {
  const next = more
    ? 'There are more: call event_wait with for_me again at once.'
    : 'See to it, then call event_wait with for_me again.';
  const cut = isCut ? ' More may have happened before: event_list has all events of a workspace.' : '';
  const say =
    items.length === 0
      ? `Nothing that concerns you happened so far. Call event_wait with for_me again to go on waiting.${cut}`
      : `${count(items.length, 'thing')} for you. ${next}${cut}`;
  return {
    say,
    result: {
      events: [...events],
      last_seq: lastSeq,
      timed_out: items.length === 0,
      ...(more ? { next_cursor: encodeCursor([lastSeq]) } : {}),
    },
  };
}

function viewOf({ seq, at, type, workspace, says }: NewsItem): EventView {
  return { says, seq, type, ...(workspace === undefined ? {} : { workspace }), at: time(at) };
}
