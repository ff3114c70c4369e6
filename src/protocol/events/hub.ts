import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** The hub itself. */
export const hubEvents = [
  defineEvent({
    type: 'hub.started',
    fields: { version: z.string(), pid: z.number().int() },
    words: ({ version }) => [`started, version ${version}`],
    tone: 'none',
    feed: 'shown',
    state: [],
    projections: [],
    notified: false,
  }),
] as const;
