import type { ContentBlock, GetPromptResult } from '@modelcontextprotocol/server';
import { agentOfActor, belongsTo } from '../../../../protocol/agent-id.ts';
import { placeKey } from '../../../../protocol/place-key.ts';
import { fileUri, workspaceUri } from '../../../../protocol/uris.ts';
import { agentLabel } from '../../../../protocol/words/agent-label.ts';
import type { PromptSubject } from './prompt-subject.ts';
import { resourceLink } from '../addresses/resource-links.ts';
import { render } from '../views/render.ts';
import { count, time } from '../views/common.ts';
import { fileView } from '../views/file-view.ts';
import { lockView } from '../views/lock-view.ts';
import { USUAL_STATE, workspaceStateView } from '../views/workspace-view.ts';

/** What to do with a file that has just arrived. Throws `not_found` when there is no such file. */
export async function triageUpload({ deps, ctx, workspace, path }: PromptSubject): Promise<GetPromptResult> {
  const { hub, files } = deps;
  const file = await files.stat(workspace.id, path);
  return userMessages(
    [
      `A file has arrived in the workspace ${workspace.name}: ${file.path}, version ${file.version}. Find out what it is and what should become of it.`,
      `1. Call file_extract with path ${JSON.stringify(file.path)}, then job_wait with its job_id: type, dimensions, pages, encoding, or the listing of an archive.`,
      '2. If it is text or a picture, look at it with file_read. Do not read all of a large file: its beginning is enough.',
      '3. See with file_list and a prefix what lies beside it, and with file_versions what it was before: is it new, or a new version of something known?',
      '4. Answer in this form: what it is, in one sentence; what is remarkable about it (wrong type for its name, empty, damaged, a duplicate by sha256, secrets in it); where it belongs; what to do next, and who.',
      'Change nothing yet. Should it have to be moved or written to, take its lock with lock_acquire first and give if_version.',
    ],
    { type: 'text', text: render('What is known of the file:', fileView(file, hub.keyName)) },
    ...resourceLink(ctx, {
      uri: fileUri(workspace.id, file.path),
      name: file.path,
      mimeType: file.mime,
      size: file.sizeBytes,
    }),
  );
}

/** A report on a workspace for the person at the desk. */
export async function summarizeWorkspace({ deps, ctx, workspace }: PromptSubject): Promise<GetPromptResult> {
  const { hub } = deps;
  const caller = { keyId: ctx.key.id, sessionId: ctx.sessionId };
  const uri = workspaceUri(workspace.id);
  const text = JSON.stringify(workspaceStateView(workspace, caller, hub, USUAL_STATE));
  return Promise.resolve(
    userMessages(
      [
        `Summarize the workspace ${workspace.name} for the person at the desk. Its state at seq ${hub.changedSeq} is attached.`,
        '1. With file_list see what is in it (follow next_cursor), and look with file_read into the files whose names do not say what they are.',
        '2. With event_list see what happened lately and who did it; with job_list and status "failed" what went wrong.',
        '3. Write at most fifteen lines: what the workspace is for; what is in it, grouped; who works in it and on what; what is under way; what is stuck (locks held long, waiters, failed jobs, uploads that do not move) and what you would do about each.',
        'Name files by their paths. Say what you did not look at. Change nothing.',
      ],
      { type: 'resource', resource: { uri, mimeType: 'application/json', text } },
    ),
  );
}

/** A way on for an agent that needs a path which another one has locked. */
export async function resolveLockConflict({ deps, ctx, workspace, path }: PromptSubject): Promise<GetPromptResult> {
  const { hub } = deps;
  const { state } = hub;
  const lock = state.locks.get(placeKey(workspace.id, path));
  const quoted = JSON.stringify(path);
  if (!lock) {
    return Promise.resolve(
      userMessages([
        `You meant to resolve a conflict about the lock on ${path} in the workspace ${workspace.name}, but nobody holds it now.`,
        `Call lock_acquire with path ${quoted} and a reason, read the file again with file_read (it may have changed), write with its lock_token, fence and if_version, and release the lock.`,
      ]),
    );
  }
  const mine = belongsTo(lock, agentOfActor(ctx.origin.actor));
  const holder = agentLabel(state.keys.get(lock.keyId), lock.keyId, lock.agent);
  return Promise.resolve(
    userMessages(
      mine
        ? [
            `You hold the lock on ${path} in the workspace ${workspace.name} yourself, until ${time(lock.expiresAt)}, and ${count(lock.waiters.length, 'agent')} wait for it.`,
            'If you are done, call lock_release with its lock_token now. If not, finish first what the others wait for; call lock_renew only for the time that you really need.',
          ]
        : [
            `${holder} holds the lock on ${path} in the workspace ${workspace.name} until ${time(lock.expiresAt)}${lock.reason === undefined ? '' : ` (“${lock.reason}”)`}; ${count(lock.waiters.length, 'agent')} wait for it. Find a way on.`,
            `1. Can you do without it? Write to another path, or do other work first and come back.`,
            `2. If not, queue: lock_acquire with path ${quoted}, a reason that the holder can act on, and wait_ms up to the expiry. The queue is first come, first served.`,
            '3. Before you wait, release every lock that you do not need: two agents that wait for each other is a deadlock, and will be refused.',
            '4. Watch with event_wait and types ["lock", "file"]: the holder may renew, release, or write what you were about to write.',
            '5. If it is held on and on without any file.written by the holder, do not work around the lock. Tell the person at the desk who holds what since when; they can release it by force.',
            'When it is yours, read the file again before you write: it is not the one that you saw.',
          ],
      { type: 'text', text: render('The lock:', lockView(lock, agentOfActor(ctx.origin.actor), state)) },
    ),
  );
}

function userMessages(lines: readonly string[], ...attached: readonly ContentBlock[]): GetPromptResult {
  const blocks: ContentBlock[] = [{ type: 'text', text: lines.join('\n') }, ...attached];
  return { messages: blocks.map((content) => ({ role: 'user', content })) };
}
