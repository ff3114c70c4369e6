import { type HubError, toWire } from '../../../protocol/errors.ts';
import { lineSafe } from '../../line-safe.ts';

/**
 * A piece of a response body framed as one chunk of the chunked coding (RFC 9112, section 7.1).
 *
 * Streams write to their sockets themselves, in chunks framed once: a notification that goes to a
 * thousand streams is one buffer, where `response.write` would frame it again for each of them.
 */
export function httpChunk(text: string): Buffer {
  return Buffer.from(chunkText(text));
}

/** {@link httpChunk} as text. */
export function chunkText(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** An SSE comment: a sign of life that no client takes for a message. */
export function sseComment(text: string): Buffer {
  return httpChunk(`: ${text}\n\n`);
}

/** A JSON-RPC message as an SSE event; JSON text has no CR or LF, and what else may end a line is escaped. */
export function sseMessage(json: string, id?: string): string {
  const rest = `event: message\ndata: ${lineSafe(json)}\n\n`;
  return id === undefined ? rest : `id: ${id}\n${rest}`;
}

/** Why a stream ends, as an event that clients which read messages alone pass over. */
export function sseError(why: HubError): string {
  return `event: error\ndata: ${lineSafe(JSON.stringify({ error: toWire(why) }))}\n\n`;
}

/** The data of an SSE event; `undefined` where it has none. Lines end at CR and LF only (WHATWG HTML, section 9.2.6). */
export function sseData(event: string): string | undefined {
  const lines = event.split(/\r\n|\n|\r/u).filter((line) => line.startsWith('data:'));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n');
}
