import { HubError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { HubState, KeyState } from '../../protocol/state.ts';
import { isSamePolicy, type ToolPolicy } from '../../protocol/tool-policy.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { onlyPeople } from './only-people.ts';

/** Longest time for which the secret before a rotation stays good, in ms: a week. */
export const MOST_GRACE_MS = 7 * 24 * 60 * 60_000;

export interface RotateKey {
  readonly keyId: string;
  readonly secretSha256: string;
  /** How long the old secret is good too, in ms; 0 ends it at once. */
  readonly graceMs: number;
}

/**
 * Gives a key a new secret; the old one is good for a grace time. A secret that was replaced before, and is still in
 * its own grace time, ends at once: a key has two at most.
 */
export const rotateKey: Rule<RotateKey, { readonly graceUntil: number }> = (state, command, env) => {
  const { keyId, secretSha256, graceMs } = command;
  const key = keyToChange(state, keyId, 'rotate keys', env);
  if (key instanceof HubError) return key;
  if (graceMs < 0 || graceMs > MOST_GRACE_MS) {
    return new HubError('invalid_argument', 'The old secret can stay good for 7 days at most; choose a shorter time.', {
      details: { graceMs, mostMs: MOST_GRACE_MS },
    });
  }
  if (key.expiresAt !== undefined && key.expiresAt <= env.now) {
    return new HubError(
      'conflict',
      `The key ${key.name} has expired, and a new secret would be expired too. Give it a later expiry first.`,
      { details: { keyId, expiresAt: key.expiresAt } },
    );
  }
  const graceUntil = env.now + graceMs;
  return {
    events: [{ type: 'key.rotated', keyId, secretSha256, ...(graceMs === 0 ? {} : { graceUntil }) }],
    answer: () => ({ graceUntil }),
  };
};

export interface UpdateKey {
  readonly keyId: string;
  /** Empty takes it away. */
  readonly note?: string | undefined;
  /** Ms since the epoch; null for never. */
  readonly expiresAt?: number | null | undefined;
  /** Whether results of its calls carry what is new for its agents. */
  readonly news?: boolean | undefined;
}

/** Changes what the person noted of a key, when it expires, and whether it gets news. Logs what changes, and nothing when nothing does. */
export const updateKey: Rule<UpdateKey, void> = (state, { keyId, note, expiresAt, news }, env) => {
  const key = keyToChange(state, keyId, 'change keys', env);
  if (key instanceof HubError) return key;
  if (typeof expiresAt === 'number' && expiresAt <= env.now) {
    return new HubError('invalid_argument', 'The key would have expired already; choose a later time, or revoke it.', {
      details: { expiresAt },
    });
  }
  const isNewNote = note !== undefined && note.trim() !== (key.note ?? '');
  const isNewEnd = expiresAt !== undefined && (expiresAt ?? undefined) !== key.expiresAt;
  const isNewNews = news !== undefined && news !== (key.news !== false);
  if (!isNewNote && !isNewEnd && !isNewNews) return nothing;
  const updated: EventBody = {
    type: 'key.updated',
    keyId,
    ...(isNewNote ? { note: note.trim() } : {}),
    ...(isNewEnd ? { expiresAt } : {}),
    ...(isNewNews ? { news } : {}),
  };
  return { events: [updated], answer: () => undefined };
};

export interface SetKeyTools {
  readonly keyId: string;
  readonly tools: ToolPolicy;
}

/** Says which tools a key has, from its next call on. */
export const setKeyTools: Rule<SetKeyTools, void> = (state, { keyId, tools }, env) => {
  const key = keyToChange(state, keyId, 'choose the tools of keys', env);
  if (key instanceof HubError) return key;
  if (isSamePolicy(key.tools, tools)) return nothing;
  return { events: [{ type: 'key.tools_set', keyId, tools }], answer: () => undefined };
};

export interface SuspendKey {
  readonly keyId: string;
  /** Why, for the log. */
  readonly reason?: string | undefined;
}

/** Stops a key until a person resumes it. Suspending it again changes nothing. */
export const suspendKey: Rule<SuspendKey, void> = (state, { keyId, reason }, env) => {
  const key = keyToChange(state, keyId, 'suspend keys', env);
  if (key instanceof HubError) return key;
  if (key.suspendedAt !== undefined) return nothing;
  return {
    events: [{ type: 'key.suspended', keyId, asked: [], ...(reason === undefined ? {} : { reason }) }],
    answer: () => undefined,
  };
};

const nothing = { events: [], answer: () => undefined };

/** A key that can still be changed: revoked ones are as they were. */
function keyToChange(state: HubState, keyId: string, what: string, env: RuleEnv): KeyState | HubError {
  const bad = onlyPeople(env.actor, what);
  if (bad) return bad;
  const key = state.keys.get(keyId);
  if (!key) return new HubError('not_found', `There is no key ${keyId}.`, { details: { keyId } });
  if (key.revokedAt === undefined) return key;
  return new HubError('conflict', `The key ${key.name} is revoked for good; make a new one.`, { details: { keyId } });
}
