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

/** A JSON-RPC message as an SSE event; JSON text has no line breaks. */
export function sseMessage(json: string, id?: string): string {
  return id === undefined ? `event: message\ndata: ${json}\n\n` : `id: ${id}\nevent: message\ndata: ${json}\n\n`;
}
