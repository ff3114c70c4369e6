import { z } from 'zod';
import { wireNames, wireNameSchema } from '../../../../protocol/events/sessions.ts';
import { roleSchema } from '../../../../protocol/roles.ts';
import { PRODUCT_VERSION } from '../../../../protocol/version.ts';
import { baseUrl } from '../links/base-url.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { count, time, timeShape } from '../views/common.ts';

const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Says who you are here: your key, your role in each workspace, your session, wire and protocol version, and the hub’s time and seq. ' +
    'Call it first, and whenever a call was refused with forbidden. Roles: viewer reads; editor also writes files, takes locks and starts jobs; owner also changes and deletes the workspace. ' +
    'log_id names the hub’s log: when it is not the one you knew, forget every seq you kept.',
  role: 'viewer',
  needsNoWorkspace: true,
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  input: {},
  output: {
    key_id: z.string(),
    key_name: z.string(),
    key_expires_at: timeShape.optional(),
    workspaces: z.array(z.strictObject({ workspace: z.string(), name: z.string(), role: roleSchema })),
    session_id: z.string(),
    wire: wireNameSchema,
    protocol_version: z.string(),
    subscriptions: z.array(z.string()).describe('URIs that this session has subscribed to'),
    time: timeShape.describe('The hub’s clock'),
    seq: z.number().int().describe('Number of the last event in the hub’s log'),
    log_id: z.string(),
    hub_version: z.string(),
    url: z.string(),
  },
  run: (_args, { ctx, deps, state }) => {
    const { key } = ctx;
    const workspaces = [...state.workspaces.values()].flatMap(({ id, name, roles }) => {
      const role = roles[key.id];
      return role === undefined ? [] : [{ workspace: id, name, role }];
    });
    return {
      say: `You are ${key.name}, with a role in ${count(workspaces.length, 'workspace')}.`,
      result: {
        key_id: key.id,
        key_name: key.name,
        ...(key.expiresAt === undefined ? {} : { key_expires_at: time(key.expiresAt) }),
        workspaces,
        session_id: ctx.sessionId,
        wire: wireNames[ctx.wire],
        protocol_version: ctx.protocolVersion,
        subscriptions: [...(state.sessions.get(ctx.sessionId)?.subscriptions ?? [])],
        time: time(deps.hub.now()),
        seq: state.seq,
        log_id: deps.hub.logId,
        hub_version: PRODUCT_VERSION,
        url: baseUrl(deps, ctx),
      },
    };
  },
});

export const identityTools: readonly ToolDefinition[] = [whoami];
