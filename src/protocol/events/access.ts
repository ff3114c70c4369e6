import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';
import { data } from '../words/part.ts';
import { refusalWords } from '../words/refusal-words.ts';
import { defineEvent } from './define-event.ts';

/** Requests that were refused for lack of a key or a role. */
export const accessEvents = [
  defineEvent({
    type: 'access.denied',
    fields: {
      workspace: z.string().optional(),
      keyId: z.string().optional(),
      sessionId: z.string().optional(),
      code: z.enum(hubErrorCodes),
      what: z.string(),
      /** The message of the refusal. Absent in logs of 0.1.0. */
      message: z.string().optional(),
      /** Name or id of a workspace as the agent gave it, where it sees none that is called so. */
      asked: z.string().optional(),
      /** It never had access to one that is called so: three of these within a minute suspend the key. */
      neverGranted: z.literal(true).optional(),
    },
    words: ({ code, what, asked }) =>
      code === 'not_found' && asked !== undefined
        ? ['was refused ', data(what), ': it sees no workspace ', data(asked)]
        : ['was refused ', data(what), `: ${refusalWords(code)}`],
    tone: 'refused',
    feed: 'shown',
    state: ['keys'],
    projections: [],
    notified: false,
  }),
] as const;
