import type { LoginNews } from './agent-login.ts';
import type { Frame } from './frames.ts';
import type { RecorderHealth } from './frame-record.ts';
import type { HubEvent } from './events.ts';
import { auditCalls } from './calls/audit.ts';
import type { ServerCalls, ClientCalls } from './calls/define-call.ts';
import { clientCalls } from './calls/clients.ts';
import { connectionCalls } from './calls/connection.ts';
import { fileCalls } from './calls/files.ts';
import { frameCalls, frameTailCalls, type TailPush } from './calls/frames.ts';
import { jobCalls } from './calls/jobs.ts';
import { knowledgeCalls } from './calls/knowledge.ts';
import { keyCalls } from './calls/keys.ts';
import { limitCalls } from './calls/limits.ts';
import { linkCalls } from './calls/links.ts';
import { localFileCalls } from './calls/local-files.ts';
import { loginCalls } from './calls/logins.ts';
import { lockCalls } from './calls/locks.ts';
import { pastCalls } from './calls/past.ts';
import { recorderCalls } from './calls/recorder.ts';
import { sampleAgentCalls } from './calls/sample-agents.ts';
import { frameWatchCalls, sessionCalls } from './calls/sessions.ts';
import { transferCalls } from './calls/transfers.ts';
import { workspaceCalls } from './calls/workspaces.ts';
import type { RefusedNews } from './refused-connection.ts';
import type { Tick } from './ticks.ts';

/** Every call of the hub. To add one, describe it in its noun's file of `calls/`. */
export const hubCalls = {
  ...connectionCalls,
  ...auditCalls,
  ...pastCalls,
  ...sessionCalls,
  ...frameWatchCalls,
  ...frameCalls,
  ...frameTailCalls,
  ...recorderCalls,
  ...fileCalls,
  ...localFileCalls,
  ...lockCalls,
  ...jobCalls,
  ...knowledgeCalls,
  ...keyCalls,
  ...loginCalls,
  ...clientCalls,
  ...limitCalls,
  ...workspaceCalls,
  ...transferCalls,
  ...linkCalls,
  ...sampleAgentCalls,
};

/**
 * What the dashboard may ask: calls with one object of named parts. Every call answers only when what
 * it saw is on disk, and rejects with a HubError in its wire form.
 */
export type HubApi = ClientCalls<typeof hubCalls>;

/** {@link HubApi} as the hub implements it. */
export type HubAnswers = ServerCalls<typeof hubCalls>;

/**
 * Storage as the status bar shows it: after a failed write the hub only reads. `contents` says why contents of files
 * stay in the log for now: the disk takes the log, and no files.
 */
export type StorageHealth =
  | { readonly status: 'ok'; readonly contents?: string | undefined }
  | { readonly status: 'failed'; readonly since: number; readonly message: string };

/** Frames and traffic per second over the last second, all sessions together. */
export interface HubPulse {
  readonly at: number;
  readonly framesPerSecond: number;
  readonly eventsPerSecond: number;
  readonly storage: StorageHealth;
  /** Whether the wires are recorded; absent where the hub has just begun. */
  readonly recorder?: RecorderHealth;
}

/** What the hub pushes to a dashboard. Pushes have no answer. */
export interface DashboardApi {
  /** In order and without gaps; each is on disk. */
  events(events: readonly HubEvent[]): void;
  ticks(ticks: readonly Tick[]): void;
  frames(added: { readonly sessionId: string; readonly frames: readonly Frame[] }): void;
  /** Recorded frames for a channel that asked for the tail (`tailFrames`). */
  tail(push: TailPush): void;
  pulse(pulse: HubPulse): void;
  /** Who tried to connect and was refused: all with the opening, then what changes, within a second. */
  refused(news: RefusedNews): void;
  /** The clients that want to log in, and wait for the person: with the opening, and again within a second of a change. */
  logins(news: LoginNews): void;
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
