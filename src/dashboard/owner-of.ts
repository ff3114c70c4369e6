import { actorAgentId } from '../protocol/actor-id.ts';
import { idOfAgent } from '../protocol/agent-id.ts';
import type { OwnerOf } from '../protocol/event-parties.ts';
import type { ServerSlice } from './server-slice.ts';

/** The owner of a session or job, as far as the page knows: of open ones, and of those that ended lately. */
export function ownersOf({ owners, sessions, jobs }: Pick<ServerSlice, 'owners' | 'sessions' | 'jobs'>): OwnerOf {
  return (id) => {
    const known = owners.get(id);
    if (known !== undefined) return known;
    const session = sessions.get(id);
    if (session) return idOfAgent(session);
    const job = jobs.get(id);
    return job && actorAgentId(job.requestedBy);
  };
}
