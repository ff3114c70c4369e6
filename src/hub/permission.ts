import { HubError } from '../protocol/errors.ts';
import type { Actor } from '../protocol/envelope.ts';
import { roleAtLeast, type Role } from '../protocol/roles.ts';
import type { HubState, KeyState, WorkspaceState } from '../protocol/state.ts';

/**
 * Whether an actor has at least a role in a workspace (given by its id): undefined if so, else `forbidden`. People
 * and the hub itself may do anything. Without any role the answer is `not_found`, letter by letter as for a workspace
 * that never was, which is named as the caller named it (`calledHere`).
 */
export function requireRole(
  state: HubState,
  actor: Actor,
  workspace: string,
  need: Role,
  calledHere = workspace,
): HubError | undefined {
  const found = state.workspaces.get(workspace);
  if (actor.kind !== 'agent') return found ? undefined : unknownWorkspace(state, actor, calledHere);
  const barred = barredKey(state.keys.get(actor.key));
  if (barred) return barred;
  const have = found?.roles[actor.key];
  if (!found || have === undefined) return unknownWorkspace(state, actor, calledHere);
  return roleAtLeast(have, need) ? undefined : lacksRole(found.name, have, need);
}

/** Why a key may do nothing: of the revoked ones only the last are known. */
function barredKey(key: KeyState | undefined): HubError | undefined {
  if (!key || key.revokedAt !== undefined) return revoked();
  return key.suspendedAt === undefined ? undefined : suspended(key);
}

/** Whether an actor may know that a workspace exists: agents need a role in it. */
export function seesWorkspace(actor: Actor, { roles }: Pick<WorkspaceState, 'roles'>): boolean {
  return actor.kind !== 'agent' || roles[actor.key] !== undefined;
}

/** The greatest role that a key has in any workspace; undefined when it has none. */
export function bestRole(state: HubState, keyId: string): Role | undefined {
  let best: Role | undefined;
  for (const { roles } of state.workspaces.of(keyId)) {
    const role = roles[keyId];
    if (role !== undefined && !roleAtLeast(best, role)) best = role;
  }
  return best;
}

/**
 * Whether an actor may do something that is about no existing workspace: undefined when its key is in use and its best
 * role anywhere is at least `need`, else `key_revoked`, `key_suspended` or `forbidden`. A key without any role may: otherwise it could never get
 * one by itself.
 */
export function requireBestRole(state: HubState, actor: Actor, need: Role): HubError | undefined {
  if (actor.kind !== 'agent') return undefined;
  const barred = barredKey(state.keys.get(actor.key));
  if (barred) return barred;
  const best = bestRole(state, actor.key);
  if (best === undefined || roleAtLeast(best, need)) return undefined;
  return new HubError(
    'forbidden',
    `This needs the role ${need} in some workspace; this key is only ${best}. Ask an owner or the person at the desk.`,
    { details: { role: best, needs: need } },
  );
}

/**
 * The workspace with this id or name, of those that the actor sees; without one, its only workspace. Those to which
 * another agent added a key stand behind its own: they change nothing of how its calls are understood. Answers the same
 * `not_found` for a workspace that is not granted and one that does not exist, and `invalid_argument` for a name that
 * two of them have.
 */
export function resolveWorkspace(
  state: HubState,
  actor: Actor,
  idOrName: string | undefined,
): WorkspaceState | HubError {
  if (idOrName === undefined) return onlyWorkspace(state, actor);
  const byId = state.workspaces.get(idOrName);
  if (byId && seesWorkspace(actor, byId)) return requireRole(state, actor, byId.id, 'viewer') ?? byId;
  const [found, another] = workspacesNamed(state, actor, idOrName);
  if (!found) return unknownWorkspace(state, actor, idOrName);
  if (another) return ambiguous(state, actor, idOrName);
  return requireRole(state, actor, found.id, 'viewer') ?? found;
}

/** The workspace with this id or name, granted or not: for the log, which agents do not see. */
export function workspaceCalled({ workspaces }: HubState, idOrName: string): WorkspaceState | undefined {
  return workspaces.get(idOrName) ?? workspaces.named(idOrName).find(({ name }) => name === idOrName);
}

/**
 * The workspaces of this name that an actor sees. A key's own are looked through, however many others have the name:
 * the time that a refusal takes must not tell of them.
 */
function workspacesNamed({ workspaces }: HubState, actor: Actor, wanted: string): readonly WorkspaceState[] {
  // Names are stored in NFC; older logs stored them as given.
  const normal = wanted.normalize('NFC');
  const named =
    actor.kind === 'agent'
      ? workspaces.of(actor.key).filter(({ name }) => name.normalize('NFC') === normal)
      : workspaces.named(wanted);
  const exact = named.filter(({ name }) => name === wanted);
  const found = exact.length > 0 ? exact : named;
  const own = ownOf(actor, found);
  return own.length > 0 ? own : found;
}

/** The workspaces in which the actor has a role that no other agent gave it. */
function ownOf(actor: Actor, workspaces: readonly WorkspaceState[]): readonly WorkspaceState[] {
  return actor.kind === 'agent' ? workspaces.filter(({ guests }) => guests?.includes(actor.key) !== true) : workspaces;
}

