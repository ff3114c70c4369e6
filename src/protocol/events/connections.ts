import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';
import { data } from '../words/part.ts';
import { refusalWords } from '../words/refusal-words.ts';
import { formatCount } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

/** Connections that were refused before there was a session. */
export const connectionEvents = [
  defineEvent({
    type: 'connection.refused',
    fields: {
      /** IP address that it came from. */
      address: z.string(),
      /** Its `User-Agent`, cut. */
      client: z.string().optional(),
      /** As `POST /mcp`. */
      request: z.string(),
      status: z.number().int(),
      code: z.enum(hubErrorCodes),
      /** The message of the refusal, cut. */
      message: z.string(),
      /** What stood for a key, and of a known one its id. */
      key: z.enum(['none', 'malformed', 'unfilled', 'unknown', 'known']),
      keyId: z.string().optional(),
      /** Tries since this was last logged of it. */
      count: z.number().int().positive(),
      firstAt: z.number(),
      lastAt: z.number(),
      /** Tries, of any client, that were let go since the last event of this type, as there were too many to log. */
      left: z.number().int().positive().optional(),
    },
    words: ({ address, client, request, code, count, left }) => [
      `refused ${client === undefined ? 'a program without a name' : ''}`,
      ...(client === undefined ? [] : [data(client)]),
      ' at ',
      data(address),
      ' the request ',
      data(request),
      `${count === 1 ? '' : `, ${formatCount(count)} times`}: ${refusalWords(code)}`,
      ...(left === undefined ? [] : [`; ${formatCount(left)} more tries of others are not listed`]),
    ],
    tone: 'refused',
    // The list of refused connections has it at once.
    feed: 'background',
    state: [],
    projections: [],
    notified: false,
  }),
] as const;
