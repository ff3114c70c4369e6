import { HubError } from '../../protocol/errors.ts';
import { lookOfName } from '../../protocol/names/look.ts';
import type { HubState, KeyState, KnownAgent, SessionState } from '../../protocol/state.ts';
import type { Limits } from '../limits.ts';
import { isSameName, MAX_NAME_LENGTH, properName } from './names.ts';

/** Characters that are kept free for a count. */
const COUNT_LENGTH = 4;

/** The session whose agent is named, and what it shall be called. */
export interface Naming {
  readonly keyId: string;
  readonly sessionId: string;
  readonly name: string;
  /** Given in the client's configuration: its next session is the same agent. */
  readonly isGiven: boolean;
}

/** As the events of sessions have it. */
export interface SessionName {
  readonly agent: string;
  readonly given?: string;
  readonly forgot?: string;
}

/**
 * The agent of a session: its name, counted where another session of the key has it, or a name that looks the same:
 * `reviewer`, `reviewer 2`. A name that was given exactly so gets no counted ones. A name that was given is free again
 * for who is given the same as soon as the connection of its session is lost; one that is made of the client's only
 * once that session is closed, as its client may come back to it. A lock that an agent left keeps its name for clients
 * that are named as that one was: else another would believe that it holds the lock.
 */
export function nameAgent(state: HubState, naming: Naming, limits: Limits): SessionName {
  const { keyId, name, isGiven } = naming;
  const key = state.keys.get(keyId);
  const labels = new Set<string>();
  const knownBy = new Map<string, KnownAgent>();
  for (const known of key?.agents ?? []) {
    if (known.label !== undefined && !isSameName(known.label, known.name)) labels.add(lookOfName(known.label));
    knownBy.set(lookOfName(known.name), known);
  }
  const holders = holdersOf(state, keyId);
  const base = shortTo(name, MAX_NAME_LENGTH - COUNT_LENGTH);
  let agent = name;
  for (let count = 2; ; count += 1) {
    const look = lookOfName(agent);
    const known = knownBy.get(look);
    const isOthers =
      known && holders.has(look)
        ? isAnother(known, naming, agent)
        : agent !== name && (known?.given === true || state.sessions.wasGiven(keyId, look));
    if (!isOthers && !labels.has(look) && !isTaken(state, naming, look)) break;
    agent = `${base} ${count}`;
  }
  // A known name keeps its spelling: two that look the same are one agent.
  agent = knownBy.get(lookOfName(agent))?.name ?? agent;
  const forgot = nameToForget(state, key, agent, limits);
  return { agent, ...(isGiven ? { given: name } : {}), ...(forgot === undefined ? {} : { forgot }) };
}

/** Whether an agent's name is this one, or this one counted: for sessions of earlier versions, of which no more is known. */
export function isNamed(agent: string, name: string): boolean {
  if (lookOfName(agent) === lookOfName(name)) return true;
  const base = / \d+$/u.test(agent) ? agent.slice(0, agent.lastIndexOf(' ')) : undefined;
  return base !== undefined && lookOfName(base) === lookOfName(shortTo(name, MAX_NAME_LENGTH - COUNT_LENGTH));
}

/** A name for an agent made of what its client calls itself: `@cline/core` is `cline-core`. */
export function nameOfClient(client: string): string {
  const name = shortTo(
    client.normalize('NFC').replace(/^@/u, '').replaceAll(/[/\\]/gu, '-').trim(),
    MAX_NAME_LENGTH,
  ).trim();
  const proper = properName('agent', name);
  return proper instanceof HubError ? 'agent' : proper;
}

/** Whether an agent of this name was named otherwise: given it just so, counted to it, or named after its client. */
function isAnother({ named, given }: KnownAgent, { name, isGiven }: Naming, agent: string): boolean {
  if (named !== true || !isGiven) return (named === true) !== isGiven;
  return (given === true) !== (agent === name);
}

/** How the names look of the agents of a key that hold a lock. */
function holdersOf({ locks }: HubState, keyId: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const place of locks.heldBy(keyId)) {
    const { agent } = locks.get(place) ?? {};
    if (agent !== undefined) names.add(agent);
  }
  return new Set([...names].map(lookOfName));
}

/** For how long a client that only looked whether the hub is there has its session, in ms. */
const LOOKED_MS = 10_000;

/** Whether another session of the key has an agent whose name looks so, and keeps it. */
function isTaken(state: HubState, { keyId, sessionId, name, isGiven }: Naming, look: string): boolean {
  for (const session of state.sessions.called(keyId, look)) {
    if (session.id === sessionId) continue;
    if (session.status !== 'dropped') return true;
    const isAgain = isGiven && session.named === true && wasGiven(session, name);
    if (!isAgain && !onlyLooked(session)) return true;
  }
  return false;
}

/** Whether a named session was given this name. */
export function wasGiven({ given, agent = '' }: Pick<SessionState, 'given' | 'agent'>, name: string): boolean {
  return given === undefined ? isNamed(agent, name) : given === name;
}

/** Whether the client of a dropped session left at once and asked for nothing, as health checks do: it will not come back. */
function onlyLooked({ openedAt, since, subscriptions }: SessionState): boolean {
  return subscriptions.length === 0 && since - openedAt < LOOKED_MS;
}

/** The name that a key's full list of agents loses: the oldest without a session, those that a person renamed last. */
function nameToForget(state: HubState, key: KeyState | undefined, agent: string, limits: Limits): string | undefined {
  const { agents = [] } = key ?? {};
  if (agents.length < limits['agents-per-key'] || agents.some(({ name }) => name === agent)) return undefined;
  const gone = agents.filter(({ name }) => state.sessions.called(key?.id ?? '', lookOfName(name)).next().done);
  return (gone.find(({ label }) => label === undefined) ?? gone[0] ?? agents[0])?.name;
}

function shortTo(name: string, characters: number): string {
  if (name.length <= characters) return name;
  const cut = name.slice(0, characters);
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)).trimEnd();
}
