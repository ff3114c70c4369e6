import { z } from 'zod';
import { call } from './define-call.ts';
import { id, path, version, workspace } from './fields.ts';

/** Direct download links; which there are is in the state. */
export const linkCalls = {
  /** `url` is given once. `ttlMs`: for how long; `password`: asked when the link is opened. */
  linkCreate: call(
    z.strictObject({
      workspace,
      path,
      version: version.optional(),
      ttlMs: z.number().int().positive(),
      maxUses: z.number().int().positive().optional(),
      password: z.string().min(8).max(200).optional(),
    }),
  ).answers<{ readonly linkId: string; readonly url: string }>(),
  linkRevoke: call(z.strictObject({ linkId: id })).answers<void>(),
};
