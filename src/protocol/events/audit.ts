import { z } from 'zod';
import { formatCount, formatDay, formatDays, formatSize } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

/** Of a hash in hex. */
const hex = z.string().max(64);

/** The log itself: how long it is kept, and what was removed of it. */
export const auditEvents = [
  defineEvent({
    type: 'audit.retention_set',
    /** Events older than so many ms are removed; absent: none ever is. */
    fields: { keepMs: z.number().int().positive().optional() },
    words: ({ keepMs }) => [
      keepMs === undefined ? 'has the log kept for ever' : `has the log kept for ${formatDays(keepMs)}`,
    ],
    tone: 'waiting',
    feed: 'shown',
    state: [],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'audit.pruned',
    fields: {
      /** Every event up to this one is removed. */
      throughSeq: z.number().int().positive(),
      /** Of that event: the chain goes on from it. */
      lastHash: hex,
      /** How many events went this time, and the bytes of their JSON. */
      count: z.number().int().nonnegative(),
      sizeBytes: z.number().int().nonnegative(),
      /** When the first and the last of these happened, as the log has it, in ms. */
      from: z.number(),
      to: z.number(),
      /** SHA-256 of the file that has what those events made: the state and the lists at `throughSeq`. */
      base: hex,
      /** What makes a signed checkpoint of `throughSeq` and `lastHash`, where the data directory has a key for that. */
      checkpoint: z
        .object({ logId: z.string(), signedAt: z.number(), publicKey: z.string(), signature: z.string() })
        .optional(),
    },
    words: ({ count, sizeBytes, to }) => [
      `removed ${formatCount(count)} ${count === 1 ? 'event' : 'events'} (${formatSize(sizeBytes)}) up to ${formatDay(to)} from the log`,
    ],
    tone: 'waiting',
    feed: 'shown',
    state: [],
    projections: [],
    notified: false,
  }),
] as const;
