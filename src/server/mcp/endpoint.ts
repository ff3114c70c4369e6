import { authenticated, type EdgeDeps, type Exchange, receivedJson, refuseHead } from './requests/edge.ts';
import { isStateless } from './rpc/request-meta.ts';
import type { StatelessWire } from './wires/stateless/stateless.ts';
import type { StreamableWire } from './wires/streamable/streamable.ts';

/**
 * `/mcp`: one address for two wires. A request that carries its revision in `_meta`, or names a
 * stateless one in its header, is stateless; all others belong to sessions.
 */
export class McpEndpoint {
  readonly #deps: EdgeDeps;
  readonly #streamable: StreamableWire;
  readonly #stateless: StatelessWire;

  constructor(deps: EdgeDeps, streamable: StreamableWire, stateless: StatelessWire) {
    this.#deps = deps;
    this.#streamable = streamable;
    this.#stateless = stateless;
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request } = exchange;
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
        return isStateless(received.json, request.headers['mcp-protocol-version'])
          ? this.#stateless.post(exchange, key, received.text, received.json)
          : this.#streamable.post(exchange, key, received.text, received.json);
      }
      default:
        refuseHead(this.#deps, exchange, 'streamable', {
          status: 405,
          what: '/mcp takes POST, GET and DELETE.',
          allow: 'GET, POST, DELETE',
        });
    }
  }
}
