import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';
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
    },
    words: ({ code, what }) => [`was refused (${code}): ${what}`],
    tone: 'refused',
    feed: 'shown',
    state: [],
    projections: [],
    notified: false,
  }),
] as const;
