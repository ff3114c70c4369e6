import type { IncomingMessage } from 'node:http';
import { fromWire, HubError } from '../protocol/errors.ts';
import { type HubHttp, textOfBody } from './http.ts';
import type { HubPlace, HubWithKey } from './hub-place.ts';
import type { LastKnown } from './last-known.ts';
import { isRecord } from '../protocol/is-record.ts';

/** What both sides of the bridge work with. */
export interface SideDeps {
  readonly http: HubHttp;
  readonly place: HubPlace;
  readonly known: LastKnown;
  /** Sends a message to the client. */
  readonly send: (text: string) => void;
  /** Resolves when the client has room for more. */
  readonly room: () => Promise<void>;
  /** One line on stderr. */
  readonly log: (line: string) => void;
}

/** The headers of every request to the hub. */
export function headersFor({ key }: HubWithKey, name: string | undefined): Record<string, string> {
  return {
    Authorization: `Bearer ${key}`,
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    // Header texts are Latin-1; the hub reads UTF-8 in it.
    ...(name === undefined ? {} : { 'X-Signalbox-Agent': Buffer.from(name, 'utf8').toString('latin1') }),
  };
}

/**
 * Why the hub refused: its refusal of the request as a whole, or the text of its JSON-RPC error for the client.
 *
 * @throws ConnectionLost
 */
export async function hubRefusal(response: IncomingMessage): Promise<HubError | string> {
  const text = await textOfBody(response);
  const json = parsed(text);
  const error = isRecord(json) && isRecord(json['error']) ? json['error'] : undefined;
  if (!error)
    return new HubError('internal', `The hub answered with HTTP ${response.statusCode ?? 0}: ${text.slice(0, 200)}`);
  const refusal = fromWire(isRecord(error['data']) ? error['data'] : error);
  if (!isRecord(json) || json['jsonrpc'] !== '2.0') return refusal;
  return isAboutAccess(refusal) || refusal.code === 'session_unknown' ? refusal : text;
}

/** Whether a refusal is about the key: there may be another one by now. */
export function isAboutAccess({ code }: HubError): boolean {
  return code === 'unauthorized' || code === 'key_revoked' || code === 'key_expired' || code === 'key_suspended';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
