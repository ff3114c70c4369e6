import type { KeyState, LockState, SessionState, WorkspaceState } from '../../../protocol/state.ts';
import { byPresence, isLive } from '../../presence.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import type { Role } from '../../../protocol/roles.ts';

export type KeyStatus = 'active' | 'suspended' | 'expired' | 'revoked';

export interface KeyRow {
  readonly key: KeyState;
  readonly status: KeyStatus;
  readonly roles: readonly { readonly workspace: WorkspaceState; readonly role: Role }[];
  /** Live ones first. */
  readonly sessions: readonly SessionState[];
}

export interface KeyFilter {
  readonly text: string;
  readonly status: KeyStatus | 'all';
}

/** Whether a key is valid at `now`. */
export function keyStatus(key: KeyState, now: number): KeyStatus {
  if (key.revokedAt !== undefined) return 'revoked';
  if (key.suspendedAt !== undefined) return 'suspended';
  return key.expiresAt !== undefined && key.expiresAt <= now ? 'expired' : 'active';
}

/** Keys with their roles and open sessions: active ones first, then the newest. */
export function keyRows(
  state: {
    readonly keys: ReadonlyMap<string, KeyState>;
    readonly workspaces: ReadonlyMap<string, WorkspaceState>;
    readonly sessions: ReadonlyMap<string, SessionState>;
  },
  filter: KeyFilter,
  now: number,
): readonly KeyRow[] {
  const sessions = Map.groupBy(state.sessions.values(), ({ keyId }) => keyId);
  const roles = new Map<string, KeyRow['roles'][number][]>();
  for (const workspace of state.workspaces.values()) {
    for (const [keyId, role] of Object.entries(workspace.roles)) {
      const of = roles.get(keyId) ?? [];
      of.push({ workspace, role });
      roles.set(keyId, of);
    }
  }
  const word = filter.text.trim().toLowerCase();
  const rows: KeyRow[] = [];
  for (const key of state.keys.values()) {
    const status = keyStatus(key, now);
    if (filter.status !== 'all' && filter.status !== status) continue;
    const row = {
      key,
      status,
      roles: roles.get(key.id) ?? [],
      sessions: (sessions.get(key.id) ?? []).sort(byPresence),
    };
    if (word === '' || mentions(row, word)) rows.push(row);
  }
  const order: Record<KeyStatus, number> = { suspended: 0, active: 0, expired: 1, revoked: 2 };
  return rows.sort((a, b) => order[a.status] - order[b.status] || b.key.createdAt - a.key.createdAt);
}

/**
 * When a key was seen last, by its state and what is known of its events: what the hub did with its sessions does not
 * count. What it did may have been removed from the log; its state has its last use. In ms since the epoch.
 */
export function lastSeenAt(
  key: Pick<KeyState, 'lastUse'> | undefined,
  events: Iterable<HubEvent | undefined>,
): number | undefined {
  let last = key?.lastUse?.at;
  for (const event of events) {
    const at = event && askedAt(event);
    if (at !== undefined) last = Math.max(last ?? 0, at);
  }
  return last;
}

/** When an agent asked for what an event tells: a call may wait long, also for one that has left. */
function askedAt(event: HubEvent): number | undefined {
  if (event.actor.kind !== 'agent' || event.type === 'lock.refused') return undefined;
  return event.type === 'tool.called' ? timeOf(event) - event.ms : timeOf(event);
}

/** Why no key is listed: there is none, the filter passes none, or all have their roles in other workspaces. */
export function whyNoKeys(keyCount: number, { text, status }: KeyFilter): 'none' | 'filtered' | 'elsewhere' {
  if (keyCount === 0) return 'none';
  return text.trim() !== '' || status !== 'all' ? 'filtered' : 'elsewhere';
}

/** Whether two rows of a key say the same. Workspaces change with each write; a row shows their names and the roles in them. */
export function isSameKeyRow(one: KeyRow, other: KeyRow): boolean {
  return (
    one.key === other.key &&
    one.status === other.status &&
    one.sessions.length === other.sessions.length &&
    one.sessions.every((session, at) => session === other.sessions[at]) &&
    one.roles.length === other.roles.length &&
    one.roles.every(({ workspace, role }, at) => {
      const now = other.roles[at];
      return role === now?.role && workspace.id === now.workspace.id && workspace.name === now.workspace.name;
    })
  );
}

function mentions({ key, roles }: KeyRow, word: string): boolean {
  return (
    key.name.toLowerCase().includes(word) ||
    key.id.includes(word) ||
    roles.some(({ workspace }) => workspace.name.toLowerCase().includes(word))
  );
}

/** What revoking a key would end now. */
export function endedBy(
  keyId: string,
  sessions: Iterable<SessionState>,
  locks: Iterable<LockState>,
): {
  readonly sessions: number;
  readonly dropped: number;
  readonly locks: readonly LockState[];
  readonly waits: number;
} {
  let open = 0;
  let dropped = 0;
  for (const session of sessions) {
    if (session.keyId !== keyId) continue;
    if (isLive(session)) open += 1;
    else dropped += 1;
  }
  const held: LockState[] = [];
  let waits = 0;
  for (const lock of locks) {
    if (lock.keyId === keyId) held.push(lock);
    for (const waiter of lock.waiters) if (waiter.keyId === keyId) waits += 1;
  }
  return { sessions: open, dropped, locks: held, waits };
}

/** {@link endedBy} as a sentence. */
export function endedWords(ended: ReturnType<typeof endedBy>): string {
  const parts = [
    count(ended.sessions, 'open session', 'open sessions', 'ends', 'end'),
    count(ended.dropped, 'dropped session', 'dropped sessions', 'is closed', 'are closed'),
    count(ended.locks.length, 'lock', 'locks', 'is released', 'are released'),
    count(ended.waits, 'wait for a lock', 'waits for locks', 'is refused', 'are refused'),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return 'Nobody is connected with it at the moment.';
  return `Within a second ${parts.join(', ')}.`;
}

function count(n: number, one: string, many: string, does: string, doMany: string): string | undefined {
  if (n === 0) return undefined;
  return n === 1 ? `1 ${one} ${does}` : `${n} ${many} ${doMany}`;
}
