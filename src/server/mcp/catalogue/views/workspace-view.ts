import { z } from 'zod';
import { wireNameSchema } from '../../../../protocol/events/sessions.ts';
import { roleSchema } from '../../../../protocol/roles.ts';
import type { HubState, SessionState, WorkspaceState } from '../../../../protocol/state.ts';
import type { Hub } from '../../../../hub/hub.ts';
import { decodeCursor, foreignCursor, pageOf } from '../../../../hub/paging.ts';
import { jobShape, unfinishedJobView } from './job-view.ts';
import { lockShape, lockView } from './lock-view.ts';
import { agentNamed, keyName, sizeShape, time, timeShape } from './common.ts';
import { PageRoom, USUAL_ANSWER_BYTES } from './page-room.ts';
import { uploadShape, uploadView } from './upload-view.ts';
import { wireNames } from '../../../../protocol/wire-names.ts';

export const workspaceFields = {
  workspace: z.string().describe('Its id'),
  name: z.string(),
  role: roleSchema.describe('Your role in it'),
  created_at: timeShape,
  quota_bytes: sizeShape,
  used_bytes: sizeShape.describe('All kept versions together, those of deleted files included'),
  file_count: z.number().int().min(0),
  intelligence: z.boolean().describe('Whether its files are indexed, for knowledge_search and knowledge_ask'),
};
export const workspaceShape = z.strictObject(workspaceFields);
export type WorkspaceView = z.output<typeof workspaceShape>;

const memberShape = z.strictObject({ key_id: z.string(), key_name: z.string(), role: roleSchema, me: z.boolean() });

const sessionShape = z.strictObject({
  session_id: z.string(),
  key_id: z.string(),
  key_name: z.string(),
  agent: z.string().optional().describe('The agent of that key'),
  me: z.boolean().describe('Whether this is the session you are calling in'),
  wire: wireNameSchema,
  status: z.enum(['opening', 'ready', 'dropped']),
  since: timeShape,
  opened_at: timeShape,
  client_name: z.string().optional(),
  client_version: z.string().optional(),
  protocol_version: z.string().optional(),
});

const howMany = z.number().int().min(0);

export const workspaceStateFields = {
  ...workspaceFields,
  seq: z
    .number()
    .int()
    .describe('Number of the last event that this state contains; continue with event_list after_seq'),
  time: timeShape.describe('The hub’s clock'),
  member_count: howMany,
  session_count: howMany,
  lock_count: howMany,
  job_count: howMany,
  upload_count: howMany,
  members: z.array(memberShape).optional(),
  sessions: z.array(sessionShape).optional().describe('Open and dropped sessions of its members'),
  locks: z.array(lockShape).optional(),
  jobs: z.array(jobShape).optional().describe('Jobs that are not finished'),
  uploads: z.array(uploadShape).optional().describe('Uploads that are under way'),
  next_cursors: z
    .strictObject({
      members: z.string().optional(),
      sessions: z.string().optional(),
      locks: z.string().optional(),
      jobs: z.string().optional(),
      uploads: z.string().optional(),
    })
    .optional()
    .describe('Of each list that goes on: call again with one of these as cursor'),
};
const workspaceStateShape = z.strictObject(workspaceStateFields);
type WorkspaceStateView = z.output<typeof workspaceStateShape>;

/** A workspace as the key that has a role in it sees it in a list. */
export function workspaceView(workspace: WorkspaceState, keyId: string): WorkspaceView {
  return {
    workspace: workspace.id,
    name: workspace.name,
    role: workspace.roles[keyId] ?? 'viewer',
    created_at: time(workspace.createdAt),
    quota_bytes: workspace.quotaBytes,
    used_bytes: workspace.usedBytes,
    file_count: workspace.fileCount,
    intelligence: workspace.intelligence,
  };
}

/** How much of the state is asked for. */
export interface StateAsked {
  readonly maxBytes: number;
  /** Items of one list. */
  readonly limit: number;
  /** One of `next_cursors`: only its list is given, from there on. */
  readonly cursor?: string | undefined;
}

/** What a state is read and attached with where nothing else is asked for. */
export const USUAL_STATE: StateAsked = { maxBytes: USUAL_ANSWER_BYTES, limit: 100 };

/** A list of the state: its items by what they are ordered by, and how one is shown. */
interface StateList {
  readonly name: (typeof listNames)[number];
  readonly keys: readonly string[];
  readonly view: (key: string) => unknown;
}

