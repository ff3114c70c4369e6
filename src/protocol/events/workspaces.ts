import { z } from 'zod';
import { data } from '../words/part.ts';
import { defineEvent } from './define-event.ts';
import { keptRoleSchema } from './transfers.ts';

const notified = { level: 'info', resources: () => [] } as const;

/** What events of workspaces have in common. */
const ofWorkspaces = { feed: 'shown', projections: [], notified } as const;

/** Workspaces, their names and their limits. */
export const workspaceEvents = [
  defineEvent({
    type: 'workspace.created',
    fields: { workspace: z.string(), name: z.string(), quotaBytes: z.number().int(), intelligence: z.boolean() },
    words: ({ name }) => ['created the workspace ', data(name)],
    tone: 'none',
    state: ['workspaces'],
    ...ofWorkspaces,
  }),
  defineEvent({
    type: 'workspace.updated',
    fields: {
      workspace: z.string(),
      name: z.string().optional(),
      quotaBytes: z.number().int().optional(),
      intelligence: z.boolean().optional(),
    },
    words: ({ name, quotaBytes, intelligence }) => {
      const index =
        intelligence === undefined
          ? []
          : [intelligence ? 'had the workspace indexed' : 'had the index of the workspace removed'];
      if (name === undefined && quotaBytes === undefined && intelligence !== undefined) return index;
      return [
        'changed the workspace',
        ...(name === undefined ? [] : [' to ', data(name)]),
        ...index.map((words) => `, and ${words}`),
      ];
    },
    tone: 'none',
    state: ['workspaces', 'keys'],
    ...ofWorkspaces,
  }),
  defineEvent({
    type: 'workspace.transferred',
    fields: {
      workspace: z.string(),
      transferId: z.string(),
      /** The former owner. */
      keyId: z.string(),
      /** The new one; absent where the person took it. Their roles are in the `member.*` events that follow. */
      toKeyId: z.string().optional(),
      keptRole: keptRoleSchema,
    },
    words: ({ keyId, keptRole }) => [
      'took over the workspace from ',
      { agent: keyId },
      keptRole === 'none' ? ', which has no role in it any more' : `, which is ${keptRole} now`,
    ],
    tone: 'proceed',
    feed: 'shown',
    state: ['transfers'],
    projections: [],
    notified: { level: 'notice', resources: () => [] },
  }),
  defineEvent({
    type: 'workspace.deleted',
    fields: {
      workspace: z.string(),
      /** Nobody can look it up any more; absent in logs of 0.1.0. */
      name: z.string().optional(),
    },
    words: ({ workspace, name }) => ['deleted the workspace ', data(name ?? workspace)],
    tone: 'none',
    feed: 'shown',
    state: ['workspaces', 'keys', 'transfers', 'links'],
    projections: ['files', 'jobs'],
    notified: { level: 'warning', resources: () => [] },
  }),
] as const;
