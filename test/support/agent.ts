import {
  ask,
  bearer,
  endpointOf,
  initialize,
  openStream,
  rpc,
  type RpcJson,
  type StreamRequest,
  type WireStream,
} from './wire-client.ts';

/** An initialized session on HTTP+SSE, message by message. */
export interface SseAgent {
  readonly stream: WireStream;
  /** Id of its session. */
  readonly session: string;
  /** POSTs a body; answers the HTTP status. */
  send(body: unknown): Promise<number>;
  /** POSTs a request and waits for its answer on the stream. */
  call(id: number, method: string, params?: Record<string, unknown>): Promise<RpcJson>;
}

/** Opens `/sse` with a key and sends `initialize`. */
export async function sseAgent(url: string, secret: string): Promise<SseAgent> {
  const stream = await openStream(`${url}/sse`, { headers: bearer(secret) });
  const post = await endpointOf(stream, url);
  const send = (body: unknown): Promise<number> =>
    ask(post, { headers: bearer(secret), body }).then(({ status }) => status);
  await send(initialize());
  await stream.message(({ id }) => id === 'init');
  return {
    stream,
    session: new URL(post).searchParams.get('sessionId') ?? '',
    send,
    async call(id, method, params = {}) {
      await send(rpc(id, method, params));
      return stream.message((message) => message.id === id);
    },
  };
}

/** The revision of the stateless wire. */
export const STATELESS_VERSION = '2026-07-28';

/** `_meta` of a stateless request of a client. */
export function statelessMeta(client: string): Record<string, unknown> {
  return {
    'io.modelcontextprotocol/protocolVersion': STATELESS_VERSION,
    'io.modelcontextprotocol/clientInfo': { name: client, version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
}

/** Headers of a stateless request; `name` is the tool, prompt or URI that it names. */
export function statelessHeaders(secret: string, method: string, name?: string): Record<string, string> {
  return {
    ...bearer(secret),
    'mcp-protocol-version': STATELESS_VERSION,
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': name }),
  };
}

/** A stateless request that takes a stream as well as JSON. */
export function statelessRequest(
  secret: string,
  id: number,
  method: string,
  params: Record<string, unknown>,
  client = 'stateless-agent',
): StreamRequest {
  const name = typeof params['name'] === 'string' ? params['name'] : undefined;
  return {
    method: 'POST',
    headers: { ...statelessHeaders(secret, method, name), accept: 'application/json, text/event-stream' },
    body: rpc(id, method, { ...params, _meta: statelessMeta(client) }),
  };
}
