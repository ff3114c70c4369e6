import type { HubError } from '../../../protocol/errors.ts';
import type { Wire } from '../../../protocol/events/sessions.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { rpcCodes, rpcErrorBody, sendJson, statusOf } from '../../http/http-errors.ts';
import { type EdgeDeps, type Exchange, recordHead } from './edge.ts';

/** Answers a request that named a session which is not there, or which another key opened: that is logged. */
export function refuseSession(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
  error: HubError,
  key: KeyState,
  sessionId: string,
): void {
  const status = statusOf(error.code);
  const frame = recordHead(deps, exchange, wire, status, undefined, error.code);
  if (error.code === 'forbidden') sessionDenied(deps, key, sessionId, frame);
  sendJson(exchange.response, status, rpcErrorBody(error, rpcCodes.server));
}

/** Logs that a key named a session of another one. `cause` is the frame in which it did. */
export function sessionDenied({ hub, logger }: EdgeDeps, key: KeyState, sessionId: string, cause: string): void {
  const what = 'a session that another key opened';
  try {
    const denied = { type: 'access.denied', keyId: key.id, sessionId, code: 'forbidden', what } as const;
    hub.record([denied], { actor: { kind: 'agent', key: key.id }, cause });
  } catch (error) {
    // While the disk refuses writes the door stays shut, only unlogged.
    logger.warn({ err: error, session: sessionId }, 'a refusal could not be logged');
  }
}
