import type { EventsOf } from '../events.ts';
import type { HubState, WorkspaceState } from '../state.ts';
import { timeOf } from '../time-of.ts';

/** Names that a key reached for in vain count for so long, in ms. */
export const REACHED_MS = 60_000;
/** Names and ids of lost workspaces that are kept for a key. */
const MOST_ONCE = 500;
/** Ids of deleted workspaces that are kept for a key. */
const MOST_OUTLIVED = 50;

/** Notes which workspaces a key reached for in vain, each once. */
export function reduceAccess(state: HubState, event: EventsOf<'access'>): void {
  const { keyId, asked, neverGranted } = event;
  const key = keyId === undefined ? undefined : state.keys.get(keyId);
  if (!key || key.revokedAt !== undefined || asked === undefined || neverGranted === undefined) return;
  const at = timeOf(event) - state.steppedMs;
  const recent = (key.reached ?? []).filter((one) => one.at > at - REACHED_MS && one.asked !== asked);
  state.keys.set(key.id, { ...key, reached: [...recent, { asked, at }] });
}

/** Notes that a session of a key was ended for a subscription outside of its workspaces. */
export function noteViolation(state: HubState, keyId: string, event: EventsOf<'session'>): void {
  const key = state.keys.get(keyId);
  if (key && key.revokedAt === undefined)
    state.keys.set(keyId, { ...key, violation: { seq: event.seq, at: timeOf(event) } });
}

/** Notes what keys have had access to and lose: who asks for that again is no stranger. */
export function noteLost(
  state: HubState,
  { id, name }: Pick<WorkspaceState, 'id' | 'name'>,
  keyIds: readonly string[],
): void {
  for (const keyId of keyIds) {
    const key = state.keys.get(keyId);
    if (!key || key.revokedAt !== undefined) continue;
    const others = (key.once ?? []).filter((one) => one !== id && one !== name);
    state.keys.set(keyId, { ...key, once: [...others, id, name].slice(-MOST_ONCE) });
  }
}

/** Notes who was there to the end: the deletion of a workspace concerns only them. */
export function noteOutlived(state: HubState, { id, roles }: Pick<WorkspaceState, 'id' | 'roles'>): void {
  for (const keyId of Object.keys(roles)) {
    const key = state.keys.get(keyId);
    if (!key || key.revokedAt !== undefined) continue;
    state.keys.set(keyId, { ...key, outlived: [...(key.outlived ?? []), id].slice(-MOST_OUTLIVED) });
  }
}
