import { z } from 'zod';
import { toolPolicySchema } from '../tool-policy.ts';
import { because } from '../words/because.ts';
import { data } from '../words/part.ts';
import { policyWords } from '../words/policy-words.ts';
import { formatDuration } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

/** What all events of keys have in common. */
const ofKeys = { feed: 'shown', state: ['keys'], projections: [], notified: false } as const;

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
      /** Which tools it has. Keys of earlier versions have none said: they keep the tools that there were. */
      tools: toolPolicySchema.optional(),
      /** What the person wants to remember of it. */
      note: z.string().optional(),
      /** Made for `signalbox connect`: its secret is made of this and a secret of the data directory. */
      connectSalt: z.string().optional(),
      /** Its client logged in: what that calls itself, and the SHA-256 of its refresh token, hex. */
      login: z.object({ client: z.string(), refreshSha256: z.string() }).optional(),
    },
    words: ({ keyId, login }) => [
      'created the key ',
      { agent: keyId },
      ...(login === undefined ? [] : [' for the login of ', data(login.client)]),
    ],
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
      /** Names and ids of workspaces that it reached for; none where a person suspended it. */
      asked: z.array(z.string()),
      /** Why, in the person's own words. */
      reason: z.string().optional(),
    },
    words: ({ keyId, asked, reason }) => [
      'suspended the key ',
      { agent: keyId },
      ...(asked.length === 0
        ? because(reason)
        : [`: it reached for ${asked.length} workspaces that it was never granted`]),
    ],
    tone: 'refused',
    ...ofKeys,
  }),
  defineEvent({
    type: 'key.resumed',
    fields: { keyId: z.string() },
    words: ({ keyId }) => ['resumed the key ', { agent: keyId }],
    tone: 'proceed',
    ...ofKeys,
  }),
  defineEvent({
    type: 'key.rotated',
    fields: {
      keyId: z.string(),
      /** SHA-256 of the new secret, hex. */
      secretSha256: z.string(),
      /** Until when the secret before it is good too, ms since the epoch; absent where it ended at once. */
      graceUntil: z.number().optional(),
    },
    words: ({ keyId, at, graceUntil }) => [
      'gave the key ',
      { agent: keyId },
      graceUntil === undefined || graceUntil <= at
        ? ' a new secret; the old one ended at once'
        : ` a new secret; the old one is good for another ${formatDuration(graceUntil - at)}`,
    ],
    tone: 'none',
    ...ofKeys,
  }),
  defineEvent({
    type: 'key.refreshed',
    fields: {
      keyId: z.string(),
      /** SHA-256 of the new secret, and of the new refresh token, hex. */
      secretSha256: z.string(),
      refreshSha256: z.string(),
      /** Until when the secret before it is good too, ms since the epoch. */
      graceUntil: z.number(),
    },
    words: () => ['got a new secret for its login'],
    tone: 'none',
    ...ofKeys,
  }),
  defineEvent({
    type: 'key.updated',
    fields: {
      keyId: z.string(),
      /** Empty for none. */
      note: z.string().optional(),
      /** Ms since the epoch; null for never. */
      expiresAt: z.number().nullable().optional(),
      /** Whether results of its calls carry what is new for its agents; absent where that stays as it was. */
      news: z.boolean().optional(),
    },
    words: ({ keyId, note, expiresAt, news }) => [
      ...(news === undefined ? [] : [`turned news on results ${news ? 'on' : 'off'}`]),
      ...(news !== undefined && note === undefined && expiresAt === undefined
        ? []
        : [
            news === undefined ? 'changed ' : ' and changed ',
            [...(note === undefined ? [] : ['the note']), ...(expiresAt === undefined ? [] : ['the expiry'])].join(
              ' and ',
            ) || 'nothing',
          ]),
      ' of the key ',
      { agent: keyId },
    ],
    tone: 'none',
    ...ofKeys,
  }),
  defineEvent({
    type: 'key.tools_set',
    fields: { keyId: z.string(), tools: toolPolicySchema },
    words: ({ keyId, tools }) => ['gave the key ', { agent: keyId }, ` ${policyWords(tools)}`],
    tone: 'none',
    ...ofKeys,
  }),
  defineEvent({
    type: 'key.used',
    fields: {
      keyId: z.string(),
      /** Where the request came from. */
      remote: z.string(),
      /** What its client calls itself in HTTP. */
      userAgent: z.string().optional(),
    },
    words: ({ remote, userAgent }) => [
      'used its key for files without a session, from ',
      data(remote),
      ...(userAgent === undefined ? [] : [' with ', data(userAgent)]),
    ],
    tone: 'none',
    ...ofKeys,
  }),
] as const;
