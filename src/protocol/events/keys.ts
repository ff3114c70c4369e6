import { z } from 'zod';

/** What befalls the keys of agents. */
export const keyEvents = [
  z.object({
    type: z.literal('key.created'),
    keyId: z.string(),
    name: z.string(),
    /** SHA-256 of the secret, hex; the secret itself is never stored. */
    secretSha256: z.string(),
    expiresAt: z.number().optional(),
    /** The hub made it for its own sample agents, and takes it away with them. */
    sample: z.literal(true).optional(),
  }),
  z.object({ type: z.literal('key.revoked'), keyId: z.string() }),
] as const;
