import { actorAgentId, actorId, keyOfId } from '../../../protocol/actor-id.ts';
import { agentId, idOfAgent } from '../../../protocol/agent-id.ts';
import { doerOf, partiesOf, sessionOf } from '../../../protocol/event-parties.ts';
import type { EventOf, HubEvent } from '../../../protocol/events.ts';
import type { HubState } from '../../../protocol/state.ts';
import type { Db } from '../db.ts';
import { storedSession } from '../stored-events.ts';
import type { Projection } from './projection.ts';
import { BLOCK_BITS } from './session-blocks.ts';

/**
 * Whom each event concerns: keys, agents, `human`, `hub` and sessions. `did` is 1 for who did it, as where a release
 * granted a lock to another. `besides` is 1 for keys and sessions whose part the event's own row does not say: they are
 * neither its actor nor its session, or only one of both.
 *
 * Calls concern their actor alone and are most of the log. They have no rows here: of them there are the blocks in which
 * an agent has any (see `session-blocks.ts`). One table serves all queries, because each commit of a busy hub changes
 * a page of it for each party.
 */
export const partiesProjection: Projection = {
  name: 'parties',
  version: 1,
  perEvent: { parties: 'seq', agent_blocks: 'block' },
  schema: [
    `CREATE TABLE parties (
      party TEXT NOT NULL, type TEXT NOT NULL, seq INTEGER NOT NULL, did INTEGER NOT NULL, besides INTEGER NOT NULL,
      PRIMARY KEY (party, type, seq)
    ) WITHOUT ROWID`,
    `CREATE TABLE agent_blocks (
      agent TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (agent, block)
    ) WITHOUT ROWID`,
  ],
  apply(db, event, before) {
    if (event.type === 'tool.called') return applyCall(db, event);
    const insert = db.prepare('INSERT INTO parties VALUES (?, ?, ?, ?, ?)');
    const put = (party: string, did: boolean, besides: boolean): void =>
      insert.run(party, event.type, event.seq, did ? 1 : 0, besides ? 1 : 0);
    const besides = besidesRow(event, before);
    const actor = actorId(event.actor);
    if (!besides.has(actor)) put(actor, true, false);
    for (const [party, did] of besides) put(party, did, true);
    for (const [agent, did] of agentsOf(event, before)) put(agent, did, false);
  },
};

function applyCall(db: Db, { seq, actor }: EventOf<'tool.called'>): void {
  if (actor.kind !== 'agent' || actor.agent === undefined) return;
  const block = Math.floor(seq / 2 ** BLOCK_BITS);
  db.prepare('INSERT OR IGNORE INTO agent_blocks VALUES (?, ?)').run(agentId(actor.key, actor.agent), block);
}

/** Whom an event concerns, and whether it did it, where its row does not say so. `before` is the state without it. */
function besidesRow(event: HubEvent, before: HubState): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  const add = (party: string, did: boolean): void => {
    if (!found.has(party)) found.set(party, did);
  };
  const ownerOf = (id: string): string | undefined => {
    const job = before.jobs.get(id);
    return job ? actorId(job.requestedBy) : before.sessions.get(id)?.keyId;
  };
  const actor = actorId(event.actor);
  const doer = keyOfId(doerOf(event, ownerOf));
  for (const party of new Set(partiesOf(event, ownerOf).values().map(keyOfId))) {
    if (party !== actor) add(party, party === doer);
    else if (doer !== actor) add(party, false);
  }
  const [stored, session] = [storedSession(event), sessionOf(event)];
  if (stored === session) return found;
  if (session !== undefined) add(session, true);
  if (stored !== undefined) add(stored, false);
  return found;
}

/** The agents under keys that an event concerns, and whether each did it. */
function* agentsOf(event: HubEvent, before: HubState): Generator<readonly [agent: string, did: boolean]> {
  const ownerOf = (id: string): string | undefined => {
    const job = before.jobs.get(id);
    if (job) return actorAgentId(job.requestedBy);
    const session = before.sessions.get(id);
    return session && idOfAgent(session);
  };
  const doer = doerOf(event, ownerOf);
  for (const party of partiesOf(event, ownerOf)) if (party !== keyOfId(party)) yield [party, party === doer];
}
