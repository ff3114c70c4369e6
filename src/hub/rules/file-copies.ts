import { HubError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { FileRecord } from '../../protocol/records.ts';
import type { HubState } from '../../protocol/state.ts';
import { normalizePath } from '../paths/path.ts';
import { heldLock, lockRefusal, opens, versionRefusal, type WriteConditions } from './write-guard.ts';
import { requireRole } from '../permission.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { checkWrite, contentOf, continued, deletion, noFile, recorded } from './files.ts';

/** Also of a move. `ifVersion` of a copy is about the file at the target, of a move about the file that is moved. */
export interface CopyFileCommand extends WriteConditions {
  readonly workspace: string;
  readonly from: string;
  readonly to: string;
  /** Id of the target workspace; by default the same one. */
  readonly toWorkspace?: string;
  /** Whether a file at the target may be overwritten; a copy then adds a version to it. */
  readonly overwrite?: boolean;
}

/** Copies a file's newest version to a new file, or to the next version of the file at the target. */
export const copyFile: Rule<CopyFileCommand, FileRecord> = (state, command, env) => {
  const checked = checkTransfer(state, command, env, 'copy');
  if (checked instanceof HubError) return checked;
  const { event, target } = copy(checked, command, env);
  return recorded([event], target);
};

/**
 * Gives a file another path; its id and versions stay. A file at the target goes into the bin. Into another
 * workspace the file is copied, and the original goes into the bin.
 */
export const moveFile: Rule<CopyFileCommand, FileRecord> = (state, command, env) => {
  const checked = checkTransfer(state, command, env, 'move');
  if (checked instanceof HubError) return checked;
  const { from, to, target } = checked;
  const locked = lockRefusal(state, env.actor, from, proofFor(state, command, from, checked.place, env), env.now);
  if (locked) return locked;
  if (checked.place.workspace !== from.workspace) {
    const copied = copy(checked, command, env);
    return recorded([copied.event, deletion(from, undefined)], copied.target);
  }
  const event: EventBody = {
    type: 'file.moved',
    workspace: from.workspace,
    fileId: from.id,
    version: from.version,
    path: to,
    from: from.path,
    sha256: from.sha256,
    sizeBytes: from.sizeBytes,
    mime: from.mime,
  };
  const replaced = target && target.deletedAt === undefined ? [deletion(target, undefined)] : [];
  return { events: [...replaced, event], answer: () => ({ ...from, path: to }) };
};

interface Transfer {
  readonly from: FileRecord;
  readonly to: string;
  readonly place: { readonly workspace: string; readonly path: string };
  readonly target: FileRecord | undefined;
}

function checkTransfer(
  state: HubState,
  command: CopyFileCommand,
  env: RuleEnv,
  how: 'copy' | 'move',
): Transfer | HubError {
  const fromPath = normalizePath(command.from);
  if (fromPath instanceof HubError) return fromPath;
  const refused = requireRole(state, env.actor, command.workspace, how === 'move' ? 'editor' : 'viewer');
  if (refused) return refused;
  const from = env.files.byPath(command.workspace, fromPath);
  if (!from || from.deletedAt !== undefined) return noFile(fromPath);
  // A copy's conditions are about the target, a move's about the source.
  const ifVersion = how === 'copy' ? command.ifVersion : undefined;
  const changed = how === 'move' ? versionRefusal(fromPath, from, command.ifVersion) : undefined;
  if (changed) return changed;

  const place = { workspace: command.toWorkspace ?? command.workspace, path: command.to };
  // A move within a workspace needs no room: the original is gone in the same commit.
  const sizeBytes = how === 'move' && place.workspace === command.workspace ? 0 : from.sizeBytes;
  const proof = proofFor(state, command, place, from, env);
  const checked = checkWrite(state, { ...place, ...proof, ifVersion, sizeBytes }, env);
  if (checked instanceof HubError) return checked;
  const { path: to, was: target } = checked;
  if (target && target.id === from.id) {
    return new HubError('invalid_argument', `${JSON.stringify(to)} is where the file is; choose another path.`);
  }
  if (target && target.deletedAt === undefined && command.overwrite !== true && ifVersion === undefined) {
    return new HubError('name_taken', `${JSON.stringify(to)} exists; pass overwrite, or choose another path.`);
  }
  return { from, to, place: { workspace: place.workspace, path: to }, target };
}

/**
 * A transfer may touch two locked paths but has one token or fence. It is valid for both if one key holds
 * both locks and it belongs to either. It does not matter for a path without a lock.
 */
function proofFor(
  state: HubState,
  command: CopyFileCommand,
  place: { readonly workspace: string; readonly path: string },
  other: { readonly workspace: string; readonly path: string },
  env: RuleEnv,
) {
  const path = place.path.normalize('NFC');
  const mine = heldLock(state, place.workspace, path, env.now);
  const theirs = heldLock(state, other.workspace, other.path.normalize('NFC'), env.now);
  const given = { lockId: command.lockId, fence: command.fence };
  const isForOther = theirs !== undefined && opens(theirs, given);
  if (!mine) return isForOther ? {} : given;
  return isForOther && theirs.keyId === mine.keyId ? { lockId: mine.lockId, fence: mine.fence } : given;
}

function copy({ from, place, target }: Transfer, command: CopyFileCommand, env: RuleEnv) {
  const event: EventBody = {
    type: 'file.copied',
    workspace: place.workspace,
    ...continued(target, env),
    ...contentOf(from),
    path: place.path,
    from: from.path,
    ...(place.workspace === command.workspace ? {} : { fromWorkspace: command.workspace }),
    fromVersion: from.version,
  };
  return { event, target };
}
