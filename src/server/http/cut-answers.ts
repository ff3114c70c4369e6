import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HubError } from '../../protocol/errors.ts';

/** How an answer ends whose secret is not good any more. */
export interface AnswerEnd {
  /** Ends it in good order: `why` is for the client, `reason` for the log. */
  readonly end: (why: HubError, reason: string) => void;
  /** It ends with a session where all of the key is over; only a secret that was replaced ends it alone. */
  readonly isOfSession: boolean;
}

const reasons = new WeakMap<Socket, string>();
const ends = new WeakMap<ServerResponse, AnswerEnd>();

/** Ends a connection at once, and keeps why for whatever is open on it. */
export function cutSocket(socket: Socket, reason: string): void {
  reasons.set(socket, reason);
  socket.destroy();
}

/** Why {@link cutSocket} ended a connection; undefined where it did not. */
export function cutReason(socket: Socket): string | undefined {
  return reasons.get(socket);
}

/** Says how an answer ends; one of which nothing is said ends with its connection. What was said first holds. */
export function whenCut(response: ServerResponse, end: AnswerEnd): void {
  if (!ends.has(response)) ends.set(response, end);
}

/** What {@link whenCut} said of an answer. */
export function endOf(response: ServerResponse): AnswerEnd | undefined {
  return ends.get(response);
}
