import type { EventsOf } from '../events.ts';
import { lookOfName } from '../names/look.ts';
import type { HubState, KnownAgent } from '../state.ts';

/** What people call the agents of keys. */
export function reduceAgent(state: HubState, event: EventsOf<'agent'>): void {
  const key = state.keys.get(event.keyId);
  if (!key) return;
  const agents = (key.agents ?? []).map((agent) => (agent.name === event.agent ? called(agent, event.name) : agent));
  state.keys.set(key.id, { ...key, agents });
}

function called({ label: _was, ...agent }: KnownAgent, label: string | undefined): KnownAgent {
  return label === undefined ? agent : { ...agent, label };
}

/** What an event says of its session's agent. */
interface AgentNamed {
  readonly agent?: string | undefined;
  readonly forgot?: string | undefined;
  readonly given?: string | undefined;
}

/** A session of a key has this agent: it is the newest of the key's list. Does nothing without a name. */
export function noteAgent(
  state: HubState,
  keyId: string | undefined,
  { agent, forgot, given }: AgentNamed,
  named: true | undefined,
): void {
  const key = state.keys.get(keyId ?? '');
  if (!key || agent === undefined) return;
  const { agents = [] } = key;
  const was = agents.find(({ name }) => name === agent);
  const isAsGiven = was?.given === true || (given !== undefined && lookOfName(given) === lookOfName(agent));
  if (was && was === agents.at(-1) && was.named === named && (was.given === true) === isAsGiven) return;
  const others = agents.filter(({ name }) => name !== agent && name !== forgot);
  const { label, place = was ? 0 : freePlace(others) } = was ?? {};
  const newest: KnownAgent = {
    name: agent,
    ...(named === undefined ? {} : { named }),
    ...(isAsGiven ? { given: true } : {}),
    ...(label === undefined ? {} : { label }),
    ...(place === 0 ? {} : { place }),
  };
  state.keys.set(key.id, { ...key, agents: [...others, newest] });
}

/** The smallest number that none of them has. */
function freePlace(agents: readonly KnownAgent[]): number {
  const taken = new Set(agents.map(({ place = 0 }) => place));
  let place = 0;
  while (taken.has(place)) place += 1;
  return place;
}
