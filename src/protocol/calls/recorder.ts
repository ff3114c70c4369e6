import { z } from 'zod';
import type { RecorderKept, RecorderSettings } from '../recorder-settings.ts';
import { call } from './define-call.ts';
import { id, nothing, workspace } from './fields.ts';

const limits = {
  /** How long handshakes and refusals are kept, in ms; calls half as long, pushes a quarter. */
  keepMs: z
    .number()
    .int()
    .min(60_000)
    .max(3_650 * 86_400_000)
    .optional(),
  /** Bytes of all that is kept. */
  keepBytes: z
    .number()
    .int()
    .min(1024 * 1024)
    .optional(),
};

export const recorderCalls = {
  recorderSettings: call(nothing).answers<RecorderSettings>(),
  /** Switches recording as a whole, or of one workspace, and says how much is kept. What was recorded stays. */
  setRecorder: call(
    z.strictObject({
      on: z.boolean().optional(),
      workspace: z.strictObject({ workspace, on: z.boolean() }).optional(),
      ...limits,
    }),
  ).answers<RecorderSettings>(),
  /** What is kept, and how much of it is past the limits given here, or else past those set. Nothing is removed. */
  recorderLook: call(z.strictObject(limits)).answers<RecorderKept>(),
  /** Removes what is past the limits that are set, now; answers what is left. */
  recorderKeep: call(nothing).answers<RecorderKept>(),
  /** Keeps a frame, its pair and its exchange whatever their age, or no longer. */
  pinFrame: call(z.strictObject({ frameId: id, on: z.boolean() })).answers<void>(),
};
