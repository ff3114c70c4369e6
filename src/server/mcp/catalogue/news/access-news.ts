import type { EventOf } from '../../../../protocol/events.ts';
import type { HubState } from '../../../../protocol/state.ts';
import { policyWords } from '../../../../protocol/words/policy-words.ts';
import type { NewsFacts } from './news-item.ts';
import { quotedForModel } from './quoted.ts';

type AccessEvent = EventOf<
  | 'member.set'
  | 'member.removed'
  | 'workspace.updated'
  | 'workspace.deleted'
  | 'key.updated'
  | 'key.rotated'
  | 'key.resumed'
  | 'key.tools_set'
  | 'agent.renamed'
>;

/** What changes what an agent may do, and what things and agents are called. */
export function accessNews(event: AccessEvent, { keys, workspaces }: HubState): NewsFacts | undefined {
  const nameOf = (id: string): string => quotedForModel(workspaces.get(id)?.name ?? id);
  const forKey = (keyId: string, says: string): NewsFacts => ({ aim: { kind: 'key', keyId }, says });
  switch (event.type) {
    case 'member.set':
      return forKey(
        event.keyId,
        `Your role in the workspace ${nameOf(event.workspace)} is ${event.role} now. whoami says what you may do.`,
      );
    case 'member.removed':
      return forKey(
        event.keyId,
        `You have no role in the workspace ${nameOf(event.workspace)} any more. Stop your work there.`,
      );
    case 'workspace.updated':
      if (event.name === undefined) return undefined;
      return {
        aim: { kind: 'members', workspace: event.workspace },
        says: `The workspace ${event.workspace} is called ${quotedForModel(event.name)} now.`,
      };
    case 'workspace.deleted':
      return {
        aim: { kind: 'former', workspace: event.workspace },
        says: `The workspace ${quotedForModel(event.name ?? event.workspace)} was deleted, with all that was in it. Stop your work there.`,
      };
    case 'key.updated':
      if (event.expiresAt === undefined) return undefined;
      return forKey(
        event.keyId,
        event.expiresAt === null
          ? 'Your key does not expire any more.'
          : `Your key is good until ${new Date(event.expiresAt).toISOString()}.`,
      );
    case 'key.rotated':
      return forKey(
        event.keyId,
        event.graceUntil === undefined
          ? 'Your key has a new secret, and the old one has ended. Tell the person who set you up.'
          : `Your key has a new secret; the old one is good until ${new Date(event.graceUntil).toISOString()}. Tell the person who set you up.`,
      );
    case 'key.resumed':
      return forKey(event.keyId, 'The person resumed your key, which was suspended. Go on with your work.');
    case 'key.tools_set':
      return forKey(
        event.keyId,
        `The person gave your key ${policyWords(event.tools)}. If a tool is missing, go on without it.`,
      );
    case 'agent.renamed': {
      const name = event.name ?? event.agent;
      const key = keys.get(event.keyId)?.name ?? event.keyId;
      return {
        aim: { kind: 'agent', agent: { keyId: event.keyId, agent: event.agent } },
        says: `The person calls you ${quotedForModel(name)} now, among the agents of the key ${quotedForModel(key)}.`,
      };
    }
    default:
      return event satisfies never;
  }
}
