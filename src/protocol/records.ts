import type { Role } from './roles.ts';
import { z } from 'zod';
import type { Actor } from './envelope.ts';
import type { StoredEvent } from './events.ts';
import type { FileOrigin } from './events/files.ts';
import type { JobOutputFile } from './events/jobs.ts';
import type { Traffic } from './events/sessions.ts';
import type { HubErrorCode } from './errors.ts';
import type { JobState, SessionState } from './state.ts';
import type { LogCut } from './retention-state.ts';

/** A page of a list; `nextCursor` is there when more follows. Cursors are opaque. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export const pageRequestSchema = z.strictObject({
  cursor: z.string().max(16_384).optional(),
  /** Each list has its default. */
  limit: z.number().int().min(1).max(1_000).optional(),
});
export type PageRequest = Readonly<z.infer<typeof pageRequestSchema>>;

/** The current version of a file, or the last one of a deleted file. */
export interface FileRecord {
  readonly id: string;
  readonly workspace: string;
  readonly path: string;
  readonly version: number;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** By content, then by name. */
  readonly mime: string;
  readonly source: FileOrigin;
  readonly writtenBy: Actor;
  readonly createdAt: number;
  readonly writtenAt: number;
  /** Seq of the event that made this version. */
  readonly seq: number;
  readonly deletedAt?: number;
}

/** A version of a file, as it was written. */
export interface FileVersion extends Pick<
  FileRecord,
  'version' | 'sha256' | 'sizeBytes' | 'mime' | 'source' | 'writtenBy' | 'writtenAt' | 'seq'
> {
  readonly fileId: string;
  /** The path that it was written to. */
  readonly path: string;
}

/** One level of the tree: folders first (with what is below them), then files. */
export interface FolderListing {
  readonly folders: readonly { readonly name: string; readonly fileCount: number; readonly sizeBytes: number }[];
  readonly files: readonly FileRecord[];
  readonly nextCursor?: string;
}

/** Every status of a job, in the order in which it may pass them. */
export const jobStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** Any job, finished or not. */
export type JobRecord = Omit<JobState, 'status'> & {
  /** 0 to 1 while it runs, from the last progress tick. */
  readonly fraction?: number;
  readonly log: readonly string[];
  /** In lists: the members that are cut short there. */
  readonly cut?: readonly ('input' | 'result' | 'log' | 'error')[];
} & (
    | { readonly status: 'queued' | 'running' }
    | {
        readonly status: 'succeeded';
        readonly finishedAt: number;
        readonly ms: number;
        readonly result: Record<string, unknown>;
        /** The file that it wrote. */
        readonly wrote?: JobOutputFile;
        /** Ids of the jobs that follow from it. */
        readonly children?: readonly string[];
      }
    | {
        readonly status: 'failed';
        readonly finishedAt: number;
        readonly ms: number;
        readonly error: { readonly code: HubErrorCode; readonly message: string };
      }
    | { readonly status: 'cancelled'; readonly finishedAt: number; readonly reason: string }
  );

/** A closed session. */
export type PastSession = Omit<SessionState, 'status'> & {
  readonly status: 'closed';
  readonly closedAt: number;
  readonly closeReason: string;
  readonly traffic: Traffic;
};

/** Filter of the audit log; all given parts must hold. */
export const auditQuerySchema = z.strictObject({
  ...pageRequestSchema.shape,
  /** Who did it: `human`, `hub`, a key id, or an agent of a key (`agentId`). */
  by: z.string().min(1).max(200).optional(),
  /** Whom it concerns, also if another did it; named like that. */
  involving: z.string().min(1).max(200).optional(),
  /** The session that did it, or to which it happened. */
  sessionId: z.string().min(1).max(200).optional(),
  /** Exact types (`lock.acquired`) or nouns (`lock`). */
  types: z.array(z.string().min(1).max(100)).max(100).readonly().optional(),
  workspace: z.string().min(1).max(200).optional(),
  /** With `workspace`: also the events of no workspace, such as those of sessions and keys. */
  orNone: z.literal(true).optional(),
  /** Ms since the epoch, inclusive. */
  from: z.number().optional(),
  /** Ms since the epoch, exclusive. */
  to: z.number().optional(),
  /** `desc` (default): newest first. */
  order: z.enum(['asc', 'desc']).optional(),
});
export type AuditQuery = Readonly<z.infer<typeof auditQuerySchema>>;

/** Effects of one event or frame that are read at most. */
export const MOST_EFFECTS_READ = 1_000;

