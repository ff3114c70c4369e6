import { z } from 'zod';
import { removeMember, setMember } from '../../../../hub/rules/members.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { roleSchema } from '../../../../protocol/roles.ts';
import type { HubState, WorkspaceState } from '../../../../protocol/state.ts';
import { workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import { nextCursor, pageArguments, pageByKey, pageOutput } from '../define-tool/page-arguments.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { count } from '../views/common.ts';
import { memberFields, memberShape, memberView, membersOf, type MemberView } from '../views/member-view.ts';
import { PageRoom } from '../views/page-room.ts';
import { ownersList } from '../define-tool/owners-list.ts';

const keyArgument = z.string().min(1).max(200);

const list = defineTool({
  name: 'member_list',
  title: 'List members',
  description:
    'Lists which keys have a role in a workspace, with whether each can still be used and how many sessions it has. Ordered by name. Needs the owner role.',
  ...ownersList,
  logs: ['workspace', 'limit'],
  input: { workspace: workspaceArgument, ...pageArguments },
  output: { workspace: z.string(), members: z.array(memberShape), ...pageOutput },
  run: (args, call) => {
    const { ctx, deps, state } = call;
    const workspace = call.workspace(args.workspace);
    const members = membersOf(workspace, state);
    const room = new PageRoom<MemberView>(args.max_bytes);
    const page = pageByKey(
      members,
      ({ key }) => `${key.name}\n${key.id}`,
      args,
      (member) => room.take(memberView(member, ctx.key.id, deps.hub.now())),
    );
    return {
      say: `${workspace.name} has ${count(members.length, 'member')}.`,
      result: { workspace: workspace.id, members: room.items, ...nextCursor(page) },
    };
  },
});

const set = defineTool({
  name: 'member_set',
  title: 'Give a key a role',
  description:
    'Gives a key a role in a workspace, or changes the one that it has. A new viewer loses its locks there. Needs the owner role. ' +
    'not_found means that no key has this key_id: its agent finds it with whoami. conflict means that the last owner would be gone: make another key owner first.',
  role: 'owner',
  set: 'owner',
  effect: 'destroys',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'key', 'role'],
  input: {
    workspace: workspaceArgument,
    key: keyArgument.describe(
      'Its key_id, which whoami tells its agent; of a key that is a member already, or its name.',
    ),
    role: roleSchema.describe('viewer reads; editor also writes; owner also says who may what, and may delete it all.'),
  },
  output: { workspace: z.string(), ...memberFields },
  run: (args, call) => {
    const { ctx, deps, state } = call;
    const { id, name } = call.workspace(args.workspace);
    const keyId = keyMeant(call.workspace(id), state, args.key);
    deps.hub.commit(setMember, { workspace: id, keyId, role: args.role }, ctx.origin);
    const key = state.keys.get(keyId);
    const workspace = state.workspaces.get(id);
    const member = workspace && membersOf(workspace, state).find((one) => one.key === key);
    if (!member) throw new HubError('conflict', `The key ${keyId} has lost its role again. Look at member_list.`);
    return {
      say: `${member.key.name} is ${member.role} in ${name}, as of seq ${state.seq}.`,
      result: { workspace: id, ...memberView(member, ctx.key.id, deps.hub.now()) },
    };
  },
});

const remove = defineTool({
  name: 'member_remove',
  title: 'Remove a member',
  description:
    'Takes a key’s role in a workspace away, and its locks there: to it the workspace is not there any more. Needs the owner role. ' +
    'not_found means that the key is no member. conflict means that it is the last owner: make another key owner first.',
  role: 'owner',
  set: 'owner',
  effect: 'destroys',
  idempotent: false,
  files: namesNoFile,
  logs: ['workspace', 'key'],
  input: { workspace: workspaceArgument, key: keyArgument.describe('Key id or name of the member.') },
  output: { workspace: z.string(), key_id: z.string(), key_name: z.string(), removed: z.literal(true) },
  run: (args, call) => {
    const { ctx, deps, state } = call;
    const workspace = call.workspace(args.workspace);
    const keyId = keyMeant(workspace, state, args.key);
    deps.hub.commit(removeMember, { workspace: workspace.id, keyId }, ctx.origin);
    const name = state.keys.get(keyId)?.name ?? keyId;
    return {
      say: `${name} has no role in ${workspace.name} any more.`,
      result: { workspace: workspace.id, key_id: keyId, key_name: name, removed: true as const },
    };
  },
});

/** The id that a caller means: that of the member with this name, else what it gave. Names of other keys are not looked at. */
function keyMeant({ roles }: WorkspaceState, { keys }: HubState, given: string): string {
  if (roles[given] !== undefined) return given;
  const wanted = given.normalize('NFC');
  return Object.keys(roles).find((keyId) => keys.get(keyId)?.name.normalize('NFC') === wanted) ?? given;
}

export const memberTools: readonly ToolDefinition[] = [list, set, remove];