const listNames = ['members', 'uploads', 'jobs', 'locks', 'sessions'] as const;

/**
 * What is live in a workspace, at one moment (`seq` says which): how many of each, and the first of each, or
 * of one list those after a cursor. Each list has its share of the bytes, and what those before it left.
 * @throws HubError `invalid_argument` for a cursor that is not of a state
 */
export function workspaceStateView(
  workspace: WorkspaceState,
  caller: { readonly keyId: string; readonly sessionId: string },
  hub: Pick<Hub, 'state' | 'now' | 'changedSeq'>,
  { maxBytes, limit, cursor }: StateAsked,
): WorkspaceStateView {
  const lists = stateLists(workspace, caller, hub.state);
  const [wanted, after] = cursor === undefined ? [undefined, ''] : decodeCursor(cursor, ['string', 'string']);
  const given = wanted === undefined ? lists : lists.filter(({ name }) => name === wanted);
  if (given.length === 0) throw foreignCursor();
  const items: Record<string, unknown> = {};
  const next: Record<string, string> = {};
  let left = maxBytes - HEAD_BYTES;
  for (const [index, { name, keys, view }] of given.entries()) {
    const room = new PageRoom<unknown>(Math.floor(left / (given.length - index)), 0);
    const following = keys.filter((key) => key > after).sort();
    const page = pageOf(
      following,
      limit,
      (key) => [name, key],
      (key) => room.take(view(key)),
    );
    items[name] = room.items;
    if (page.nextCursor !== undefined) next[name] = page.nextCursor;
    left -= room.used;
  }
  const counts = Object.fromEntries(lists.map(({ name, keys }) => [`${name.slice(0, -1)}_count`, keys.length]));
  return {
    ...workspaceView(workspace, caller.keyId),
    seq: hub.changedSeq,
    time: time(hub.now()),
    ...counts,
    ...items,
    ...(Object.keys(next).length === 0 ? {} : { next_cursors: next }),
  } as WorkspaceStateView; // named by `listNames`, as the shape is
}

/** For all but the items: the workspace itself, the counts, up to five cursors. */
const HEAD_BYTES = 2048;

function stateLists(
  { id, roles }: WorkspaceState,
  caller: { readonly keyId: string; readonly sessionId: string },
  state: HubState,
): readonly StateList[] {
  const { keys, sessions, locks, jobs, uploads } = state;
  const nameOf = (keyId: string): string => keyName(keyId, state);
  const member = (keyId: string) => {
    const role = roles[keyId];
    return role && { key_id: keyId, key_name: keyName(keyId, state), role, me: keyId === caller.keyId };
  };
  const listOf = <T>(
    name: StateList['name'],
    items: Iterable<T>,
    keyOf: (item: T) => string,
    view: (item: T) => unknown,
  ): StateList => {
    const byKey = new Map<string, T>();
    for (const item of items) byKey.set(keyOf(item), item);
    return { name, keys: [...byKey.keys()], view: (key) => view(byKey.get(key) as T) }; // of `keys`
  };
  const isHere = ({ workspace }: { readonly workspace: string }): boolean => workspace === id;
  return [
    listOf(
      'members',
      Object.keys(roles).filter((keyId) => keys.get(keyId)?.revokedAt === undefined),
      (keyId) => keyId,
      member,
    ),
    listOf(
      'uploads',
      uploads.values().filter(isHere),
      (upload) => upload.id,
      (upload) => uploadView(upload, nameOf),
    ),
    listOf(
      'jobs',
      jobs.values().filter(isHere),
      (job) => job.id,
      (job) => unfinishedJobView(job, nameOf),
    ),
    listOf(
      'locks',
      locks.values().filter(isHere),
      ({ path }) => path,
      (lock) => lockView(lock, { keyId: caller.keyId, agent: sessions.get(caller.sessionId)?.agent }, state),
    ),
    listOf(
      'sessions',
      sessions.values().filter(({ keyId }) => roles[keyId] !== undefined),
      (session) => session.id,
      (session) => sessionView(session, caller.sessionId, state),
    ),
  ];
}

function sessionView(session: SessionState, mine: string, state: HubState): z.output<typeof sessionShape> {
  const { client } = session;
  return {
    session_id: session.id,
    key_id: session.keyId,
    key_name: keyName(session.keyId, state),
    ...agentNamed(session, state),
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
