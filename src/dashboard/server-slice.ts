import type { HubPulse } from '../protocol/api.ts';
import type { WaitingLogin } from '../protocol/agent-login.ts';
import type { RefusedConnection } from '../protocol/refused-connection.ts';
import type { HubInfo } from '../protocol/open-answer.ts';
import type { HubEvent } from '../protocol/events.ts';
import type { Frame } from '../protocol/frames.ts';
import type { Collection } from '../protocol/collections.ts';
import { emptyState, type HubState } from '../protocol/state.ts';
import type { SessionPulse } from '../protocol/ticks.ts';
import type { Activity } from '../protocol/activity.ts';
import type { RetentionState } from '../protocol/retention-state.ts';

/** How the channel to the hub is. Only while it is `live`, and not quiet, is what is shown the truth: see {@link isUpToDate}. */
export type Connection =
  | { readonly status: 'connecting' }
  | {
      readonly status: 'live';
      readonly since: number;
      /** When the hub was last heard, if it is silent for longer than it ever is; ms of this machine's clock. */
      readonly quietSince?: number;
    }
  | {
      readonly status: 'reconnecting';
      /** When the connection went, ms of this machine's clock. */
      readonly since: number;
      readonly attempt: number;
      /** When the next try begins; undefined while one is under way. */
      readonly retryAt: number | undefined;
      readonly reason: string;
    }
  /** The hub wants a token that it knows. `message`: what was wrong with the one that was tried; empty if none was. */
  | { readonly status: 'unauthorized'; readonly message: string }
  /** The hub speaks another version of the contract: the page has to be loaded anew. */
  | { readonly status: 'outdated'; readonly hubVersion: string };

/** Whether what is shown is how it is now. */
export function isUpToDate(connection: Connection): boolean {
  return connection.status === 'live' && connection.quietSince === undefined;
}

export interface JobProgress {
  readonly fraction: number;
  readonly message?: string;
  readonly at: number;
}

/** The collections of the hub's state, to be read. */
type Collections = {
  readonly [C in Collection]: HubState[C] extends Map<string, infer Item> ? ReadonlyMap<string, Item> : never;
};

/** What the hub said. The maps are new objects when they changed, their values too. */
export interface ServerSlice extends Collections {
  readonly connection: Connection;
  readonly hub: HubInfo | undefined;
  /** Add to this machine's clock to get the hub's, ms. */
  readonly clockOffsetMs: number;
  readonly seq: number;
  /** How long the log is kept, and where it begins. */
  readonly retention: RetentionState;
  /** The last events of the log, oldest first. */
  readonly recent: readonly HubEvent[];
  /** The events of the newest batch: a new array with each batch. */
  readonly latest: readonly HubEvent[];
  /** Grows when a snapshot took the place of what was here: pages fetched before may miss something. */
  readonly resets: number;
  /** By key id: the last thing that each agent did. */
  readonly lastActions: ReadonlyMap<string, HubEvent>;
  /** By key id. */
  readonly activity: ReadonlyMap<string, Activity>;
  /** Since when activity is counted, ms by the hub's clock; undefined: since the first of `recent`. */
  readonly activitySince: number | undefined;
  /** By {@link changeKey}: seq of the last event of a noun in a workspace, or in none. */
  readonly changes: ReadonlyMap<string, number>;
  readonly jobProgress: ReadonlyMap<string, JobProgress>;
  /** By job id, of the jobs that were queued lately: the path that each is about. */
  readonly jobPaths: ReadonlyMap<string, string>;
  /** By session or job id, of those that are there or were lately: whose each is, as the audit's queries name them. */
  readonly owners: ReadonlyMap<string, string>;
  /** By key id: names of keys that were revoked so long ago that {@link Collections} has them no more. */
  readonly pastKeyNames: ReadonlyMap<string, string>;
  /** By job id: lines heard while it runs. */
  readonly jobLogs: ReadonlyMap<string, readonly string[]>;
  /** By upload id: bytes that have arrived. */
  readonly uploadProgress: ReadonlyMap<string, number>;
  /** By session id. */
  readonly pulses: ReadonlyMap<string, SessionPulse>;
  readonly hubPulse: HubPulse | undefined;
  /** Who tried to connect and was refused, the last tried first. */
  readonly refused: readonly RefusedConnection[];
  /** Clients that want to log in and wait for the person, the oldest first. */
  readonly logins: readonly WaitingLogin[];
  /** By session id, of the sessions that are watched: their last frames, oldest first. */
  readonly frames: ReadonlyMap<string, readonly Frame[]>;
}

/** Where {@link ServerSlice.changes} has the last change of, say, the files of a workspace, or the sessions, which are of none. */
export function changeKey(noun: string, workspace: string | undefined): string {
  return `${noun} ${workspace ?? ''}`;
}

const { at: _at, clockAt: _clockAt, steppedMs: _steppedMs, ...nothingYet } = emptyState();

export const emptyServerSlice: ServerSlice = {
  ...nothingYet,
  connection: { status: 'connecting' },
  hub: undefined,
  clockOffsetMs: 0,
  recent: [],
  latest: [],
  resets: 0,
  lastActions: new Map(),
  activity: new Map(),
  activitySince: undefined,
  changes: new Map(),
  jobProgress: new Map(),
  jobPaths: new Map(),
  owners: new Map(),
  pastKeyNames: new Map(),
  jobLogs: new Map(),
  uploadProgress: new Map(),
  pulses: new Map(),
  hubPulse: undefined,
  refused: [],
  logins: [],
  frames: new Map(),
};
