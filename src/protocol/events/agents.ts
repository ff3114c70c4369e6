import { z } from 'zod';
import { data } from '../words/part.ts';
import { defineEvent } from './define-event.ts';

/** Agents under keys. Who they are begins with their sessions (`session.opened`, `session.initialized`). */
export const agentEvents = [
  defineEvent({
    type: 'agent.renamed',
    fields: {
      keyId: z.string(),
      /** Its name under the key, which stays what it is known by. */
      agent: z.string(),
      /** What it is called from now on; absent: by its own name again. */
      name: z.string().optional(),
    },
    words: ({ keyId, agent, name }) => [
      'renamed ',
      data(agent),
      ' of ',
      { agent: keyId },
      ...(name === undefined ? [' back to its own name'] : [' to ', data(name)]),
    ],
    tone: 'none',
    feed: 'shown',
    state: ['keys'],
    projections: [],
    notified: false,
  }),
] as const;
