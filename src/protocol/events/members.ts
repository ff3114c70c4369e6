import { z } from 'zod';
import { roleSchema } from '../roles.ts';
import { defineEvent } from './define-event.ts';

const notified = { level: 'info', resources: () => [] } as const;

/** What all events of members have in common. */
const ofMembers = { tone: 'none', feed: 'shown', projections: [], notified } as const;

/** Who may do what in a workspace. */
export const memberEvents = [
  defineEvent({
    type: 'member.set',
    fields: { workspace: z.string(), keyId: z.string(), role: roleSchema },
    words: ({ keyId, role }) => ['made ', { agent: keyId }, ` ${role === 'viewer' ? 'a viewer' : `an ${role}`}`],
    state: ['workspaces'],
    ...ofMembers,
  }),
  defineEvent({
    type: 'member.removed',
    fields: { workspace: z.string(), keyId: z.string() },
    words: ({ keyId }) => ['removed ', { agent: keyId }, ' from the workspace'],
    state: ['workspaces', 'keys'],
    ...ofMembers,
  }),
] as const;
