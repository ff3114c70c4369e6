import type { HubEvent } from '../../../protocol/events.ts';

/** The events shown of a lock that is over: grants with how long they were waited for, ends, and refusals. */
export const historyTypes = ['lock.acquired', 'lock.released', 'lock.refused'] as const;

/** What became of a path's lock, as far as was looked back. */
export interface LockHistory {
  /** Newest first. */
  readonly events: readonly HubEvent[];
  /** How often it was waited for and got, and how long at most. */
  readonly waits: number;
  readonly longestMs: number;
  /** Waits that were refused because each would have waited for the other. */
  readonly deadlocks: number;
}

/** The history of a lock among events of many, newest first. */
export function lockHistory(events: readonly HubEvent[], { path }: { readonly path: string }): LockHistory {
  const own = events.filter((event) => 'path' in event && event.path === path);
  const waited = own.flatMap((event) =>
    event.type === 'lock.acquired' && event.waiterId !== undefined ? [event.waitedMs] : [],
  );
  return {
    events: own,
    waits: waited.length,
    longestMs: Math.max(0, ...waited),
    deadlocks: own.filter((event) => event.type === 'lock.refused' && event.code === 'deadlock').length,
  };
}
