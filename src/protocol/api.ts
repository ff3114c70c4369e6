import type { Frame, FrameDetail } from './frames.ts';
import type { HubEvent, StoredEvent } from './events.ts';
import type { LocalFile } from './local-file.ts';
import type {
  AuditPage,
  AuditQuery,
  FileReceipt,
  FileRecord,
  FileVersion,
  FolderListing,
  JobRecord,
  LogVerification,
  Page,
  PageRequest,
  PastSession,
} from './records.ts';
import type { Role } from './roles.ts';
import type { StateSnapshot } from './snapshot.ts';
import type { Tick } from './ticks.ts';

/** Facts about the hub that do not change while it runs. */
export interface HubInfo {
  readonly protocolVersion: number;
  readonly productVersion: string;
  /** Random per launch; frames and pulses of another launch are not there any more. */
  readonly launchId: string;
  /** Identifies the log: a replica of another log must not be continued. */
  readonly logId: string;
  readonly startedAt: number;
  /** Where agents connect, e.g. `http://127.0.0.1:7337`. */
  readonly url: string;
  readonly dataDir: string;
  readonly node: string;
  /** Whether {@link HubApi.sampleAgentsStart} can work in this host. */
  readonly sampleAgents: boolean;
  /** Whether files can be handed over by path (Electron). */
  readonly localPaths: boolean;
}

/** The first answer on a channel: everything, or just what was missed. */
export type OpenAnswer = { readonly hub: HubInfo; readonly now: number } & (
  | { readonly kind: 'snapshot'; readonly state: StateSnapshot; readonly recent: readonly HubEvent[] }
  | { readonly kind: 'events'; readonly events: readonly HubEvent[] }
);

/** Storage as the status bar shows it: after a failed write the hub only reads. */
export type StorageHealth =
  | { readonly status: 'ok' }
  | { readonly status: 'failed'; readonly since: number; readonly message: string };

/** Frames and traffic per second over the last second, all sessions together. */
export interface HubPulse {
  readonly at: number;
  readonly framesPerSecond: number;
  readonly eventsPerSecond: number;
  readonly storage: StorageHealth;
}

export interface NewKey {
  readonly keyId: string;
  /** Shown once; the hub keeps only its hash. */
  readonly secret: string;
}

/**
 * What the dashboard may ask. Every call answers only when what it saw is on disk, and rejects
 * with a HubError in its wire form.
 */
export interface HubApi {
  /**
   * Begins the pushes. With `since` of the same log, answers the events after it; else (or when
   * they are more than 5,000) a snapshot with the last 500 events.
   */
  open(since?: { readonly logId: string; readonly seq: number }): Promise<OpenAnswer>;

  auditPage(query: AuditQuery): Promise<AuditPage>;
  event(seq: number): Promise<StoredEvent>;
  /** The chain of causes of an event, nearest first: events, and at its end a frame if it is still kept. */
  causes(seq: number): Promise<{ readonly events: readonly StoredEvent[]; readonly frame?: Frame }>;
  /** Events whose cause is this frame or event. */
  effects(cause: string | number): Promise<readonly StoredEvent[]>;
  verifyLog(): Promise<LogVerification>;

  pastSessions(request: PageRequest): Promise<Page<PastSession>>;
  closeSession(sessionId: string): Promise<void>;
  /** The frames kept of a session, oldest first, and from now on its new ones as pushes. */
  watchFrames(sessionId: string): Promise<readonly Frame[]>;
  unwatchFrames(sessionId: string): Promise<void>;
  frame(frameId: string): Promise<FrameDetail>;

