import { z } from 'zod';
import type { KeySees, NewKey } from '../records.ts';
import { roleSchema } from '../roles.ts';
import { toolPolicySchema } from '../tool-policy.ts';
import { call } from './define-call.ts';
import { id, name, nothing, reason, workspace } from './fields.ts';

/** A choice of tools. A misspelt part must not give more tools than were meant. */
const tools = z.strictObject(toolPolicySchema.shape);

/** What the person wants to remember of a key. */
const note = z.string().max(500);

export const keyCalls = {
  /** `expiresAt` in ms since the epoch; roles by workspace. */
  keyCreate: call(
    z.strictObject({
      name,
      expiresAt: z.number().optional(),
      roles: z.record(workspace, roleSchema),
      tools: tools.optional(),
      note: note.optional(),
    }),
  ).answers<NewKey>(),
  /**
   * The key of `signalbox connect --as NAME`: the one that there is, or a new one, also after the last was revoked.
   * Its secret is for that program alone.
   */
  connectKeyCreate: call(z.strictObject({ name, role: roleSchema, workspace: workspace.optional() })).answers<{
    readonly keyId: string;
  }>(),
  /** Gives a key a new secret. `graceMs` is for how long the old one is good too. */
  keyRotate: call(z.strictObject({ keyId: id, graceMs: z.number().int().min(0) })).answers<
    NewKey & { readonly graceUntil: number }
  >(),
  /** `expiresAt` in ms since the epoch, null for never; an empty note takes it away. `news`: whether results carry news. */
  keyUpdate: call(
    z.strictObject({
      keyId: id,
      note: note.optional(),
      expiresAt: z.number().nullable().optional(),
      news: z.boolean().optional(),
    }),
  ).answers<void>(),
  keySetTools: call(z.strictObject({ keyId: id, tools })).answers<void>(),
  keySuspend: call(z.strictObject({ keyId: id, reason })).answers<void>(),
  /** What a key reaches now, or with other tools than it has. */
  keySees: call(z.strictObject({ keyId: id, tools: tools.optional() })).answers<KeySees>(),
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
