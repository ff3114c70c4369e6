import { z } from 'zod';
import { wireNames, wireNameSchema } from '../../../../protocol/events/sessions.ts';
import { roleSchema } from '../../../../protocol/roles.ts';
import type { HubState, SessionState, WorkspaceState } from '../../../../protocol/state.ts';
import { jobShape, unfinishedJobView } from './job-view.ts';
import { lockShape, locksOf, lockView } from './lock-view.ts';
import { keyName, sizeShape, time, timeShape } from './common.ts';
import { uploadShape, uploadView } from './upload-view.ts';

export const workspaceFields = {
  workspace: z.string().describe('Its id'),
  name: z.string(),
  role: roleSchema.describe('Your role in it'),
  created_at: timeShape,
  quota_bytes: sizeShape,
  used_bytes: sizeShape.describe('All kept versions together, those of deleted files included'),
  file_count: z.number().int().min(0),
};
export const workspaceShape = z.strictObject(workspaceFields);

const memberShape = z.strictObject({ key_id: z.string(), key_name: z.string(), role: roleSchema, me: z.boolean() });

const sessionShape = z.strictObject({
  session_id: z.string(),
  key_id: z.string(),
  key_name: z.string(),
  me: z.boolean().describe('Whether this is the session you are calling in'),
  wire: wireNameSchema,
  status: z.enum(['opening', 'ready', 'dropped']),
  since: timeShape,
  opened_at: timeShape,
  client_name: z.string().optional(),
  client_version: z.string().optional(),
  protocol_version: z.string().optional(),
});

export const workspaceStateFields = {
  ...workspaceFields,
  seq: z
    .number()
    .int()
    .describe('Number of the last event that this state contains; continue with event_list after_seq'),
  time: timeShape.describe('The hub’s clock'),
  members: z.array(memberShape),
  sessions: z.array(sessionShape).describe('Open and dropped sessions of its members'),
  locks: z.array(lockShape),
  jobs: z.array(jobShape).describe('Jobs that are not finished'),
  uploads: z.array(uploadShape).describe('Uploads that are under way'),
};
const workspaceStateShape = z.strictObject(workspaceStateFields);

/** A workspace as the key that has a role in it sees it in a list. */
export function workspaceView(workspace: WorkspaceState, keyId: string): z.output<typeof workspaceShape> {
  return {
    workspace: workspace.id,
    name: workspace.name,
    role: workspace.roles[keyId] ?? 'viewer',
    created_at: time(workspace.createdAt),
    quota_bytes: workspace.quotaBytes,
    used_bytes: workspace.usedBytes,
    file_count: workspace.fileCount,
  };
}

/** All that is live in a workspace, at one moment: `seq` says which. */
export function workspaceStateView(
  workspace: WorkspaceState,
  caller: { readonly keyId: string; readonly sessionId: string },
  state: HubState,
  now: number,
): z.output<typeof workspaceStateShape> {
  const { id, roles } = workspace;
  return {
    ...workspaceView(workspace, caller.keyId),
    seq: state.seq,
    time: time(now),
    members: Object.entries(roles)
      .filter(([keyId]) => state.keys.get(keyId)?.revokedAt === undefined)
      .map(([keyId, role]) => ({ key_id: keyId, key_name: keyName(keyId, state), role, me: keyId === caller.keyId })),
    sessions: [...state.sessions.values()]
      .filter(({ keyId }) => roles[keyId] !== undefined)
      .map((session) => sessionView(session, caller.sessionId, state)),
    locks: locksOf(id, state).map((lock) => lockView(lock, caller.keyId, state)),
    jobs: [...state.jobs.values()].filter((job) => job.workspace === id).map((job) => unfinishedJobView(job, state)),
    uploads: [...state.uploads.values()]
      .filter((upload) => upload.workspace === id)
      .map((upload) => uploadView(upload, state)),
  };
}

function sessionView(session: SessionState, mine: string, state: HubState): z.output<typeof sessionShape> {
  const { client } = session;
  return {
    session_id: session.id,
    key_id: session.keyId,
    key_name: keyName(session.keyId, state),
    me: session.id === mine,
    wire: wireNames[session.wire],
    status: session.status,
    since: time(session.since),
    opened_at: time(session.openedAt),
    ...(client === undefined
      ? {}
      : { client_name: client.name, client_version: client.version, protocol_version: client.protocolVersion }),
  };
}
