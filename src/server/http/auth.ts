import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Hub } from '../../hub/hub.ts';
import { authenticate } from '../../hub/permission.ts';
import { HubError } from '../../protocol/errors.ts';
import type { KeyState } from '../../protocol/state.ts';

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

/** The key of a header. Checked for every request, so that a revoked or expired key ends at once. */
export function authenticateHeader(hub: Hub, authorization: string | undefined): KeyState | HubError {
  const sha256 = digestOf(authorization);
  return sha256 instanceof HubError ? sha256 : authenticate(hub.state, sha256, hub.now());
}

/** {@link authenticateHeader} with the digest of the connection's last header cached: it hardly ever changes. */
export function authenticateRequest(hub: Hub, { socket, headers }: IncomingMessage): KeyState | HubError {
  const { authorization } = headers;
  const last = lastOf.get(socket);
  if (last && last.authorization === authorization) return authenticate(hub.state, last.sha256, hub.now());
  const sha256 = digestOf(authorization);
  if (sha256 instanceof HubError) return sha256;
  const key = authenticate(hub.state, sha256, hub.now());
  lastOf.set(socket, { authorization, sha256, keyId: key instanceof HubError ? undefined : key.id });
  return key;
}

/** The secret (by its hash) of a connection's last header, and the key that it was good for. */
export function secretOn(socket: Socket): { readonly sha256: string; readonly keyId: string | undefined } | undefined {
  return lastOf.get(socket);
}

function digestOf(authorization: string | undefined): string | HubError {
  const token = bearerToken(authorization);
  return token instanceof HubError ? token : hash('sha256', token, 'hex');
}

/** What is known of the last header of a connection. */
interface LastHeader {
  readonly authorization: string | undefined;
  readonly sha256: string;
  readonly keyId: string | undefined;
}

const lastOf = new WeakMap<Socket, LastHeader>();
