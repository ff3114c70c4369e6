import type { Collection } from './collections.ts';
import type { Actor, Cause } from './envelope.ts';
import type { HubErrorCode } from './errors.ts';
import type { JobPriority, JobTarget } from './events/jobs.ts';
import type { LinkRefusal } from './link-refusal.ts';
import type { RetentionState } from './retention-state.ts';
import { KeyMap } from './key-map.ts';
import { LockMap } from './lock-map.ts';
import type { Role } from './roles.ts';
import { SessionMap } from './session-map.ts';
import type { ToolPolicy } from './tool-policy.ts';
import { WorkspaceMap } from './workspace-map.ts';
import type { Wire } from './wire-names.ts';

/** A name under a key: one of those that its sessions had last. */
export interface KnownAgent {
  readonly name: string;
  /** Named in the client's configuration; else it is named after its client. */
  readonly named?: true;
  /** It was given just so, and not counted: no other name is counted to it. */
  readonly given?: true;
  /** What a person calls it instead. */
  readonly label?: string;
  /** Its number among the key's agents, which it keeps: its colour depends on it. Absent for 0. */
  readonly place?: number;
}

export interface KeyState {
  readonly id: string;
  readonly name: string;
  readonly secretSha256: string;
  /** The secret before that, and until when it is good; absent for a key that was never rotated. */
  readonly oldSecret?: { readonly sha256: string; readonly until: number };
  readonly createdAt: number;
  readonly expiresAt?: number;
  /** What the person wants to remember of it. */
  readonly note?: string;
  /** Which tools it has; absent for a key of an earlier version, which keeps the tools that there were. */
  readonly tools?: ToolPolicy;
  /** False where results of its calls carry no news. */
  readonly news?: false;
  readonly revokedAt?: number;
  /** Seq of that event: the last ones that were revoked are kept. */
  readonly revokedSeq?: number;
  /** Since when it is suspended; absent once a person has lifted that. */
  readonly suspendedAt?: number;
  /** A person suspended it, and not the hub. */
  readonly suspendedByPerson?: true;
  /** The last time that a session of it was ended because it subscribed or listened outside of its workspaces. */
  readonly violation?: { readonly seq: number; readonly at: number };
  /**
   * Names and ids of workspaces that it reached for in vain and never had: those of the last minute. `at` is what the
   * clock would show had it never been set ({@link HubState.steppedMs}), in ms.
   */
  readonly reached?: readonly { readonly asked: string; readonly at: number }[];
  /** Ids and names of workspaces that it had access to and has lost, the last ones. */
  readonly once?: readonly string[];
  /** Ids of workspaces in which it had a role when they were deleted, the last ones. */
  readonly outlived?: readonly string[];
  /** The hub made it for its own sample agents. */
  readonly sample?: true;
  /** Made for `signalbox connect`: its first secret was made of this and a secret of the data directory. */
  readonly connectSalt?: string;
  /**
   * It was made for a client that logged in: what that calls itself, and the SHA-256 of its refresh token, absent once
   * the person gave the key another secret.
   */
  readonly login?: { readonly client: string; readonly refreshSha256?: string };
  /** The agents that it had last, the newest at the end; absent for none. */
  readonly agents?: readonly KnownAgent[];
  /** When it began a session last, or was used without one, and from which address; absent for never. */
  readonly lastUse?: {
    readonly at: number;
    readonly from: string;
    readonly session?: string;
    /** The name that the session's client gave itself, once known. */
    readonly client?: { readonly name: string; readonly version: string };
    /** The `User-Agent` of a request without a session. */
    readonly userAgent?: string;
  };
}

export interface WorkspaceState {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** The agent's key that made it; absent where a person did, and in states of earlier versions. */
  readonly createdBy?: string;
  /** Keys that have their role here from another agent: no person gave it, and they did not make the workspace. */
  readonly guests?: readonly string[];
  readonly intelligence: boolean;
  readonly quotaBytes: number;
  /** Sum of the sizes of all versions that are kept, those of deleted files included. */
  readonly usedBytes: number;
  /** Files that are there (not deleted). */
  readonly fileCount: number;
  /** Role by key id. */
  readonly roles: Readonly<Record<string, Role>>;
}

export interface SessionState {
  readonly id: string;
  readonly wire: Wire;
  readonly keyId: string;
  /** Its name under the key: see {@link KnownAgent}. Absent before the handshake, and in states of earlier versions. */
  readonly agent?: string;
  /** As {@link KnownAgent.named}. */
  readonly named?: true;
  /** The name as it was given, before it was counted. Absent in states of earlier versions, also of named ones. */
  readonly given?: string;
  readonly remote: string;
  readonly userAgent?: string;
  readonly openedAt: number;
  readonly status: 'opening' | 'ready' | 'dropped';
  /** Since when it is in this status. */
  readonly since: number;
  readonly dropReason?: string;
  readonly client?: {
    readonly name: string;
    readonly version: string;
    readonly protocolVersion: string;
    readonly capabilities: readonly string[];
  };
  /** URIs. */
  readonly subscriptions: readonly string[];
}

export interface LockWaiter {
  readonly waiterId: string;
  readonly keyId: string;
  readonly agent?: string;
  readonly sessionId?: string;
  readonly ttlMs: number;
  readonly since: number;
  readonly waitUntil: number;
  readonly reason?: string;
  readonly cause?: Cause;
}

