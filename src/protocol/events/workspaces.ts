import { z } from 'zod';
import { roleSchema } from '../roles.ts';

/** What befalls workspaces and who may do what in them. */
export const workspaceEvents = [
  z.object({
    type: z.literal('workspace.created'),
    workspace: z.string(),
    name: z.string(),
    quotaBytes: z.number().int(),
    intelligence: z.boolean(),
  }),
  z.object({
    type: z.literal('workspace.updated'),
    workspace: z.string(),
    name: z.string().optional(),
    quotaBytes: z.number().int().optional(),
    intelligence: z.boolean().optional(),
  }),
  z.object({ type: z.literal('workspace.deleted'), workspace: z.string() }),
  z.object({ type: z.literal('member.set'), workspace: z.string(), keyId: z.string(), role: roleSchema }),
  z.object({ type: z.literal('member.removed'), workspace: z.string(), keyId: z.string() }),
] as const;
