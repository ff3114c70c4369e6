import { z } from 'zod';
import { roleSchema } from '../roles.ts';
import { defineEvent } from './define-event.ts';

const notified = { level: 'info', resources: () => [] } as const;

/** Who may do what in a workspace. */
export const memberEvents = [
  defineEvent({
    type: 'member.set',
    fields: { workspace: z.string(), keyId: z.string(), role: roleSchema },
    words: ({ keyId, role }) => ['made ', { agent: keyId }, ` ${role === 'viewer' ? 'a viewer' : `an ${role}`}`],
    tone: 'none',
    feed: 'shown',
    state: ['workspaces'],
    projections: [],
    notified,
  }),
  defineEvent({
    type: 'member.removed',
    fields: { workspace: z.string(), keyId: z.string() },
    words: ({ keyId }) => ['removed ', { agent: keyId }, ' from the workspace'],
    tone: 'none',
    feed: 'shown',
    state: ['workspaces', 'keys'],
    projections: [],
    notified,
  }),
] as const;
