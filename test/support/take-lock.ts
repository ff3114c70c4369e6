import type { Hub } from '../../src/hub/hub.ts';
import type { AcquiredLock } from '../../src/hub/locks/lock-waits.ts';
import type { AcquireInput, Locks } from '../../src/hub/locks/locks.ts';
import type { Origin } from '../../src/hub/rule.ts';

/** Takes a lock, or waits for it; answers once that is on disk. */
export function takeLock(
  { hub, locks }: { readonly hub: Hub; readonly locks: Locks },
  origin: Origin,
  input: AcquireInput,
): Promise<AcquiredLock> {
  return hub.durably(() => locks.acquire(origin, input));
}
