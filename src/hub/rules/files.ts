import { HubError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { FileOrigin } from '../../protocol/events/files.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import type { HubState } from '../../protocol/state.ts';
import { recordAfter, type FileEvent } from './file-records.ts';
import { newPathProblem, normalizePath } from '../paths/path.ts';
import { heldLock, lockRefusal, quotaRefusal, versionRefusal, type WriteConditions } from './write-guard.ts';
import { requireRole } from '../permission.ts';
import type { Decision, Rule, RuleEnv } from '../rule.ts';

/** Writes a content that is already on disk to a path. */
export interface WriteFileCommand extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mime: string;
  readonly source: FileOrigin;
  readonly uploadId?: string;
}

export interface RestoreFileCommand extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  /** The version whose content becomes the file's newest version. */
  readonly version: number;
  /** One of several deleted files that share the path. */
  readonly fileId?: string;
}

export interface DeleteFileCommand extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  /** Removes all versions for good and frees their bytes. */
  readonly purge?: boolean;
  /** One of several deleted files that share the path. */
  readonly fileId?: string;
}

/**
 * Checks all that can be checked before the content has arrived: role, path, locks, version, quota. Answers
 * the path's file (perhaps a deleted one), which the event continues.
 */
export function checkWrite(
  state: HubState,
  command: WriteConditions & {
    readonly workspace: string;
    readonly path: string;
    readonly sizeBytes: number;
    readonly uploadId?: string;
  },
  env: RuleEnv,
): { readonly path: string; readonly was: FileRecord | undefined } | HubError {
  const path = normalizePath(command.path);
  if (path instanceof HubError) return path;
  const refused = requireRole(state, env.actor, command.workspace, 'editor');
  if (refused) return refused;
  const workspace = state.workspaces.get(command.workspace);
  if (!workspace) return new HubError('not_found', `There is no workspace ${command.workspace}; see workspace_list.`);
  const was = env.files.byPath(command.workspace, path);
  const problem =
    // An upload's path was looked at when it began.
    (was || command.uploadId !== undefined ? undefined : newPathProblem(path)) ??
    lockRefusal(state, env.actor, { workspace: command.workspace, path }, command, env.now) ??
    versionRefusal(path, was, command.ifVersion) ??
    quotaRefusal(state, workspace, command.sizeBytes, command.uploadId);
  return problem ?? { path, was };
}

/** Adds the next version of the file at a path, or the first of a new one. A deleted file comes back. */
export const writeFile: Rule<WriteFileCommand, FileRecord> = (state, command, env) => {
  const checked = checkWrite(state, command, env);
  if (checked instanceof HubError) return checked;
  const { path, was } = checked;
  const fence = heldLock(state, command.workspace, path, env.now)?.fence;
  const event: EventBody = {
    type: 'file.written',
    workspace: command.workspace,
    ...continued(was, env),
    path,
    sha256: command.sha256,
    sizeBytes: command.sizeBytes,
    mime: command.mime,
    source: command.source,
    ...(command.uploadId === undefined ? {} : { uploadId: command.uploadId }),
    ...(fence === undefined ? {} : { fence }),
  };
  return recorded([event], was);
};

/**
 * Makes the content of an older version, or of a deleted file, the newest version. It counts against the
 * quota like any other.
 */
export const restoreFile: Rule<RestoreFileCommand, FileRecord> = (state, command, env) => {
  const refused = requireRole(state, env.actor, command.workspace, 'editor');
  if (refused) return refused;
  const chosen = command.fileId === undefined ? undefined : env.files.byId(command.fileId);
  const found = fileIn(command, env);
  if (found instanceof HubError) return found;
  const content = env.files.version(found.id, command.version);
  if (!content) {
    return new HubError(
      'not_found',
      `${JSON.stringify(found.path)} has no version ${command.version}; see file_versions.`,
    );
  }
  const checked = checkWrite(state, { ...command, path: found.path, sizeBytes: content.sizeBytes }, env);
  if (checked instanceof HubError) return checked;
  if (chosen && checked.was && checked.was.id !== chosen.id && checked.was.deletedAt === undefined) {
    return new HubError('conflict', `Another file is at ${JSON.stringify(chosen.path)} now; move or delete it first.`);
  }
  const event: EventBody = {
    type: 'file.restored',
    workspace: command.workspace,
    ...continued(found, env),
    ...contentOf(content),
    path: found.path,
    fromVersion: command.version,
  };
  return recorded([event], found);
};

/** Deletes a file: into the bin, or with `purge` for good, with all versions, which only owners may. */
export const deleteFile: Rule<DeleteFileCommand, { readonly fileId: string }> = (state, command, env) => {
  const refused = requireRole(state, env.actor, command.workspace, command.purge ? 'owner' : 'editor');
  if (refused) return refused;
  const found = fileIn(command, env);
  if (found instanceof HubError) return found;
  const isThere = found.deletedAt === undefined;
  if (!isThere && !command.purge) {
    return new HubError(
      'not_found',
      `${JSON.stringify(found.path)} is deleted already; pass purge to remove its versions for good.`,
    );
  }
  // The lock on a path is not about a deleted file.
  const target = { workspace: command.workspace, path: found.path };
  const problem = isThere
    ? (lockRefusal(state, env.actor, target, command, env.now) ?? versionRefusal(found.path, found, command.ifVersion))
    : undefined;
  if (problem) return problem;
  return {
    events: [deletion(found, command.purge ? env.files.keptBytes(found.id) : undefined)],
    answer: () => ({ fileId: found.id }),
  };
};

/** The event of a deletion, or of a purge with the freed bytes. */
export function deletion(file: FileRecord, freedBytes: number | undefined): EventBody {
  return {
    type: 'file.deleted',
    workspace: file.workspace,
    fileId: file.id,
    path: file.path,
    version: file.version,
    purged: freedBytes !== undefined,
    disappears: file.deletedAt === undefined,
    freedBytes: freedBytes ?? 0,
  };
}

/** File id and version for an event that continues the path's file. */
export function continued(was: FileRecord | undefined, env: RuleEnv) {
  return {
    fileId: was?.id ?? env.newId('fil'),
    version: (was?.version ?? 0) + 1,
    appears: was === undefined || was.deletedAt !== undefined,
  };
}

/** The members of a version that its copy keeps. */
export function contentOf({ sha256, sizeBytes, mime, source }: FileVersion | FileRecord) {
  return { sha256, sizeBytes, mime, source };
}

/** A decision whose answer is the file after its first event. */
export function recorded(events: readonly EventBody[], was: FileRecord | undefined): Decision<FileRecord> {
  return {
    events,
    answer: ([logged]) => {
      const record = recordAfter(logged as FileEvent, was); // the first event is one of a file
      if (!record) throw new Error('The event should leave the file there');
      return record;
    },
  };
}

/** The refusal of a path that has no file. */
export function noFile(path: string): HubError {
  return new HubError('not_found', `There is no file ${JSON.stringify(path)}; see file_list or file_find.`);
}

function fileIn(
  command: { readonly workspace: string; readonly path: string; readonly fileId?: string },
  env: RuleEnv,
): FileRecord | HubError {
  const path = normalizePath(command.path);
  if (path instanceof HubError) return path;
  const found =
    command.fileId === undefined ? env.files.byPath(command.workspace, path) : env.files.byId(command.fileId);
  return found && found.workspace === command.workspace && found.path === path ? found : noFile(path);
}
