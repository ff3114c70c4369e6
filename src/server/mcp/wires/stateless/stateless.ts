import { HubError } from '../../../../protocol/errors.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import { type Exchange, refuse, refuseProblem } from '../../requests/edge.ts';
import { metaOf } from '../../rpc/request-meta.ts';
import type { StatelessCall, StatelessDeps } from './stateless-call.ts';
import { StatelessListen } from './stateless-listen.ts';
import { StatelessRequests } from './stateless-requests.ts';
import { StatelessSessions } from './stateless-sessions.ts';
import { messageWorkspace } from '../../requests/message-workspace.ts';
import { inFrame } from '../../rpc/message-frames.ts';
import { parseMessage } from '../../rpc/rpc.ts';
import { STATELESS } from '../../../../protocol/wire-names.ts';

/**
 * The wire of revision 2026-07-28: each POST stands alone. Requests are checked and answered through
 * the SDK's per-request handler, which knows the revision's rules; `subscriptions/listen` is served here,
 * as its notifications come from the same broadcast as those of all wires.
 */
export class StatelessWire {
  readonly #deps: StatelessDeps;
  readonly #sessions: StatelessSessions;
  readonly #requests: StatelessRequests;
  readonly #listen: StatelessListen;

  constructor(deps: StatelessDeps) {
    this.#deps = deps;
    this.#sessions = new StatelessSessions(deps.hub, deps.registry);
    this.#requests = new StatelessRequests(deps);
    this.#listen = new StatelessListen(deps);
  }

  /** POST: one request or notification. The body has been read and parsed. */
  async post(exchange: Exchange, key: KeyState, text: string, json: unknown): Promise<void> {
    const message = parseMessage(json);
    // Also of a notification: what is too long to be repeated is not the SDK's to answer.
    if (message.kind === 'problem') return refuseProblem(this.#deps, exchange, STATELESS, message);
    const meta = metaOf(json);
    exchange.tap.wire = STATELESS;
    if (message.kind !== 'request' || !meta) {
      // A malformed message, or a notification, which asks for nothing: the SDK answers both.
      return this.#requests.reject(exchange, json);
    }
    const { hub, recorder } = this.#deps;
    const session = await this.#session(exchange, key, meta, () => exchange.tap.id);
    if (!session) return;
    exchange.tap.owner = session;
    exchange.tap.bodyIsMessage();
    session.countIn(Buffer.byteLength(text));
    const n = recorder.record({
      ...inFrame(message),
      workspace: messageWorkspace(hub.state, key, message),
      direction: 'in',
      party: session.actor,
      wire: STATELESS,
      exchange: exchange.tap.n,
      body: { form: 'text', text },
    });
    const cause = recorder.idOf(n);
    const call: StatelessCall = { exchange, key, session, message, cause };
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
      const session = await this.#sessions.of(key, meta, exchange, causeOf);
      await this.#deps.registry.resume(session);
      return session;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      refuse(this.#deps, exchange, STATELESS, error);
      return undefined;
    }
  }
}
