import { z } from 'zod';
import { call } from './define-call.ts';
import { id, path, reason, workspace } from './fields.ts';

export const lockCalls = {
  /** Takes a lock from its holder; `lockId` is the lock that was looked at, a later one is not touched. */
  lockForceRelease: call(z.strictObject({ workspace, path, lockId: id, reason })).answers<void>(),
};
