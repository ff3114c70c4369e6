import { z } from 'zod';
import { because } from '../words/because.ts';
import { defineEvent } from './define-event.ts';

/** The keys of agents, from creation to revocation. */
export const keyEvents = [
  defineEvent({
    type: 'key.created',
    fields: {
      keyId: z.string(),
      name: z.string(),
      /** SHA-256 of the secret, hex; the secret itself is never stored. */
      secretSha256: z.string(),
      expiresAt: z.number().optional(),
      /** The hub made it for its own sample agents, and takes it away with them. */
      sample: z.literal(true).optional(),
    },
    words: ({ keyId }) => ['created the key ', { agent: keyId }],
    tone: 'none',
    feed: 'shown',
    state: ['keys'],
    projections: ['keys'],
    notified: false,
  }),
  defineEvent({
    type: 'key.revoked',
    fields: {
      keyId: z.string(),
      /** Why, in the person's own words. */
      reason: z.string().optional(),
    },
    words: ({ keyId, reason }) => ['revoked the key ', { agent: keyId }, ...because(reason)],
    tone: 'refused',
    feed: 'shown',
    state: ['keys', 'workspaces'],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'key.suspended',
    fields: {
      keyId: z.string(),
      /** Names and ids of workspaces that it reached for. */
      asked: z.array(z.string()),
    },
    words: ({ keyId, asked }) => [
      'suspended the key ',
      { agent: keyId },
      `: it reached for ${asked.length} workspaces that it was never granted`,
    ],
    tone: 'refused',
    feed: 'shown',
    state: ['keys'],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'key.resumed',
    fields: { keyId: z.string() },
    words: ({ keyId }) => ['resumed the key ', { agent: keyId }],
    tone: 'proceed',
    feed: 'shown',
    state: ['keys'],
    projections: [],
    notified: false,
  }),
] as const;