/** Workspaces that an actor may read, in the order in which they were made. */
export function workspacesOf(state: HubState, actor: Actor): readonly WorkspaceState[] {
  return actor.kind === 'agent' ? state.workspaces.of(actor.key) : [...state.workspaces.values()];
}

/** The key with this secret (given by its hash), or `unauthorized`, `key_revoked`, `key_suspended`, `key_expired`. */
export function authenticate(state: HubState, secretSha256: string, now: number): KeyState | HubError {
  const key = state.keys.withHash(secretSha256);
  if (!key) {
    return new HubError(
      'unauthorized',
      'Unknown key. Ask the person at the desk for one (Keys screen) and send it as "Authorization: Bearer sbx_…".',
    );
  }
  if (key.revokedAt !== undefined) return revoked();
  if (key.suspendedAt !== undefined) return suspended(key);
  if (key.expiresAt !== undefined && key.expiresAt <= now) {
    return new HubError(
      'key_expired',
      `The key ${key.name} expired at ${new Date(key.expiresAt).toISOString()}. Ask for a new one.`,
    );
  }
  return isSecretGood(key, secretSha256, now) ? key : replaced(key);
}

/** Whether a secret of a key is its newest one, or the one before within its grace time. */
export function isSecretGood({ secretSha256, oldSecret }: KeyState, sha256: string, now: number): boolean {
  return sha256 === secretSha256 || (sha256 === oldSecret?.sha256 && now < oldSecret.until);
}

function onlyWorkspace(state: HubState, actor: Actor): WorkspaceState | HubError {
  const mine = workspacesOf(state, actor);
  const own = ownOf(actor, mine);
  const [only, another] = own.length > 0 ? own : mine;
  if (only && !another) return only;
  if (!only) {
    return new HubError(
      'invalid_argument',
      'No workspace is granted to you. Make one with workspace_create, or ask for a role in one.',
    );
  }
  return new HubError('invalid_argument', `Say which workspace: ${namesOf(mine)}.`, {
    details: { workspaces: mine.slice(0, MOST_NAMES).map(({ name }) => name) },
  });
}

function unknownWorkspace(state: HubState, actor: Actor, name: string): HubError {
  const asked = name.slice(0, MOST_REPEATED).toWellFormed();
  const mine = workspacesOf(state, actor).toSorted(likeliest(asked));
  const instead = mine.length === 0 ? 'None is granted to you.' : `There is ${namesOf(mine)}.`;
  return new HubError('not_found', `There is no workspace ${asked}. ${instead}`, {
    details: { workspace: asked, workspaces: mine.slice(0, MOST_NAMES).map(({ name }) => name) },
  });
}

/** Characters of a name that a refusal repeats. */
const MOST_REPEATED = 200;

/** Workspaces that a refusal names: a key may have thousands. */
const MOST_NAMES = 10;

function namesOf(workspaces: readonly WorkspaceState[]): string {
  const more = workspaces.length - MOST_NAMES;
  const names = workspaces
    .slice(0, MOST_NAMES)
    .map(({ name }) => name)
    .join(', ');
  return more > 0 ? `${names} and ${more} more; workspace_list names them all` : names;
}

/** Sorts names that begin with the asked one first, then those that contain it. */
function likeliest(asked: string): (a: WorkspaceState, b: WorkspaceState) => number {
  const wanted = asked.toLowerCase();
  const rank = ({ name }: WorkspaceState): number => {
    const at = name.toLowerCase().indexOf(wanted);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  return (a, b) => rank(a) - rank(b);
}

function replaced({ name, oldSecret }: KeyState): HubError {
  return new HubError(
    'key_expired',
    `The key ${name} was given a new secret, and this one ended at ${new Date(oldSecret?.until ?? 0).toISOString()}. Use the new one, or ask the person at the desk.`,
  );
}

function suspended({ suspendedByPerson }: KeyState): HubError {
  if (suspendedByPerson) {
    return new HubError(
      'key_suspended',
      'The person at the desk has suspended this key. Stop, and ask them; they can lift that (Keys screen, or "signalbox keys resume").',
    );
  }
  return new HubError(
    'key_suspended',
    'This key is suspended, because it reached for several workspaces that it was never granted. The person at the desk can lift that (Keys screen, or "signalbox keys resume"). Do not try other names.',
  );
}

function revoked(): HubError {
  return new HubError('key_revoked', 'This key has been revoked. Ask the person at the desk for a new one.');
}

function ambiguous(state: HubState, actor: Actor, name: string): HubError {
  const ids = workspacesNamed(state, actor, name).map(({ id }) => id);
  return new HubError(
    'invalid_argument',
    `Several workspaces are called ${name}. Say which by its id: ${ids.join(', ')}.`,
    {
      details: { workspaces: ids },
    },
  );
}

function lacksRole(name: string, have: Role, need: Role): HubError {
  return new HubError(
    'forbidden',
    `This needs the role ${need} in the workspace ${name}; this key is ${have} there. Ask an owner or the person at the desk.`,
    {
      details: { workspace: name, role: have, needs: need },
    },
  );
}
