import type { FrameRecord } from '../frame-record.ts';
import type { Participant } from './model.ts';
import { STATELESS } from '../wire-names.ts';

/** What belongs to the connection and not to the work done over it. */
const OF_SESSION =
  /^(?:initialize|ping|notifications\/.*|logging\/setLevel|resources\/(?:un)?subscribe|subscriptions\/listen)$/u;

/** Where a message that came in is answered. */
export function receiverOf({ method = '', wire }: FrameRecord): Participant {
  return OF_SESSION.test(method) && wire !== STATELESS ? 'session' : 'hub';
}

/** Where a notification comes from: news of a job from its process, all else from the hub. */
export function notifierOf({ subject = '' }: FrameRecord): Participant {
  return /^job\.(?:started|succeeded|failed)$/u.test(subject) ? 'worker' : 'hub';
}

export function isStream({ kind, method, status }: FrameRecord): boolean {
  return kind === 'exchange' && method === 'GET' && status === 200;
}

export function isRefused({ outcome }: FrameRecord): boolean {
  return outcome === 'refused' || outcome === 'error' || outcome === 'aborted';
}

export function isRequest(frame: FrameRecord, method?: string): boolean {
  return frame.kind === 'request' && frame.direction === 'in' && (method === undefined || frame.method === method);
}

/** `tools/call file_write`, `resources/read signalbox://guide`, `initialize`. */
export function messageTitle({ method = 'message', tool, subject }: FrameRecord): string {
  const short = method.replace(/^notifications\//u, '');
  const about = tool ?? subject;
  return about === undefined ? short : `${short} ${about}`;
}

/** `POST /messages`. */
export function exchangeText({ method, subject = '' }: FrameRecord): string {
  return method === undefined ? 'bytes that are no HTTP' : `${method} ${subject}`;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** `401 Unauthorized`. */
export function statusText(status: number): string {
  return [status, REASONS[status]].filter((part) => part !== undefined).join(' ');
}
