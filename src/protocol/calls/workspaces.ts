import { z } from 'zod';
import { call } from './define-call.ts';
import { name, workspace } from './fields.ts';

export const workspaceCalls = {
  workspaceCreate: call(z.strictObject({ name })).answers<{ readonly workspace: string }>(),
  workspaceUpdate: call(
    z.strictObject({
      workspace,
      name: name.optional(),
      quotaBytes: z.number().int().nonnegative().optional(),
      intelligence: z.boolean().optional(),
    }),
  ).answers<void>(),
  /** `confirm` is the workspace's name. */
  workspaceDelete: call(z.strictObject({ workspace, confirm: z.string().max(200) })).answers<void>(),
};
