import { z } from 'zod';
import type { StoredEvent } from '../events.ts';
import type { Frame } from '../frames.ts';
import { auditQuerySchema, type AuditPage, type ContentsCheck, type LogVerification } from '../records.ts';
import { call } from './call.ts';
import { id, nothing, seq } from './fields.ts';

export const auditCalls = {
  auditPage: call(auditQuerySchema).answers<AuditPage>(),
  event: call(z.strictObject({ seq })).answers<StoredEvent>(),
  /** The chain of causes of an event, nearest first: events, and at its end a frame if it is still kept. */
  causes: call(z.strictObject({ seq })).answers<{ readonly events: readonly StoredEvent[]; readonly frame?: Frame }>(),
  /** Events whose cause is this frame (its id) or event (its seq). */
  effects: call(z.strictObject({ cause: z.union([id, seq]) })).answers<readonly StoredEvent[]>(),
  /** Reads all contents of files, in parts of some seconds each. */
  checkContents: call(z.strictObject({ cursor: z.string().max(16_384).optional() })).answers<ContentsCheck>(),
  verifyLog: call(nothing).answers<LogVerification>(),
};
