import { HubError } from '../../protocol/errors.ts';
import { errorBody, sendJson } from '../http/http-errors.ts';
import { authenticated, type EdgeDeps, type Exchange, receivedJson, recordHead } from './requests/edge.ts';
import { isModern } from './rpc/era.ts';
import type { ModernWire } from './wires/stateless/stateless.ts';
import type { StreamableWire } from './wires/streamable/streamable.ts';

/**
 * `/mcp`: one address for two eras. A request that carries its revision in `_meta`, or names a
 * stateless one in its header, is stateless; all others belong to sessions.
 */
export class McpEndpoint {
  readonly #deps: EdgeDeps;
  readonly #streamable: StreamableWire;
  readonly #modern: ModernWire;

  constructor(deps: EdgeDeps, streamable: StreamableWire, modern: ModernWire) {
    this.#deps = deps;
    this.#streamable = streamable;
    this.#modern = modern;
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const key = authenticated(this.#deps, exchange, 'streamable');
    if (!key) return;
    switch (request.method) {
      case 'GET':
        return this.#streamable.get(exchange, key);
      case 'DELETE':
        return this.#streamable.delete(exchange, key);
      case 'POST': {
        const received = await receivedJson(this.#deps, exchange, 'streamable');
        if (!received) return;
        return isModern(received.json, request.headers['mcp-protocol-version'])
          ? this.#modern.post(exchange, key, received.text, received.json)
          : this.#streamable.post(exchange, key, received.text, received.json);
      }
      default:
        recordHead(this.#deps, exchange, 'streamable', 405, undefined, 'bad_request');
        sendJson(response, 405, errorBody(new HubError('bad_request', '/mcp takes POST, GET and DELETE.')), {
          Allow: 'GET, POST, DELETE',
        });
    }
  }
}