/** A held lock; a free path has no entry. */
export interface LockState {
  readonly lockId: string;
  readonly workspace: string;
  readonly path: string;
  /** Who holds it: an agent. Its key may do with the token what the agent may. */
  readonly keyId: string;
  readonly agent?: string;
  readonly sessionId?: string;
  /** Seq of the `lock.acquired` that granted it. */
  readonly fence: number;
  readonly acquiredAt: number;
  readonly ttlMs: number;
  readonly expiresAt: number;
  readonly reason?: string;
  /** First in, first granted. */
  readonly waiters: readonly LockWaiter[];
}

/** A job that is not finished; finished ones are in the log's projection. */
export interface JobState {
  readonly id: string;
  readonly workspace: string;
  /** Name of a kind of job. */
  readonly kind: string;
  /** The file that it works on; absent, with `version`, where it works on a folder, or its arguments say all. */
  readonly fileId?: string;
  /** Of that file, or folder with a slash at its end; without one, of the file that it is to write. */
  readonly path: string;
  readonly version?: number;
  /** The kind's own arguments; absent where it has none. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Where the file goes that it writes, for kinds that write one. */
  readonly output?: JobTarget;
  /** Among the jobs of who asked for it; absent for one between the two. */
  readonly priority?: JobPriority;
  /** Id of the job that it follows. */
  readonly parent?: string;
  readonly attempt: number;
  /** How often the hub tried it again for causes that can pass, and why it does now; absent for never. */
  readonly retries?: {
    readonly count: number;
    /** Not before this, ms since the epoch. */
    readonly notBefore: number;
    readonly code: HubErrorCode;
    readonly message: string;
  };
  /** How often the hub's end cut it off since somebody asked for it; absent for never. */
  readonly interruptions?: number;
  readonly status: 'queued' | 'running';
  readonly requestedBy: Actor;
  readonly queuedAt: number;
  readonly startedAt?: number;
  /** Seq of its `job.queued`: the cause of all that it does. */
  readonly queuedSeq: number;
}

export interface UploadState {
  readonly id: string;
  readonly workspace: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256?: string;
  readonly mime?: string;
  readonly lockId?: string;
  readonly fence?: number;
  /** Where its bytes come from, if they are not sent: it is `import` of a file of this machine. */
  readonly source?: 'import';
  readonly startedBy: Actor;
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** An offer of a workspace's ownership. Of a workspace, the last ones that are over stay. */
export interface TransferState {
  readonly id: string;
  readonly workspace: string;
  /** The owner that made it. */
  readonly keyId: string;
  readonly tokenSha256: string;
  /** The one key that may claim it. */
  readonly toKeyId?: string;
  /** The maker's role after the claim; `none` for no role. */
  readonly keptRole: 'editor' | 'viewer' | 'none';
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly over?: { readonly how: 'claimed' | 'cancelled'; readonly at: number };
}

/** A direct download link to one version of a file. Of a workspace, the last ones that are over stay. */
export interface LinkState {
  readonly id: string;
  readonly workspace: string;
  readonly fileId: string;
  /** When the link was made. */
  readonly path: string;
  readonly version: number;
  readonly createdBy: Actor;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly maxUses?: number;
  /** Salt and scrypt hash. */
  readonly passwordHash?: string;
  readonly uses: number;
  readonly usedAt?: number;
  /** Tries by its address that got nothing, and the last of them; absent for none. */
  readonly refused?: {
    readonly tries: number;
    readonly why: LinkRefusal;
    readonly remote: string;
    readonly at: number;
  };
  readonly revokedAt?: number;
}

/**
 * What is live and bounded: the fold of the log, the same on the hub and in each dashboard.
 * Maps are changed in place; the values in them are replaced, never changed, so that a value
 * once read stays as it was.
 */
export interface HubState extends Readonly<Record<Collection, ReadonlyMap<string, unknown>>> {
  /** Seq of the last event applied; 0 before the first. */
  seq: number;
  /** `at` of that event: never goes back. */
  at: number;
  /** What the hub's clock showed at that event: before `at` once the clock was set back. */
  clockAt: number;
  /** By how much the clock was set, in all, as the log has it. */
  steppedMs: number;
  retention: RetentionState;
  readonly keys: KeyMap<KeyState>;
  readonly workspaces: WorkspaceMap<WorkspaceState>;
  /** Open and dropped sessions; closed ones are in the log's projection. */
  readonly sessions: SessionMap<SessionState>;
  /** By `placeKey`. */
  readonly locks: LockMap<LockState>;
  readonly jobs: Map<string, JobState>;
  readonly uploads: Map<string, UploadState>;
  readonly transfers: Map<string, TransferState>;
  readonly links: Map<string, LinkState>;
}

/** The state before the first event. */
export function emptyState(): HubState {
  return {
    seq: 0,
    at: 0,
    clockAt: 0,
    steppedMs: 0,
    retention: {},
    keys: new KeyMap<KeyState>(),
    workspaces: new WorkspaceMap<WorkspaceState>(),
    sessions: new SessionMap<SessionState>(),
    locks: new LockMap<LockState>(),
    jobs: new Map(),
    uploads: new Map(),
    transfers: new Map(),
    links: new Map(),
  } satisfies Record<Collection, unknown> & Pick<HubState, 'seq' | 'at' | 'clockAt' | 'steppedMs' | 'retention'>;
}
