import { HubError } from '../protocol/errors.ts';
import type { Actor } from '../protocol/envelope.ts';

/** What a limit counts by: each agent's key, each workspace, each session or lock or request, or the whole hub. */
export type LimitScope = 'key' | 'workspace' | 'one' | 'hub';

interface LimitRow {
  readonly scope: LimitScope;
  readonly value: number;
  /** What is counted, in the plural: "open uploads". */
  readonly what: string;
  /** What to do where it is reached. */
  readonly instead: string;
  /** Set where room comes by itself: when to try again, in ms. */
  readonly retryMs?: number;
}

const MIB = 1024 * 1024;

const key = (value: number, what: string, instead: string, retryMs?: number) =>
  row('key', value, what, instead, retryMs);
const workspace = (value: number, what: string, instead: string, retryMs?: number) =>
  row('workspace', value, what, instead, retryMs);
const one = (value: number, what: string, instead: string, retryMs?: number) =>
  row('one', value, what, instead, retryMs);
const hub = (value: number, what: string, retryMs = 60_000) =>
  row('hub', value, what, 'try again later, or ask the person at the desk', retryMs);

/**
 * Every limit of what agents make or have at the same time, with its default. A key's share is well below what the hub
 * takes in all. `--limit name=value` and {@link limitsWith} change one; the guide and the settings list them.
 */
export const limitTable = {
  'sessions-per-key': key(
    500,
    'sessions on /sse and /mcp',
    'the one that has been idle longest is closed for a new one; while all are in use, close some',
    10_000,
  ),
  'stateless-sessions-per-key': key(
    128,
    'clients of the stateless wire',
    'the one that has been idle longest is closed for a new one; while all are in use, close some',
    10_000,
  ),
  'agents-per-key': key(
    100,
    'names of agents that are kept',
    'the one that has been away longest is forgotten for a new one',
  ),
  sessions: hub(20_000, 'sessions'),
  'subscriptions-per-session': one(
    1_000,
    'subscriptions of a session',
    'end some, or subscribe to the events of the workspace, which tell of all its files',
  ),
  'subscriptions-per-key': key(
    10_000,
    'subscriptions',
    'end some, or subscribe to the events of the workspace, which tell of all its files',
  ),
  'listens-per-key': key(256, 'listen streams', 'close one, or listen to several URIs on one stream'),
  'uris-per-listen': one(
    1_000,
    'URIs of a listen request',
    'listen to the events of the workspace, which tell of all its files',
  ),
  'calls-per-key': key(1_000, 'calls under way', 'wait for answers before you ask more', 1_000),
  'waits-per-key': key(500, 'calls that wait', 'wait for several types of event in one call, or cancel some', 10_000),
  waits: hub(10_000, 'calls that wait'),
  'locks-per-key': key(
    1_000,
    'held locks',
    'release some with lock_release, or lock a folder (a path ending in /)',
    10_000,
  ),
  'locks-per-workspace': workspace(5_000, 'held locks', 'release some, or lock a folder (a path ending in /)', 10_000),
  locks: hub(20_000, 'held locks'),
  'lock-waits-per-key': key(200, 'places in queues for locks', 'wait for some first, or cancel some', 10_000),
  'waits-per-lock': one(500, 'calls that wait for one lock', 'do other work first, and try again', 10_000),
  'uploads-per-key': key(100, 'open uploads', 'finish some, or cancel some with upload_cancel'),
  'uploads-per-workspace': workspace(400, 'open uploads', 'finish some, or cancel some with upload_cancel', 60_000),
  uploads: hub(1_000, 'open uploads'),
  'jobs-per-key': key(1_000, 'unfinished jobs', 'wait for some with job_wait, or cancel some with job_cancel', 10_000),
  'jobs-per-workspace': workspace(
    4_000,
    'unfinished jobs',
    'wait for some with job_wait, or cancel some with job_cancel',
    10_000,
  ),
  jobs: hub(10_000, 'unfinished jobs'),
  'workspaces-per-key': key(
    100,
    'workspaces that it made',
    'delete one with workspace_delete, or ask the person at the desk to make it',
  ),
  'transfers-per-workspace': workspace(
    5,
    'open offers of ownership',
    'withdraw one with transfer_cancel, or wait until it is claimed',
  ),
  'links-per-workspace': workspace(
    200,
    'open download links',
    'revoke one with link_revoke, or wait until one has expired',
  ),
  'stream-bytes-per-key': key(
    32 * MIB,
    'bytes that wait on its streams',
    'read faster, or open fewer streams: the stream with most is ended',
  ),
  'unread-bytes-per-key': key(16 * MIB, 'bytes of answers that wait on connections', 'read your answers', 1_000),
  // More than one stream may leave unread, or what it leaves would be lost at the return.
  'kept-bytes-per-key': key(
    32 * MIB,
    'bytes of answers kept for a return',
    'read your answers: the oldest of its largest session is let go',
  ),
  'write-bytes-per-key': key(
    32 * MIB,
    'bytes of contents that wait for the disk',
    'wait for the answers of its writes, or send large files with upload_create',
    1_000,
  ),
  'write-bytes-in-all': hub(256 * MIB, 'bytes of contents that wait for the disk', 1_000),
} as const satisfies Readonly<Record<string, LimitRow>>;

