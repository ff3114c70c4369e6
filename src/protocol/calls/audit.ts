import { z } from 'zod';
import type { StoredEvent } from '../events.ts';
import type { Frame } from '../frames.ts';
import {
  auditQuerySchema,
  type AuditPage,
  type ContentsCheck,
  type LogVerification,
  type NamedIds,
  type PrunedEvents,
} from '../records.ts';
import type { SignedCheckpoint } from '../signed-checkpoint.ts';
import { call } from './define-call.ts';
import { id, nothing, seq } from './fields.ts';

/** Ms since the epoch. */
const before = z.number().int().nonnegative();

export const auditCalls = {
  auditPage: call(auditQuerySchema).answers<AuditPage>(),
  /** Of jobs and sessions, also of those that are over. */
  namedIds: call(z.strictObject({ ids: z.array(id).max(200) })).answers<NamedIds>(),
  event: call(z.strictObject({ seq })).answers<StoredEvent>(),
  /**
   * The chain of causes of an event, nearest first: events, and at its end the frame that began it; where that is no
   * longer kept, its id as `passed`.
   */
  causes: call(z.strictObject({ seq })).answers<{
    readonly events: readonly StoredEvent[];
    readonly frame?: Frame;
    readonly passed?: string;
  }>(),
  /** Events whose cause is this frame (its id) or event (its seq). */
  effects: call(z.strictObject({ cause: z.union([id, seq]) })).answers<readonly StoredEvent[]>(),
  /** Reads all contents of files, in parts of some seconds each. */
  checkContents: call(z.strictObject({ cursor: z.string().max(16_384).optional() })).answers<ContentsCheck>(),
  /** Where the log stands, signed. */
  auditCheckpoint: call(nothing).answers<SignedCheckpoint>(),
  /** What {@link pruneLog} would remove; nothing is removed. */
  prunableEvents: call(z.strictObject({ before })).answers<{ readonly events?: PrunedEvents }>(),
  /** Removes the events that happened before a time, once and for all; what they made stays. */
  pruneLog: call(z.strictObject({ before })).answers<{ readonly events?: PrunedEvents }>(),
  /** How long the log is kept from now on; null for ever. */
  setRetention: call(z.strictObject({ keepMs: z.number().int().positive().nullable() })).answers<void>(),
  verifyLog: call(nothing).answers<LogVerification>(),
};
