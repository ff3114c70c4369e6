import { HubError } from '../../protocol/errors.ts';
import { LOGIN_MCP } from '../http/login-paths.ts';
import { authenticated, type EdgeDeps, type Exchange, receivedJson, refuse, refuseHead } from './requests/edge.ts';
import { isStateless } from './rpc/request-meta.ts';
import type { StatelessWire } from './wires/stateless/stateless.ts';
import type { StreamableWire } from './wires/streamable/streamable.ts';

const NO_STATELESS =
  'This address speaks revisions with sessions, up to 2025-11-25: begin with initialize. Without sessions it is /mcp, with a key.';

/**
 * `/mcp`: one address for two wires. A request that carries its revision in `_meta`, or names a stateless one in its
 * header, is stateless; all others belong to sessions. `/agent/mcp`, for clients that log in, has sessions alone: over
 * them a client can be told something unasked.
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
        if (
          exchange.path.startsWith(LOGIN_MCP) &&
          isStateless(received.json, request.headers['mcp-protocol-version'])
        ) {
          return refuse(this.#deps, exchange, 'streamable', new HubError('bad_request', NO_STATELESS));
        }
        return isStateless(received.json, request.headers['mcp-protocol-version'])
          ? this.#stateless.post(exchange, key, received.text, received.json)
          : this.#streamable.post(exchange, key, received.text, received.json);
      }
      default:
        refuseHead(this.#deps, exchange, 'streamable', {
          status: 405,
          what: `${exchange.path} takes POST, GET and DELETE.`,
          allow: 'GET, POST, DELETE',
        });
    }
  }
}
