import { z } from 'zod';
import type { NewKey } from '../records.ts';
import { roleSchema } from '../roles.ts';
import { call } from './call.ts';
import { id, name, nothing, reason, workspace } from './fields.ts';

export const keyCalls = {
  /** `expiresAt` in ms since the epoch; roles by workspace. */
  keyCreate: call(
    z.strictObject({ name, expiresAt: z.number().optional(), roles: z.record(workspace, roleSchema) }),
  ).answers<NewKey>(),
  keyRevoke: call(z.strictObject({ keyId: id, reason })).answers<void>(),
  /** Lifts a suspension. */
  keyResume: call(z.strictObject({ keyId: id })).answers<void>(),
  /** Calls an agent of a key otherwise; by its own name again without a name. */
  agentRename: call(z.strictObject({ keyId: id, agent: id, name: name.optional() })).answers<void>(),
  /** The names of keys by their ids, of those too that were revoked so long ago that the state has them no more. */
  keyNames: call(z.strictObject({ keyIds: z.array(id).max(1_000) })).answers<Readonly<Record<string, string>>>(),
  memberSet: call(z.strictObject({ workspace, keyId: id, role: roleSchema })).answers<void>(),
  memberRemove: call(z.strictObject({ workspace, keyId: id })).answers<void>(),
  /** Whether {@link keyCalls.takeFirstKey} still has a key to give. */
  hasFirstKey: call(nothing).answers<boolean>(),
  /** The owner key of the first launch, until somebody has taken it; then undefined for ever. */
  takeFirstKey: call(nothing).answers<NewKey | undefined>(),
};