export type LimitName = keyof typeof limitTable;
export type Limits = Readonly<Record<LimitName, number>>;

/** All names, in the order of the table. */
export const limitNames = Object.keys(limitTable) as readonly LimitName[];

/** Of the limits that one key or workspace cannot exceed, the largest that may be set. */
const MOST = 1_000_000_000;

/** The limits, with some other than usual. @throws HubError `invalid_argument` for an unknown name or a value that is none */
export function limitsWith(changed: Readonly<Record<string, number>> = {}): Limits {
  for (const [name, value] of Object.entries(changed)) {
    if (!Object.hasOwn(limitTable, name)) {
      throw new HubError('invalid_argument', `There is no limit ${name}. There are ${limitNames.join(', ')}.`);
    }
    if (!Number.isSafeInteger(value) || value < 1 || value > MOST) {
      throw new HubError('invalid_argument', `The limit ${name} is a whole number from 1 to ${MOST}.`);
    }
  }
  return Object.fromEntries(limitNames.map((name) => [name, changed[name] ?? limitTable[name].value])) as Limits;
}

/** What a limit is for, in words: `each key: 100 open uploads`. Values in bytes are in MiB. */
export function limitWords(name: LimitName, value: number): string {
  const { scope, what } = limitTable[name];
  const of = { key: 'each key', workspace: 'each workspace', one: '', hub: 'the hub' }[scope];
  const amount = what.startsWith('bytes ') ? `${Math.ceil(value / MIB)} Mi${what}` : `${value} ${what}`;
  return of === '' ? amount : `${of}: ${amount}`;
}

/** `limit_reached`: says what to do. How much the whole hub takes is only for the person to know. */
export function limitReached(limits: Limits, name: LimitName, actor?: Actor): HubError {
  const { scope, what, instead, retryMs }: LimitRow = limitTable[name];
  const retry = retryMs === undefined ? {} : { retryAfterMs: retryMs };
  if (scope === 'hub' && actor?.kind !== 'human') {
    return new HubError('limit_reached', `The hub takes no more ${what} now: ${instead}.`, retry);
  }
  const value = limits[name];
  const full =
    scope === 'one'
      ? `There may be at most ${value} ${what}`
      : `${{ key: 'This key', workspace: 'This workspace', hub: 'The hub' }[scope]} has ${value} ${what}, as many as it may have`;
  return new HubError('limit_reached', `${full}: ${instead}.`, {
    ...retry,
    details: { limit: name, value },
  });
}

function row(scope: LimitScope, value: number, what: string, instead: string, retryMs?: number): LimitRow {
  return { scope, value, what, instead, ...(retryMs === undefined ? {} : { retryMs }) };
}
