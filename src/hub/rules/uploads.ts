import { HubError } from '../../protocol/errors.ts';
import type { Actor, AgentActor } from '../../protocol/envelope.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { FileOrigin } from '../../protocol/events/files.ts';
import type { FileRecord } from '../../protocol/records.ts';
import { roleAtLeast } from '../../protocol/roles.ts';
import type { HubState, UploadState } from '../../protocol/state.ts';
import { limitReached } from '../limits.ts';
import { requireRole } from '../permission.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { checkWrite, writeFile } from './files.ts';

/** How long an upload may take before it expires. */
export const UPLOAD_TTL_MS = 24 * 60 * 60 * 1000;

/** Whether the content is sent, or read from a disk of this machine. */
export type UploadSource = Extract<FileOrigin, 'upload' | 'import'>;

/** `sha256` is hex, lower case. */
export interface CreateUploadCommand extends Pick<
  UploadState,
  'workspace' | 'path' | 'sizeBytes' | 'sha256' | 'mime' | 'lockId' | 'fence'
> {
  readonly source?: UploadSource;
}

/** Why no more uploads are opened: each has an open file and is part of every dashboard's state. */
function noRoom({ uploads }: HubState, workspace: string, { actor, limits }: RuleEnv): HubError | undefined {
  let ofKey = 0;
  let ofWorkspace = 0;
  for (const upload of uploads.values()) {
    if (actor.kind === 'agent' && isBegunBy(actor, upload)) ofKey += 1;
    if (upload.workspace === workspace) ofWorkspace += 1;
  }
  if (ofKey >= limits['uploads-per-key']) return limitReached(limits, 'uploads-per-key');
  if (ofWorkspace >= limits['uploads-per-workspace'] && actor.kind === 'agent')
    return limitReached(limits, 'uploads-per-workspace');
  return uploads.size >= limits.uploads ? limitReached(limits, 'uploads', actor) : undefined;
}

/** A new upload, with the `seq` of its `upload.started`. */
export interface OpenedUpload extends UploadState {
  readonly seq: number;
}

/** Opens an upload and reserves its size in the quota. */
export const createUpload: Rule<CreateUploadCommand, OpenedUpload> = (state, command, env) => {
  const problem = malformed(command);
  if (problem !== undefined) return new HubError('invalid_argument', problem);
  const checked = checkWrite(state, command, env);
  if (checked instanceof HubError) return checked;
  const full = noRoom(state, command.workspace, env);
  if (full) return full;
  const upload: Omit<UploadState, 'id' | 'startedAt' | 'startedBy'> = {
    workspace: command.workspace,
    path: checked.path,
    sizeBytes: command.sizeBytes,
    ...(command.sha256 === undefined ? {} : { sha256: command.sha256 }),
    ...(command.mime === undefined ? {} : { mime: command.mime }),
    ...(command.lockId === undefined ? {} : { lockId: command.lockId }),
    ...(command.fence === undefined ? {} : { fence: command.fence }),
    ...(command.source === 'import' ? { source: command.source } : {}),
    expiresAt: env.now + UPLOAD_TTL_MS,
  };
  const uploadId = env.newId('upl');
  return {
    events: [{ type: 'upload.started', uploadId, ...upload }],
    answer: ([logged]) => ({
      id: uploadId,
      ...upload,
      startedBy: env.actor,
      startedAt: env.now,
      seq: logged?.seq ?? 0,
    }),
  };
};

export interface FinishUploadCommand {
  readonly uploadId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mime: string;
  readonly source: UploadSource;
}

/** Writes the file and finishes its upload in one commit: never one without the other. */
export const finishUpload: Rule<FinishUploadCommand, FileRecord> = (state, command, env) => {
  const upload = state.uploads.get(command.uploadId);
  if (!upload) return noUpload(command.uploadId);
  const refused = mustBeSender(env.actor, upload);
  if (refused) return refused;
  const { workspace, path, lockId, fence } = upload;
  const written = writeFile(
    state,
    {
      ...command,
      workspace,
      path,
      ...(lockId === undefined ? {} : { lockId }),
      ...(fence === undefined ? {} : { fence }),
    },
    env,
  );
  if (!('answer' in written)) return written;
  const finished: EventBody = { type: 'upload.finished', workspace, uploadId: upload.id, path };
  return { events: [...written.events, finished], answer: written.answer };
};

/** Ends an upload without a file. The actor that began it may, and the workspace's owners. */
export const cancelUpload: Rule<{ readonly uploadId: string; readonly reason: string }, void> = (
  state,
  command,
  env,
) => {
  const upload = state.uploads.get(command.uploadId);
  if (!upload) return noUpload(command.uploadId);
  const hidden = requireRole(state, env.actor, upload.workspace, 'viewer');
  if (hidden && state.workspaces.has(upload.workspace))
    return hidden.code === 'not_found' ? noUpload(upload.id) : hidden;
  if (!mayCancel(state, env.actor, upload)) {
    return new HubError(
      'forbidden',
      'Only who started an upload, an owner of its workspace or the person at the desk can cancel it.',
    );
  }
  const { workspace, path } = upload;
  return {
    events: [{ type: 'upload.cancelled', workspace, uploadId: upload.id, path, reason: command.reason }],
    answer: () => undefined,
  };
};

/** Whether an actor began this upload or owns its workspace. */
function mayCancel(state: HubState, actor: Actor, upload: UploadState): boolean {
  if (actor.kind !== 'agent') return true;
  return isBegunBy(actor, upload) || roleAtLeast(state.workspaces.get(upload.workspace)?.roles[actor.key], 'owner');
}

/** Whether an agent began this upload. */
export function isBegunBy(agent: AgentActor, { startedBy }: Pick<UploadState, 'startedBy'>): boolean {
  return startedBy.kind === 'agent' && startedBy.key === agent.key;
}

/** `forbidden` for an agent that sends to, or finishes, an upload that another key began. */
export function mustBeSender(actor: Actor, upload: Pick<UploadState, 'id' | 'startedBy'>): HubError | undefined {
  if (actor.kind !== 'agent' || isBegunBy(actor, upload)) return undefined;
  return new HubError(
    'forbidden',
    `Only the key that began upload ${upload.id} sends to it; begin one of your own with upload_create or POST /uploads.`,
  );
}

/** `not_found`: it was never opened, has ended, or is of a workspace that the asker does not see. */
export function noUpload(uploadId: string): HubError {
  return new HubError(
    'not_found',
    `There is no open upload ${uploadId}; make one with upload_create or POST /uploads.`,
  );
}

function malformed({ sizeBytes, sha256 }: CreateUploadCommand): string | undefined {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
    return 'The size of an upload is a whole number of bytes, 0 or more.';
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/u.test(sha256))
    return 'A SHA-256 is 64 hexadecimal digits in lower case.';
  return undefined;
}
