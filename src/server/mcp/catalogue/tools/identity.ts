import { z } from 'zod';
import { wireNameSchema } from '../../../../protocol/events/sessions.ts';
import { roleSchema } from '../../../../protocol/roles.ts';
import { workspacesOf } from '../../../../hub/permission.ts';
import { agentTitle } from '../../../../protocol/words/agent-label.ts';
import { PRODUCT_VERSION } from '../../../../protocol/version.ts';
import { baseUrl } from '../addresses/base-url.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { count, time, timeShape } from '../views/common.ts';
import { PageRoom, USUAL_ANSWER_BYTES } from '../views/page-room.ts';
import { wireNames } from '../../../../protocol/wire-names.ts';

const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Says who you are here: your agent and its key, your role in each workspace, your session, wire and protocol version, and the hub’s time and seq. ' +
    'Call it first, and whenever a workspace was forbidden or not_found. Roles: viewer reads; editor also writes files, takes locks and starts jobs; owner also changes and deletes the workspace. ' +
    'log_id names the hub’s log: when it is not the one you knew, forget every seq you kept.',
  role: 'viewer',
  needsNoWorkspace: true,
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: [],
  input: {},
  output: {
    agent: z
      .string()
      .optional()
      .describe('What you are called among the agents of your key; absent while the hub cannot write that down'),
    key_id: z.string(),
    key_name: z.string(),
    key_expires_at: timeShape.optional(),
    workspaces: z
      .array(z.strictObject({ workspace: z.string(), name: z.string(), role: roleSchema }))
      .describe('The first of them; workspace_list has all'),
    workspace_count: z.number().int().min(0).describe('In how many workspaces you have a role'),
    session_id: z.string(),
    wire: wireNameSchema,
    protocol_version: z.string(),
    subscriptions: z.array(z.string()).describe('The first URIs that this session has subscribed to'),
    subscription_count: z.number().int().min(0).describe('How many URIs this session has subscribed to'),
    time: timeShape.describe('The hub’s clock'),
    seq: z.number().int().describe('Number of the last event that this answer contains'),
    log_id: z.string(),
    hub_version: z.string(),
    url: z.string(),
  },
  run: (_args, { ctx, deps, state }) => {
    const { key } = ctx;
    const mine = workspacesOf(state, ctx.origin.actor);
    const workspaces = firstOf(
      mine.map(({ id, name, roles }) => ({ workspace: id, name, role: roles[key.id] ?? 'viewer' })),
    );
    const subscriptions = state.sessions.get(ctx.sessionId)?.subscriptions ?? [];
    const { agent: own } = state.sessions.get(ctx.sessionId) ?? {};
    const agent = own === undefined ? undefined : agentTitle(state.keys.get(key.id), own);
    const who = agent === undefined ? key.name : `${agent}, an agent of the key ${key.name}`;
    const others = workspaces.length < mine.length ? ' workspace_list names them all.' : '';
    return {
      say: `You are ${who}, with a role in ${count(mine.length, 'workspace')}.${others} ${mine.length === 0 ? 'Ask the person at the desk for one.' : NEXT}`,
      result: {
        ...(agent === undefined ? {} : { agent }),
        key_id: key.id,
        key_name: key.name,
        ...(key.expiresAt === undefined ? {} : { key_expires_at: time(key.expiresAt) }),
        workspaces,
        workspace_count: mine.length,
        session_id: ctx.sessionId,
        wire: wireNames[ctx.wire],
        protocol_version: ctx.protocolVersion,
        subscriptions: firstOf(subscriptions),
        subscription_count: subscriptions.length,
        time: time(deps.hub.now()),
        seq: deps.hub.changedSeq,
        log_id: deps.hub.logId,
        hub_version: PRODUCT_VERSION,
        url: baseUrl(deps, ctx),
      },
    };
  },
});

/** Some clients show their model nothing else that says how to work here. */
const NEXT =
  'Next: workspace_get shows what is there, guide how to work here. Take a lock with lock_acquire before you change what others use. When you have nothing else to do, call event_wait with for_me true: it answers when something concerns you, and says what to do.';

/** As many as have room in half of what an answer has. */
function firstOf<T>(items: readonly T[]): T[] {
  if (items.length < 2) return [...items]; // one always has room: nothing to measure
  const room = new PageRoom<T>(USUAL_ANSWER_BYTES / 2);
  items.every((item) => room.take(item));
  return room.items;
}

export const identityTools: readonly ToolDefinition[] = [whoami];
