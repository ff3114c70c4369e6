import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** What the role of a former owner may be: `none` takes it out of the workspace. */
export const keptRoles = ['editor', 'viewer', 'none'] as const;
export const keptRoleSchema = z.enum(keptRoles);
export type KeptRole = z.infer<typeof keptRoleSchema>;

/** What all events of offers have in common. */
const ofTransfers = { feed: 'shown', state: ['transfers'], projections: [], notified: false } as const;

/** Offers of ownership, from their creation until they are cancelled. A claim is `workspace.transferred`. */
export const transferEvents = [
  defineEvent({
    type: 'transfer.created',
    fields: {
      workspace: z.string(),
      transferId: z.string(),
      /** The owner that gives the workspace away. */
      keyId: z.string(),
      /** SHA-256 of the claim token, hex; the token itself is never stored. */
      tokenSha256: z.string(),
      /** The only key that may claim it; if absent, any key with the token. */
      toKeyId: z.string().optional(),
      /** What the giver is afterwards. */
      keptRole: keptRoleSchema,
      expiresAt: z.number(),
    },
    words: ({ toKeyId }) => [
      'offered ownership of the workspace to ',
      toKeyId === undefined ? 'anyone with its token' : { agent: toKeyId },
    ],
    tone: 'waiting',
    ...ofTransfers,
  }),
  defineEvent({
    type: 'transfer.cancelled',
    fields: { workspace: z.string(), transferId: z.string() },
    words: () => ['withdrew an offer of ownership of the workspace'],
    tone: 'none',
    ...ofTransfers,
  }),
] as const;
