import { actorAgentId, keyOfId } from '../../../protocol/actor-id.ts';
import { agentId, idOfAgent } from '../../../protocol/agent-id.ts';
import { doerOf, partiesOf } from '../../../protocol/event-parties.ts';
import { BLOCK_BITS } from './session-blocks.ts';
import type { Projection } from './projection.ts';

/**
 * The events that concern an agent of a key, by its name; `did` is 1 where it did it. Calls concern their actor alone
 * and are most of the log: of them there are the blocks in which an agent has any (see `session-blocks.ts`).
 */
export const agentEventsProjection: Projection = {
  name: 'agent events',
  version: 1,
  perEvent: { agent_events: 'seq', agent_blocks: 'block' },
  schema: [
    `CREATE TABLE agent_events (
      agent TEXT NOT NULL, type TEXT NOT NULL, seq INTEGER NOT NULL, did INTEGER NOT NULL, PRIMARY KEY (agent, type, seq)
    ) WITHOUT ROWID`,
    `CREATE TABLE agent_blocks (
      agent TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (agent, block)
    ) WITHOUT ROWID`,
  ],
  apply(db, event, before) {
    if (event.type === 'tool.called') {
      if (event.actor.kind !== 'agent' || event.actor.agent === undefined) return;
      const block = Math.floor(event.seq / 2 ** BLOCK_BITS);
      db.prepare('INSERT OR IGNORE INTO agent_blocks VALUES (?, ?)').run(
        agentId(event.actor.key, event.actor.agent),
        block,
      );
      return;
    }
    const ownerOf = (id: string): string | undefined => {
      const job = before.jobs.get(id);
      if (job) return actorAgentId(job.requestedBy);
      const session = before.sessions.get(id);
      return session && idOfAgent(session);
    };
    const doer = doerOf(event, ownerOf);
    const insert = db.prepare('INSERT INTO agent_events VALUES (?, ?, ?, ?)');
    for (const party of partiesOf(event, ownerOf)) {
      if (party !== keyOfId(party)) insert.run(party, event.type, event.seq, party === doer ? 1 : 0);
    }
  },
};
