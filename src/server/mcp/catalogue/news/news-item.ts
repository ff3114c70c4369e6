import { type AgentRef, belongsTo } from '../../../../protocol/agent-id.ts';
import type { EventType } from '../../../../protocol/events.ts';
import { roleAtLeast } from '../../../../protocol/roles.ts';
import type { HubState } from '../../../../protocol/state.ts';

/**
 * The readers of an item: all who have a role in a workspace, or had one when it was deleted, its owners, one agent, or
 * all agents of a key.
 */
export type Aim =
  | { readonly kind: 'members'; readonly workspace: string }
  | { readonly kind: 'owners'; readonly workspace: string }
  | { readonly kind: 'former'; readonly workspace: string }
  | { readonly kind: 'agent'; readonly agent: AgentRef }
  | { readonly kind: 'key'; readonly keyId: string };

/** What an event means to the agents that it concerns. Small, whatever the event carries. */
export interface NewsItem {
  readonly seq: number;
  /** Ms since the epoch. */
  readonly at: number;
  readonly type: EventType;
  /** Id of the workspace that it happened in; absent for what is about a key. */
  readonly workspace?: string;
  readonly aim: Aim;
  /** The agent that caused it, which gets no news of it. Absent for the person and the hub. */
  readonly by?: AgentRef;
  /** The person did it. */
  readonly byPerson?: true;
  /** What happened, and what to do about it: whole sentences, at most {@link MOST_SAID} characters. */
  readonly says: string;
  /** What it is about, for answers that say the same: the id of a job. */
  readonly about?: string;
  /** The answer of the call that waited for it says so too. */
  readonly isAnswered?: true;
  /** For agents whose key has a role in the workspace; not for a key that has lost it meanwhile. */
  readonly needsRole?: true;
}

/** The part of a {@link NewsItem} that depends on what happened. */
export type NewsFacts = Pick<NewsItem, 'aim' | 'says' | 'about' | 'isAnswered' | 'needsRole'>;

/** Characters of a sentence, so that five of them are little beside any answer. */
export const MOST_SAID = 500;

/** Whether something is news to an agent, by the roles that its key has now. */
export function concerns(item: NewsItem, me: AgentRef, { workspaces, keys }: HubState): boolean {
  const { aim, by, workspace, needsRole } = item;
  if (by !== undefined && belongsTo(by, me)) return false;
  if (needsRole && workspaces.get(workspace ?? '')?.roles[me.keyId] === undefined) return false;
  switch (aim.kind) {
    case 'members':
      return workspaces.get(aim.workspace)?.roles[me.keyId] !== undefined;
    case 'owners':
      return roleAtLeast(workspaces.get(aim.workspace)?.roles[me.keyId], 'owner');
    case 'former':
      return keys.get(me.keyId)?.outlived?.includes(aim.workspace) === true;
    case 'agent':
      return belongsTo(aim.agent, me);
    case 'key':
      return aim.keyId === me.keyId;
    default:
      return aim satisfies never;
  }
}
