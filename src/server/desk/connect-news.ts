import type { Hub } from '../../hub/hub.ts';
import { isSameName } from '../../hub/rules/names.ts';
import type { AgentRef } from '../../protocol/agent-id.ts';
import type { KeyState } from '../../protocol/state.ts';

/** What is new for the agent of a session, which counts as told then; undefined for nothing. */
export type NewsFor = (agent: AgentRef, sessionId: string) => Promise<string | undefined>;

/** Names of others that are said. */
const MOST_NAMES = 8;

/**
 * What a client tells its model beside a prompt, for the agent that came in by `signalbox connect --as NAME`: what is new
 * for it, once, as with a result; at its beginning who else is there.
 *
 * Two agents of one name cannot be told apart here: they learn of it with their results.
 *
 * @returns undefined for nothing to say
 */
export async function connectNews(
  hub: Hub,
  newsFor: NewsFor,
  { name, beginning }: { readonly name: string; readonly beginning: boolean },
): Promise<string | undefined> {
  const { keys, sessions } = hub.state;
  const key = [...keys.values()].find((one) => isSameName(one.name, name) && isGood(one, hub.now()));
  if (!key) return undefined;
  if (beginning) return othersThere(hub, key.id);
  const own = [...sessions.values()].filter(({ keyId, status }) => keyId === key.id && status === 'ready');
  const [session, another] = own;
  if (!session || another || key.news === false) return undefined;
  return newsFor({ keyId: key.id, agent: session.agent }, session.id);
}

function isGood({ revokedAt, suspendedAt, expiresAt }: KeyState, now: number): boolean {
  return revokedAt === undefined && suspendedAt === undefined && (expiresAt === undefined || now < expiresAt);
}

/** Who else is in the workspaces of a key, as a sentence. */
function othersThere({ state }: Hub, keyId: string): string {
  const mine = [...state.workspaces.values()].filter(({ roles }) => roles[keyId] !== undefined);
  const names = new Set<string>();
  for (const { keyId: other, agent, status } of state.sessions.values()) {
    if (other === keyId || status !== 'ready' || !mine.some(({ roles }) => roles[other] !== undefined)) continue;
    names.add(agent ?? state.keys.get(other)?.name ?? other);
  }
  const locks = [...state.locks.values()].filter(({ workspace }) => mine.some(({ id }) => id === workspace));
  const shown = [...names].slice(0, MOST_NAMES).map((one) => JSON.stringify(one));
  const more = names.size > shown.length ? ` and ${names.size - shown.length} more` : '';
  const others = names.size === 0 ? 'No other agent is there now.' : `There now: ${shown.join(', ')}${more}.`;
  const held = locks.length === 0 ? '' : ` Locks held: ${locks.length} (lock_list shows them).`;
  return `you share its workspaces with a person and other agents, by the tools of its server. ${others}${held} Call whoami first.`;
}
