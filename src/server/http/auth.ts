import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
      'This needs a key: send the header "Authorization: Bearer sbx_…". Keys are made on the Keys screen or by "signalbox keys create". On this machine, or over https, a client that can log in needs none at /agent/mcp.',
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

/**
 * {@link authenticateHeader} with the digest of the connection's last header cached: it hardly ever changes. Until the
 * answer has ended, {@link answersOpenOn} has the secret that it was opened with.
 */
export function authenticateRequest(
  hub: Hub,
  { socket, headers }: IncomingMessage,
  response: ServerResponse,
): KeyState | HubError {
  const { authorization } = headers;
  let last = lastOf.get(socket);
  if (last?.authorization !== authorization || !last) {
    const sha256 = digestOf(authorization);
    if (sha256 instanceof HubError) return sha256;
    lastOf.set(socket, (last = { authorization, sha256 }));
  }
  const key = authenticate(hub.state, last.sha256, hub.now());
  if (!(key instanceof HubError)) keepOpen(socket, response, { keyId: key.id, sha256: last.sha256 });
  return key;
}

/** The secret (by its hash) that a request came with, and the key that it was good for. */
export interface UsedSecret {
  readonly keyId: string;
  readonly sha256: string;
}

/** The answers of a connection that have not ended, such as streams, with the secrets of their requests. */
export function answersOpenOn(socket: Socket): Iterable<readonly [ServerResponse, UsedSecret]> {
  return openOn.get(socket) ?? [];
}

/** The secret (by its hash) of a request whose answer has not ended. */
export function secretOf(response: ServerResponse): string | undefined {
  return openOn.get(response.req.socket)?.get(response)?.sha256;
}

function keepOpen(socket: Socket, response: ServerResponse, secret: UsedSecret): void {
  const open = openOn.get(socket) ?? new Map<ServerResponse, UsedSecret>();
  openOn.set(socket, open);
  open.set(response, secret);
  response.once('close', () => open.delete(response));
}

function digestOf(authorization: string | undefined): string | HubError {
  const token = bearerToken(authorization);
  return token instanceof HubError ? token : hash('sha256', token, 'hex');
}

/** The last header of a connection, with its digest. */
interface LastHeader {
  readonly authorization: string | undefined;
  readonly sha256: string;
}

const lastOf = new WeakMap<Socket, LastHeader>();
/** By connection: the answers that have not ended. A connection may carry other requests behind a stream. */
const openOn = new WeakMap<Socket, Map<ServerResponse, UsedSecret>>();
