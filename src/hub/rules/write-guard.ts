import { HubError } from '../../protocol/errors.ts';
import { agentOfActor, belongsTo } from '../../protocol/agent-id.ts';
import { holderName, heldDetails } from './lock-errors.ts';
import type { Actor } from '../../protocol/envelope.ts';
import type { FileRecord } from '../../protocol/records.ts';
import { foldersAbove } from '../../protocol/folders-above.ts';
import { lookOf } from '../../protocol/names/look.ts';
import { placeKey } from '../../protocol/place-key.ts';
import type { HubState, LockState, WorkspaceState } from '../../protocol/state.ts';

/** Conditions for a change of a file. */
export interface WriteConditions {
  /** The version that the file must have; 0: there must be no file (a deleted one does not count). */
  readonly ifVersion?: number;
  /** Token of the lock that the writer holds on the path. */
  readonly lockId?: string;
  /** Fence of that lock; an older one is refused with `fence_stale`. */
  readonly fence?: number;
}

type LockProof = Pick<WriteConditions, 'lockId' | 'fence'>;

/**
 * The lock that guards a path now, if any: the one on it, on a path that people cannot tell from it, or on a folder
 * that it is in.
 */
export function heldLock(state: HubState, workspace: string, path: string, now: number): LockState | undefined {
  const lock = state.locks.get(placeKey(workspace, path));
  if (lock && lock.expiresAt > now) return lock;
  return (
    lockAlike(state, workspace, path, now) ??
    locksAbove(state, workspace, path).find(({ expiresAt }) => expiresAt > now)
  );
}

/** The locks on folders that a path is in, by whatever name that looks the same; ended ones too. */
function locksAbove({ locks }: HubState, workspace: string, path: string): readonly LockState[] {
  return foldersAbove(path).flatMap((folder) => {
    const lock = locks.get(placeKey(workspace, folder));
    return [...(lock ? [lock] : []), ...locks.alike(workspace, folder)];
  });
}

/**
 * A lock above or below a path that forbids to lock it: held now, or about to go to the next in its queue. Of what is
 * below a folder, the whole workspace is looked through.
 */
export function lockInTheWay(state: HubState, workspace: string, path: string, now: number): LockState | undefined {
  const counts = ({ expiresAt, waiters }: LockState): boolean => expiresAt > now || waiters.length > 0;
  const above = locksAbove(state, workspace, path).find(counts);
  if (above || !path.endsWith('/')) return above;
  const look = lookOf(path);
  for (const lock of state.locks.in(workspace)) {
    if (lock.path !== path && counts(lock) && (lock.path.startsWith(path) || lookOf(lock.path).startsWith(look)))
      return lock;
  }
  return undefined;
}

/** A lock held now on another path that looks the same, if any. */
export function lockAlike(state: HubState, workspace: string, path: string, now: number): LockState | undefined {
  return state.locks.alike(workspace, path).find(({ expiresAt }) => expiresAt > now);
}

/**
 * Why a lock forbids this actor to change a path: `fence_stale`, `lock_not_held` or `locked`. Only the
 * holder's key with the lock's token or fence may write. A token or fence for a path that is no longer locked
 * is refused too, so that its holder learns that the lock was lost.
 */