export type AuditPage = Page<StoredEvent>;

/** What ids of jobs and sessions stand for. Those that nobody knows are left out. */
export interface NamedIds {
  /** By job id: the path that it is about. */
  readonly jobPaths: Readonly<Record<string, string>>;
  /** By session or job id: whose it is: an agent of a key (`agentId`), `human` or `hub`. */
  readonly owners: Readonly<Record<string, string>>;
}

/** That an agent was notified of a version of a file, and what it did then: a receipt of the Files screen. */
export interface FileReceipt {
  readonly keyId: string;
  /** The agent of that key; absent where its session had none yet. */
  readonly agent?: string;
  readonly sessionId: string;
  /** When the event was put on its stream, or into the result of a call. */
  readonly sentAt: number;
  /** The frame that carried it, or the request whose result did; empty where it came beside a prompt. */
  readonly sentFrame: string;
  /**
   * How it was notified: by a notification, by the result of whatever it called next, by a call that waited for it, or
   * beside its person's prompt.
   */
  readonly way: 'notified' | 'result' | 'wait' | 'prompt';
  /** When the bytes had been taken by the operating system for the agent's socket. */
  readonly receivedAt?: number;
  /**
   * Its reactions to this version until the next one: reads and other calls, jobs on the version, locks that it got
   * (not those that it released to others), files that it made from it.
   */
  readonly reactions: readonly StoredEvent[];
}

export interface NewKey {
  readonly keyId: string;
  /** Shown once; the hub keeps only its hash. */
  readonly secret: string;
}

/** A tool, and whether a key has it. */
export interface ToolReach {
  readonly name: string;
  readonly title: string;
  /** What a call does: `reads`, `adds`, `gives` (a token or an address) or `destroys`. */
  readonly effect: 'reads' | 'adds' | 'gives' | 'destroys';
  /** The least role that may call it. */
  readonly role: Role;
  /** `yes`; else what keeps it from the key: its policy, or its best role. */
  readonly has: 'yes' | 'policy' | 'role';
}

/** What a key reaches, by the code that its own calls are decided by. */
export interface KeySees {
  /** Why its requests are refused at present; absent where they are not. */
  readonly refused?: string;
  /** Every tool there is, in the order of `tools/list`. */
  readonly tools: readonly ToolReach[];
  /** Bytes of its `tools/list`. */
  readonly listBytes: number;
  /** Its first 50 workspaces, and how many it has. */
  readonly workspaces: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    readonly fileCount: number;
    /** Paths of its first files. */
    readonly files: readonly string[];
  }[];
  readonly workspaceCount: number;
}

/** A content that is not on the disk as it was written, with some of the versions that have it. */
export interface DamagedContent {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly problem: 'missing' | 'damaged' | 'unreadable';
  /** At most 20, by workspace (its name), path and number. */
  readonly versions: readonly {
    readonly workspace: string;
    readonly path: string;
    readonly version: number;
    readonly isDeleted: boolean;
  }[];
  readonly versionCount: number;
}

/** A part of the check of all contents; the next one begins at `nextCursor`. */
export interface ContentsCheck {
  /** Contents that kept versions have, each counted once. */
  readonly total: number;
  /** In this part. */
  readonly checked: number;
  readonly checkedBytes: number;
  readonly damaged: readonly DamagedContent[];
  readonly nextCursor?: string;
}

/**
 * How the check of the log went: of the hash chain from the first event to the last, and if that holds, of the
 * database around it: SQLite's own check, and the rows that were made from events. `damage` is what these found.
 * `events` is how many were checked and sound; with `cut`, those behind it, as the ones up to it were removed. `baseProblem`
 * is what is wrong with the file that has what those made; then the lists could not be compared.
 */
export type LogVerification =
  | {
      readonly ok: true;
      readonly events: number;
      readonly lastHash: string;
      readonly ms: number;
      readonly damage?: string;
      readonly cut?: LogCut;
      readonly baseProblem?: string;
    }
  | {
      readonly ok: false;
      readonly events: number;
      readonly badSeq: number;
      readonly problem: string;
      readonly ms: number;
      readonly cut?: LogCut;
    };

/** Events that a removal of the oldest ones takes, or would take: all up to `throughSeq`. */
export interface PrunedEvents {
  readonly throughSeq: number;
  readonly count: number;
  /** Of their JSON. */
  readonly sizeBytes: number;
  /** When the first and the last of them happened, as the log has it, in ms. */
  readonly from: number;
  readonly to: number;
}
