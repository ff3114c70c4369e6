/** Why a session ended, where the reason means something to the hub: its key subscribed or listened outside of its workspaces. */
export const SCOPE_VIOLATION = 'scope_violation';
