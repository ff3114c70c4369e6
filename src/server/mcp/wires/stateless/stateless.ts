import { HubError } from '../../../../protocol/errors.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import { described } from '../../rpc/described.ts';
import { type Exchange, recordHead, refuse } from '../../requests/edge.ts';
import { metaOf } from '../../rpc/era.ts';
import type { ModernCall, ModernDeps } from './stateless-call.ts';
import { ModernListen } from './stateless-listen.ts';
import { ModernRequests } from './stateless-requests.ts';
import { ModernSessions } from './stateless-sessions.ts';
import { parseMessage } from '../../rpc/rpc.ts';

/**
 * The wire of revision 2026-07-28: each POST stands alone. Requests are checked and answered through
 * the SDK's per-request handler, which knows the era's rules; `subscriptions/listen` is served here,
 * for its notifications go the same way as everybody's.
 */
export class ModernWire {
  readonly #deps: ModernDeps;
  readonly #sessions: ModernSessions;
  readonly #requests: ModernRequests;
  readonly #listen: ModernListen;

  constructor(deps: ModernDeps) {
    this.#deps = deps;
    this.#sessions = new ModernSessions(deps.hub, deps.registry);
    this.#requests = new ModernRequests(deps);
    this.#listen = new ModernListen(deps);
  }

  /** POST: one request or notification. The body has been read and parsed. */
  async post(exchange: Exchange, key: KeyState, text: string, json: unknown): Promise<void> {
    const message = parseMessage(json);
    const meta = metaOf(json);
    if (message.kind !== 'request' || !meta) {
      // Whatever is wrong with it, or a notification that asks for nothing: the SDK has the words.
      recordHead(this.#deps, exchange, 'modern', 200, undefined);
      return this.#requests.reject(exchange, json);
    }
    let head: string | undefined;
    const session = await this.#session(exchange, key, meta, (id) => {
      head = recordHead(this.#deps, exchange, 'modern', 200, id);
      return head;
    });
    if (!session) return;
    if (head === undefined) recordHead(this.#deps, exchange, 'modern', 200, session.id);
    session.countIn(Buffer.byteLength(text));
    const cause = this.#deps.frames.record({
      sessionId: session.id,
      wire: 'modern',
      direction: 'in',
      ...described(message),
      sizeBytes: Buffer.byteLength(text),
      body: text,
    });
    const call: ModernCall = { exchange, key, session, message, cause };
    if (await this.#listen.serve(call)) return;
    await this.#requests.serve(call, json);
  }

  async #session(
    exchange: Exchange,
    key: KeyState,
    meta: Readonly<Record<string, unknown>>,
    causeOf: (sessionId: string) => string,
  ): Promise<AgentSession | undefined> {
    try {
      const session = await this.#sessions.of(key, meta, exchange.request, causeOf);
      await this.#deps.registry.resume(session);
      return session;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      refuse(this.#deps, exchange, 'modern', error);
      return undefined;
    }
  }
}
