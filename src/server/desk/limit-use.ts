import type { LimitName } from '../../hub/limits.ts';
import type { LimitUse } from '../../protocol/calls/limits.ts';
import type { Actor } from '../../protocol/envelope.ts';
import { isLinkOver } from '../../protocol/link-over.ts';
import type { HubState } from '../../protocol/state.ts';
import type { InUse } from '../in-use.ts';
import { STATELESS } from '../../protocol/wire-names.ts';

/** Limits of one request, and of bytes that are gone in a moment: they have no line here. */
type Uncounted =
  | 'uris-per-listen'
  | 'unread-bytes-per-key'
  | 'kept-bytes-per-key'
  | 'write-bytes-per-key'
  | 'write-bytes-in-all';

/** For each limit of live things: the amount of the key or workspace that has most. */
export function limitUse(
  state: HubState,
  inUse: InUse,
  now: number,
): Readonly<Record<Exclude<LimitName, Uncounted>, LimitUse>> {
  const sessions = [...state.sessions.values()];
  const locks = [...state.locks.values()];
  const uploads = [...state.uploads.values()];
  const jobs = [...state.jobs.values()];
  const sessionsOf = (isStateless: boolean): LimitUse =>
    most(
      sessions.filter(({ wire }) => (wire === STATELESS) === isStateless),
      ({ keyId }) => keyId,
    );
  return {
    'sessions-per-key': sessionsOf(false),
    'stateless-sessions-per-key': sessionsOf(true),
    'agents-per-key': most(
      state.keys.values(),
      ({ id }) => id,
      ({ agents = [] }) => agents.length,
    ),
    sessions: { amount: sessions.length },
    'subscriptions-per-session': largest(sessions, ({ subscriptions }) => subscriptions.length),
    'subscriptions-per-key': most(
      sessions,
      ({ keyId }) => keyId,
      ({ subscriptions }) => subscriptions.length,
    ),
    'listens-per-key': mostOf(inUse.listens.counts),
    'calls-per-key': mostOf(inUse.calls.counts),
    'waits-per-key': mostOf(inUse.waits.counts),
    waits: { amount: inUse.waits.all },
    'locks-per-key': most(locks, ({ keyId }) => keyId),
    'locks-per-workspace': most(locks, ({ workspace }) => workspace),
    locks: { amount: locks.length },
    'lock-waits-per-key': most(
      locks.flatMap(({ waiters }) => waiters),
      ({ keyId }) => keyId,
    ),
    'waits-per-lock': largest(locks, ({ waiters }) => waiters.length),
    'uploads-per-key': most(uploads, ({ startedBy }) => keyOf(startedBy)),
    'uploads-per-workspace': most(uploads, ({ workspace }) => workspace),
    uploads: { amount: uploads.length },
    'jobs-per-key': most(jobs, ({ requestedBy }) => keyOf(requestedBy)),
    'jobs-per-workspace': most(jobs, ({ workspace }) => workspace),
    jobs: { amount: jobs.length },
    'workspaces-per-key': most(state.workspaces.values(), ({ createdBy }) => createdBy),
    'transfers-per-workspace': most(
      [...state.transfers.values()].filter(({ over, expiresAt }) => !over && expiresAt > now),
      ({ workspace }) => workspace,
    ),
    'links-per-workspace': most(
      [...state.links.values()].filter((link) => !isLinkOver(link, now)),
      ({ workspace }) => workspace,
    ),
    'stream-bytes-per-key': mostOf(inUse.streams.ofKeys()),
  };
}

function keyOf(actor: Actor): string | undefined {
  return actor.kind === 'agent' ? actor.key : undefined;
}

/** Which id has most of some things, and how many. Things without an id are nobody's. */
function most<T>(
  things: Iterable<T>,
  idOf: (thing: T) => string | undefined,
  amountOf: (thing: T) => number = () => 1,
): LimitUse {
  const amounts = new Map<string, number>();
  for (const thing of things) {
    const id = idOf(thing);
    if (id !== undefined) amounts.set(id, (amounts.get(id) ?? 0) + amountOf(thing));
  }
  return mostOf(amounts);
}

function mostOf(amounts: ReadonlyMap<string, number>): LimitUse {
  let found: LimitUse = { amount: 0 };
  for (const [id, amount] of amounts) if (amount > found.amount) found = { amount, id };
  return found;
}

function largest<T>(things: readonly T[], amountOf: (thing: T) => number): LimitUse {
  return { amount: things.reduce((amount, thing) => Math.max(amount, amountOf(thing)), 0) };
}