export function lockRefusal(
  state: HubState,
  actor: Actor,
  target: { readonly workspace: string; readonly path: string },
  proof: LockProof,
  now: number,
): HubError | undefined {
  const lock = heldLock(state, target.workspace, target.path, now);
  const name = guarded(target.path, lock);
  if (!lock) {
    if (proof.fence !== undefined) {
      return new HubError(
        'fence_stale',
        `The lock on ${name} with fence ${proof.fence} is no longer held; acquire it again, read the file again, then write.`,
      );
    }
    if (proof.lockId !== undefined) {
      return new HubError(
        'lock_not_held',
        `Lock ${proof.lockId} on ${name} is no longer held; acquire it again, or write without lock_token.`,
      );
    }
    return undefined;
  }
  const details = heldDetails(lock);
  if (proof.fence !== undefined && proof.fence < lock.fence) {
    return new HubError(
      'fence_stale',
      `Fence ${proof.fence} is older than ${lock.fence}, that of the lock on ${name}; acquire the lock again before you write.`,
      { details },
    );
  }
  const isHolder = actor.kind === 'agent' && actor.key === lock.keyId;
  if (isHolder && opens(lock, proof)) return undefined;

  const until = new Date(lock.expiresAt).toISOString();
  const holder = holderName(state, lock);
  const retry = { details, retryAfterMs: Math.max(0, lock.expiresAt - now) };
  if (isHolder && (proof.lockId !== undefined || proof.fence !== undefined)) {
    return new HubError(
      'lock_not_held',
      `That is not the token of the lock on ${name}; use the one that lock_acquire answered last.`,
      { details },
    );
  }
  if (isHolder && !belongsTo(lock, agentOfActor(actor))) {
    return new HubError(
      'locked',
      `Lock on ${name} is held by ${holder}, another agent of your key, until ${until}; call lock_acquire with wait_ms to queue, or pass its lock_token (lock_list has it) if that was you.`,
      retry,
    );
  }
  if (isHolder) {
    return new HubError(
      'locked',
      `Your key holds the lock on ${name} until ${until}; pass its lock_token to write.`,
      retry,
    );
  }
  if (actor.kind === 'human') {
    return new HubError(
      'locked',
      `Lock on ${name} is held by ${holder} until ${until}; force its release first.`,
      retry,
    );
  }
  return new HubError(
    'locked',
    `Lock on ${name} is held by ${holder} until ${until}; call lock_acquire with wait_ms to queue.`,
    retry,
  );
}

/** What a refusal calls the path, and the lock's own where that is another one. */
function guarded(path: string, lock: LockState | undefined): string {
  if (!lock || lock.path === path) return JSON.stringify(path);
  if (lock.path.endsWith('/')) return `${JSON.stringify(lock.path)} (which has ${JSON.stringify(path)} in it)`;
  return `${JSON.stringify(lock.path)} (which looks the same as ${JSON.stringify(path)})`;
}

/** Whether the given token and fence (each may be missing) are the lock's. */
export function opens(lock: LockState, proof: LockProof): boolean {
  if (proof.lockId === undefined && proof.fence === undefined) return false;
  return (
    (proof.lockId === undefined || proof.lockId === lock.lockId) &&
    (proof.fence === undefined || proof.fence === lock.fence)
  );
}

/** `conflict` if a file is not at the version that the writer requires. */
export function versionRefusal(
  path: string,
  current: FileRecord | undefined,
  ifVersion: number | undefined,
): HubError | undefined {
  if (ifVersion === undefined) return undefined;
  const version = current && current.deletedAt === undefined ? current.version : 0;
  if (version === ifVersion) return undefined;
  const name = JSON.stringify(path);
  const message =
    version === 0
      ? `There is no ${name} at version ${ifVersion}: no such file is there. Pass if_version 0 to create it.`
      : ifVersion === 0
        ? `${name} exists at version ${version}. Read it, then write with if_version ${version}, or choose another path.`
        : `${name} is at version ${version}, not ${ifVersion}. Read it again, then write with if_version ${version}.`;
  return new HubError('conflict', message, { details: { current_version: version, if_version: ifVersion } });
}

/**
 * `quota_exceeded` if a workspace has no room for so many more bytes. Room reserved for open uploads counts
 * as used, except for the upload that these bytes came by.
 */
export function quotaRefusal(
  state: HubState,
  workspace: WorkspaceState,
  sizeBytes: number,
  uploadId?: string,
): HubError | undefined {
  let reservedBytes = 0;
  for (const upload of state.uploads.values()) {
    if (upload.workspace === workspace.id && upload.id !== uploadId) reservedBytes += upload.sizeBytes;
  }
  const free = Math.max(0, workspace.quotaBytes - workspace.usedBytes - reservedBytes);
  if (sizeBytes <= free) return undefined;
  return new HubError(
    'quota_exceeded',
    `Workspace ${workspace.name} has room for ${free} more bytes and ${sizeBytes} are needed. Delete files with purge, or ask the person at the desk for a larger quota.`,
    {
      details: {
        quota_bytes: workspace.quotaBytes,
        used_bytes: workspace.usedBytes,
        reserved_bytes: reservedBytes,
        needed_bytes: sizeBytes,
      },
    },
  );
}
