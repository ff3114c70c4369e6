import type { KeyState } from '../../../protocol/state.ts';

/** A key whose session was ended because it subscribed outside of its workspaces. */
export type Violator = KeyState & Required<Pick<KeyState, 'violation'>>;

/** Keys that the hub suspended and that could be resumed; who suspends one knows of it. */
export function suspendedKeys(keys: Iterable<KeyState>): readonly KeyState[] {
  return [...keys].filter(
    ({ suspendedAt, suspendedByPerson, revokedAt }) =>
      suspendedAt !== undefined && suspendedByPerson === undefined && revokedAt === undefined,
  );
}

/**
 * Keys that subscribed or listened outside of their workspaces after the event `seenSeq`, the last one first. Those that
 * are suspended or revoked by now are left out: the desk says that of them already.
 */
export function violatorsSince(keys: Iterable<KeyState>, seenSeq: number): readonly Violator[] {
  return [...keys]
    .filter((key): key is Violator => key.violation !== undefined && key.violation.seq > seenSeq)
    .filter(({ suspendedAt, revokedAt }) => suspendedAt === undefined && revokedAt === undefined)
    .sort((a, b) => b.violation.seq - a.violation.seq);
}
