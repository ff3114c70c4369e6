import { hash } from 'node:crypto';
import type { Hub } from '../hub/hub.ts';
import { authenticate } from '../hub/permission.ts';
import { HubError } from '../protocol/errors.ts';
import type { KeyState } from '../protocol/state.ts';

/** Takes the token out of an `Authorization: Bearer …` header (RFC 6750, section 2.1). */
export function bearerToken(authorization: string | undefined): string | HubError {
  if (authorization === undefined) {
    return new HubError(
      'unauthorized',
      'This needs a key: send the header "Authorization: Bearer sbx_…". Keys are made on the Keys screen or by "signalbox keys create".',
    );
  }
  const token = /^bearer +([^\s]+)$/iu.exec(authorization)?.[1];
  return (
    token ??
    new HubError(
      'unauthorized',
      'The Authorization header is not of the form "Bearer sbx_…"; send the key as it was shown.',
    )
  );
}

/** Whose key a request carries. Every request is asked anew: a revoked or expired key ends at once. */
export function authenticateHeader(hub: Hub, authorization: string | undefined): KeyState | HubError {
  const token = bearerToken(authorization);
  if (token instanceof HubError) return token;
  return authenticate(hub.state, hash('sha256', token, 'hex'), hub.now());
}
