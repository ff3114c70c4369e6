import type { EventBody } from '../../protocol/events.ts';
import type { HubState } from '../../protocol/state.ts';
import type { ToolPolicy } from '../../protocol/tool-policy.ts';
import { PRODUCT_VERSION } from '../../protocol/version.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { waiterRefusal, vacate } from './vacate.ts';
import { DEFAULT_QUOTA_BYTES } from './workspaces.ts';

export interface StartHub {
  readonly pid: number;
  /** Of the first agent's key, which is made for a new log. */
  readonly secretSha256: string;
  /** Which tools that key has. */
  readonly tools: ToolPolicy;
}

/**
 * A hub starts. At the first launch it makes the workspace `default` and an owner key. Later it ends what the
 * last process left open: sessions are dropped, waiting calls leave their queues, and leases that ended
 * meanwhile expire.
 */
export const startHubRule: Rule<StartHub, { readonly firstKeyId?: string }> = (
  state,
  { pid, secretSha256, tools },
  env,
) => {
  const started: EventBody = { type: 'hub.started', version: PRODUCT_VERSION, pid };
  if (state.seq > 0) {
    return { events: [started, ...lostSessions(state), ...lostWaits(state, env)], answer: () => ({}) };
  }
  const workspace = env.newId('wsp');
  const keyId = env.newId('key');
  return {
    events: [
      started,
      { type: 'workspace.created', workspace, name: 'default', quotaBytes: DEFAULT_QUOTA_BYTES, intelligence: false },
      { type: 'key.created', keyId, name: 'first-agent', secretSha256, tools },
      { type: 'member.set', workspace, keyId, role: 'owner' },
    ],
    answer: () => ({ firstKeyId: keyId }),
  };
};

function lostSessions(state: HubState): readonly EventBody[] {
  return [...state.sessions.values()]
    .filter(({ status }) => status !== 'dropped')
    .map(({ id }): EventBody => ({ type: 'session.dropped', sessionId: id, reason: 'hub_restarted' }));
}

function lostWaits(state: HubState, env: RuleEnv): readonly EventBody[] {
  return [...state.locks.values()].flatMap((lock) =>
    lock.expiresAt <= env.now
      ? vacate(state, lock, 'expired', env, () => 'cancelled').events
      : lock.waiters.map((waiter) => waiterRefusal(lock, waiter, 'cancelled')),
  );
}
