import { z } from 'zod';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../../../hub/rules/workspaces.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { nextCursor, pageArguments, pageByKey, pageOutput } from '../define-tool/page-arguments.ts';
import { count } from '../views/common.ts';
import { PageRoom } from '../views/page-room.ts';
import {
  workspaceFields,
  workspaceShape,
  workspaceStateFields,
  workspaceStateView,
  workspaceView,
  type WorkspaceView,
} from '../views/workspace-view.ts';

const nameArgument = z.string().min(1).max(64);

const list = defineTool({
  name: 'workspace_list',
  title: 'List workspaces',
  description:
    'Lists the workspaces that your key has a role in, with your role, how many files they hold and how much of the quota is used. Ordered by name.',
  role: 'viewer',
  needsNoWorkspace: true,
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['limit'],
  input: { ...pageArguments },
  output: { workspaces: z.array(workspaceShape), ...pageOutput },
  run: (args, { ctx, state }) => {
    const mine = state.workspaces.of(ctx.key.id);
    const room = new PageRoom<WorkspaceView>(args.max_bytes);
    const page = pageByKey(
      mine,
      ({ name, id }) => `${name}\n${id}`,
      args,
      (workspace) => room.take(workspaceView(workspace, ctx.key.id)),
    );
    return {
      say: `You have a role in ${count(mine.length, 'workspace')}.`,
      result: {
        workspaces: room.items,
        ...nextCursor(page),
      },
    };
  },
});

const create = defineTool({
  name: 'workspace_create',
  title: 'Create a workspace',
  description:
    'Creates an empty workspace that your key owns; others get a role in it from its owner or the person. A key that is only a viewer wherever it has a role may not. name_taken: you have one of this name.',
  role: 'editor',
  needsNoWorkspace: true,
  effect: 'adds',
  idempotent: false,
  files: namesNoFile,
  logs: ['name'],
  input: { name: nameArgument.describe('1 to 64 characters; must not be that of a workspace of yours.') },
  output: workspaceFields,
  run: ({ name }, call) => {
    const { ctx, deps } = call;
    call.anywhere();
    const { answer } = deps.hub.commit(createWorkspace, { name }, ctx.origin);
    const id = answer.workspace;
    const workspace = call.workspace(id);
    return { say: `Created workspace ${name} (${id}). You own it.`, result: workspaceView(workspace, ctx.key.id) };
  },
});

const get = defineTool({
  name: 'workspace_get',
  title: 'Get a workspace’s current state',
  description:
    'Gives the live state of a workspace at one moment, with its seq: usage, and how many members, sessions, held locks, unfinished jobs and uploads there are, with the first of each; a cursor from next_cursors continues its list. Call it after every reconnect, then event_list or event_wait with after_seq = this seq: nothing is missed or comes twice. Files: file_list.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'limit'],
  input: {
    workspace: workspaceArgument,
    limit: pageArguments.limit.describe('At most this many items of each list.'),
    max_bytes: pageArguments.max_bytes,
    cursor: pageArguments.cursor.describe('One of next_cursors: only its list, from there on.'),
  },
  output: workspaceStateFields,
  run: (args, call) => {
    const { ctx, deps } = call;
    const workspace = call.workspace(args.workspace);
    const caller = { keyId: ctx.key.id, sessionId: ctx.sessionId };
    const { limit, max_bytes: maxBytes, cursor } = args;
    const result = workspaceStateView(workspace, caller, deps.hub, { limit, maxBytes, cursor });
    const held = [
      count(result.file_count, 'file'),
      count(result.lock_count, 'held lock'),
      count(result.job_count, 'unfinished job'),
      count(result.upload_count, 'upload'),
    ].join(', ');
    const goOn = result.next_cursors === undefined ? '' : ' Lists in next_cursors go on.';
    return { say: `${workspace.name} at seq ${result.seq}: ${held}.${goOn}`, result };
  },
});

const update = defineTool({
  name: 'workspace_update',
  title: 'Change a workspace',
  description:
    'Gives a workspace another name, or says whether its files are indexed (intelligence), so that knowledge_search and knowledge_ask find what they say: all of them are read then, on this machine, and index.updated tells when that is done. Its id, files, members and history stay as they are. Needs the owner role. ' +
    'name_taken means that another workspace of yours has this name: choose a different one.',
  role: 'owner',
  effect: 'adds',
  set: 'more',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'name', 'intelligence'],
  input: {
    workspace: workspaceArgument,
    name: nameArgument
      .optional()
      .describe('The new name, 1 to 64 characters; must not be that of another workspace of yours.'),
    intelligence: z.boolean().optional().describe('Whether its files are indexed. Off, the index is deleted.'),
  },
  output: workspaceFields,
  check: ({ name, intelligence }) =>
    name === undefined && intelligence === undefined
      ? new HubError('invalid_argument', 'workspace_update: give name, intelligence or both.', {
          details: { problems: [{ argument: 'name', accepted: '1 to 64 characters' }] },
        })
      : undefined,
  run: ({ workspace: idOrName, name, intelligence }, call) => {
    const { ctx, deps, state } = call;
    const { id } = call.workspace(idOrName);
    const change = { ...(name === undefined ? {} : { name }), ...(intelligence === undefined ? {} : { intelligence }) };
    deps.hub.commit(updateWorkspace, { workspace: id, ...change }, ctx.origin);
    const workspace = call.workspace(id, 'viewer');
    return {
      say: `The workspace is called ${workspace.name} and is ${workspace.intelligence ? '' : 'not '}indexed, as of seq ${state.seq}.`,
      result: workspaceView(workspace, ctx.key.id),
    };
  },
});

const remove = defineTool({
  name: 'workspace_delete',
  title: 'Delete a workspace',
  description:
    'Deletes a workspace with all its files, versions, locks, jobs and uploads, for good. Needs the owner role, and the workspace’s name as confirm. There is no way back: ask the person first.',
  role: 'owner',
  effect: 'destroys',
  set: 'more',
  idempotent: false,
  files: namesNoFile,
  logs: ['workspace'],
  input: {
    workspace: workspaceArgument,
    confirm: z.string().min(1).max(200).describe('The name of the workspace, letter by letter.'),
  },
  output: { workspace: z.string(), name: z.string(), deleted: z.literal(true) },
  run: (args, call) => {
    const { ctx, deps } = call;
    const { id, name } = call.workspace(args.workspace);
    if (args.confirm !== name) {
      throw new HubError(
        'invalid_argument',
        `workspace_delete: confirm was ${JSON.stringify(args.confirm)}, but the workspace is called ${JSON.stringify(name)}. Nothing was deleted. Give its exact name if you mean it.`,
        { details: { problems: [{ argument: 'confirm', given: args.confirm, accepted: name }] } },
      );
    }
    deps.hub.commit(deleteWorkspace, { workspace: id, confirm: args.confirm }, ctx.origin);
    return {
      say: `Deleted workspace ${name} and all that was in it.`,
      result: { workspace: id, name, deleted: true as const },
    };
  },
});

export const workspaceTools: readonly ToolDefinition[] = [list, create, get, update, remove];
