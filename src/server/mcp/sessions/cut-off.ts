import { HubError, type HubErrorCode } from '../../../protocol/errors.ts';

/** Why a session ends, for the calls that are in flight then. */
export type CutCode = Extract<HubErrorCode, 'key_revoked' | 'key_expired' | 'cancelled' | 'hub_closed'>;

/** The answer to a call that is in flight when its session ends; `reason` is the end's, in plain words. */
export function cutOff(code: CutCode, reason: string): HubError {
  return new HubError(code, `${what(code, reason)} The call may have taken effect: look before you repeat it.`);
}

function what(code: CutCode, reason: string): string {
  switch (code) {
    case 'key_revoked':
      return 'The key was revoked while this call was under way. Ask the person at the desk for a new one.';
    case 'key_expired':
      return 'The key has expired while this call was under way. Ask the person at the desk for a new one.';
    case 'hub_closed':
      return 'The hub closed while this call was under way. Come back when it runs again.';
    case 'cancelled':
      return `The session ended while this call was under way (${reason.replace(/\.$/u, '')}). Open a new one.`;
    default:
      return code satisfies never;
  }
}
