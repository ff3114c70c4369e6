import type { EventsOf } from '../events.ts';
import type { HubState, LockState } from '../state.ts';

/** A hub whose clock was set: leases and waits move with it, so that they last as long as they were given for. */
export function reduceHub(state: HubState, event: EventsOf<'hub'>): void {
  if (event.type !== 'hub.clock_stepped') return;
  const { byMs } = event;
  const now = state.clockAt;
  state.steppedMs += byMs;
  for (const [place, lock] of state.locks) state.locks.set(place, moved(lock, byMs, now));
  // Uploads end by the clock. One that was begun with a clock far ahead gets its usual time from now.
  for (const [id, upload] of state.uploads) {
    if (upload.startedAt <= now) continue;
    const expiresAt = now + (upload.expiresAt - upload.startedAt);
    state.uploads.set(id, { ...upload, startedAt: now, expiresAt });
  }
}

function moved(lock: LockState, byMs: number, now: number): LockState {
  return {
    ...lock,
    acquiredAt: lock.acquiredAt + byMs,
    expiresAt: Math.min(lock.expiresAt + byMs, now + lock.ttlMs),
    waiters: lock.waiters.map((waiter) => ({
      ...waiter,
      since: waiter.since + byMs,
      waitUntil: waiter.waitUntil + byMs,
    })),
  };
}