  /** `folder` is `''` for the top, else `a/b`. */
  folder(workspace: string, folder: string, request: PageRequest): Promise<FolderListing>;
  deletedFiles(workspace: string, request: PageRequest): Promise<Page<FileRecord>>;
  /** The file at a path; a deleted one too, with `deletedAt`. */
  file(workspace: string, path: string): Promise<FileRecord>;
  findFiles(workspace: string, glob: string, request: PageRequest): Promise<Page<FileRecord>>;
  fileVersions(fileId: string, request: PageRequest): Promise<Page<FileVersion>>;
  fileReceipts(fileId: string, version: number): Promise<readonly FileReceipt[]>;
  fileMove(workspace: string, from: string, to: string): Promise<FileRecord>;
  fileCopy(workspace: string, from: string, to: string): Promise<FileRecord>;
  /** `fileId` says which file is meant where deleted ones share the path; without it, the one that is there. */
  fileDelete(workspace: string, path: string, purge: boolean, fileId?: string): Promise<void>;
  fileRestore(workspace: string, path: string, version: number, fileId?: string): Promise<FileRecord>;
  /** Electron only: the files at paths of this machine, those in folders included, each with what forbids to take it. */
  localFiles(paths: readonly string[]): Promise<readonly LocalFile[]>;
  /** Electron only: opens an upload whose content is a file of this machine. */
  localUploadBegin(workspace: string, path: string, file: string): Promise<{ readonly uploadId: string }>;
  /** Electron only: has the hub read the content; resolves when the file is written. Ended by {@link uploadCancel}. */
  localUploadSend(uploadId: string): Promise<void>;

  lockForceRelease(workspace: string, path: string, lockId: string): Promise<void>;

  /** Newest first; with `status` only the jobs in it. */
  jobs(
    request: PageRequest & { readonly workspace?: string; readonly status?: JobRecord['status'] },
  ): Promise<Page<JobRecord>>;
  job(jobId: string): Promise<JobRecord>;
  /** Queues a job on a file. `kind` is a kind's name, `input` its own arguments, as its form gives them. */
  jobQueue(request: {
    readonly workspace: string;
    readonly kind: string;
    readonly path: string;
    /** The newest when left out. */
    readonly version?: number;
    readonly input?: Readonly<Record<string, unknown>>;
  }): Promise<{ readonly jobId: string }>;
  jobCancel(jobId: string): Promise<void>;
  jobRetry(jobId: string): Promise<{ readonly jobId: string }>;
  uploadCancel(uploadId: string): Promise<void>;

  keyCreate(input: {
    readonly name: string;
    readonly expiresAt?: number;
    readonly roles: Readonly<Record<string, Role>>;
  }): Promise<NewKey>;
  keyRevoke(keyId: string): Promise<void>;
  memberSet(workspace: string, keyId: string, role: Role): Promise<void>;
  memberRemove(workspace: string, keyId: string): Promise<void>;
  /** Whether {@link takeFirstKey} still has a key to give. */
  hasFirstKey(): Promise<boolean>;
  /** The owner key of the first launch, until somebody has taken it; then undefined for ever. */
  takeFirstKey(): Promise<NewKey | undefined>;

  workspaceCreate(name: string): Promise<{ readonly workspace: string }>;
  workspaceUpdate(
    workspace: string,
    change: { readonly name?: string; readonly quotaBytes?: number; readonly intelligence?: boolean },
  ): Promise<void>;
  /** `confirm` is the workspace's name. */
  workspaceDelete(workspace: string, confirm: string): Promise<void>;

  /** Starts the three scripted agents in a workspace; they get a key of their own each. */
  sampleAgentsStart(workspace: string): Promise<void>;
  sampleAgentsStop(): Promise<void>;
  sampleAgentsRunning(): Promise<boolean>;
}

/** What the hub tells a dashboard. Pushes are never answered. */
export interface DashboardApi {
  /** In order and without gaps; each is on disk. */
  events(events: readonly HubEvent[]): void;
  ticks(ticks: readonly Tick[]): void;
  frames(sessionId: string, frames: readonly Frame[]): void;
  pulse(pulse: HubPulse): void;
}

/**
 * A two-way pipe of structured-clonable messages: a WebSocket (JSON text) in a browser,
 * a MessagePort in Electron.
 */
export interface Channel {
  post(message: unknown): void;
  on(listener: (message: unknown) => void): () => void;
  onClose(listener: (reason: string) => void): () => void;
  close(): void;
}
