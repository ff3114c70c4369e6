import { actorId } from '../protocol/actor-id.ts';
import type { OwnerOf } from '../protocol/event-parties.ts';
import type { ServerSlice } from './server-slice.ts';

/** Whose a session or job is, as far as the page knows: those that are there, and those that ended lately. */
export function ownersOf({ owners, sessions, jobs }: Pick<ServerSlice, 'owners' | 'sessions' | 'jobs'>): OwnerOf {
  return (id) => {
    const known = owners.get(id) ?? sessions.get(id)?.keyId;
    if (known !== undefined) return known;
    const job = jobs.get(id);
    return job && actorId(job.requestedBy);
  };
}
