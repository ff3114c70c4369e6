/** Why a session ended, where the reason means something to the hub: its key subscribed or listened outside of its workspaces. */
export const SCOPE_VIOLATION = 'scope_violation';

/** Begins the reason of a session that the person closed; after a colon follows why, if they said so. */
export const CLOSED_AT_DESK = 'closed by the person at the desk';

/** Why the person closed a session, in their own words. */
export function deskReason(reason: string): string | undefined {
  return reason.startsWith(`${CLOSED_AT_DESK}: `) ? reason.slice(CLOSED_AT_DESK.length + 2) : undefined;
}
