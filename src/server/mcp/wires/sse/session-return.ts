import type { IncomingMessage } from 'node:http';
import type { Hub } from '../../../../hub/hub.ts';
import type { FrameRing } from '../../../frames/frame-ring.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { EventStream } from '../../stream/event-stream.ts';
import { sseMessage } from '../../stream/http-chunk.ts';
import type { RpcMessage } from '../../rpc/rpc.ts';
import type { SessionRegistry } from '../../sessions/session-registry.ts';

/** A client that can say who it is does so at once; in ms. */
const ANSWER_MS = 1_000;

type Answered = (session: AgentSession | undefined) => void;

/**
 * Finds out which session a client goes on with that opens `/sse` again without `Last-Event-ID`.
 *
 * The official clients do so by themselves after a drop. That they greeted before shows in
 * `MCP-Protocol-Version`, and until an `endpoint` event says otherwise they POST to the address of the
 * session they had. So they are asked for a `ping` before that event: where the answer arrives is who
 * they are, whatever else has the same key, and after a restart of the hub too.
 */
export class SseReturns {
  readonly #hub: Hub;
  readonly #registry: SessionRegistry;
  readonly #frames: FrameRing;
  readonly #asked = new Map<string, { readonly keyId: string; readonly answered: Answered }>();

  constructor(parts: { hub: Hub; registry: SessionRegistry; frames: FrameRing }) {
    this.#hub = parts.hub;
    this.#registry = parts.registry;
    this.#frames = parts.frames;
  }

  /** Whether a client that opens a stream may be one that had a session. */
  expects({ headers }: IncomingMessage, key: KeyState): boolean {
    const version = headers['mcp-protocol-version'];
    if (version === undefined) return false;
    return this.#registry
      .of('sse', key.id)
      .some(({ client, userAgent }) => client?.protocolVersion === version && userAgent === headers['user-agent']);
  }

  /** Asks on a stream that has had no `endpoint` event; `undefined` for a client that does not say. */
  async ask(stream: EventStream, key: KeyState): Promise<AgentSession | undefined> {
    const id = `return-${this.#hub.newId('frm')}`;
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' });
    const answer = new Promise<AgentSession | undefined>((answered) =>
      this.#asked.set(id, { keyId: key.id, answered }),
    );
    const timer = this.#hub.timers.setTimeout(() => this.#asked.get(id)?.answered(undefined), ANSWER_MS);
    stream.writeText(sseMessage(body));
    const session = await answer;
    this.#hub.timers.clearTimeout(timer);
    this.#asked.delete(id);
    this.#frames.record({
      sessionId: session?.id,
      wire: 'sse',
      direction: 'out',
      kind: 'request',
      label: 'ping',
      rpcId: id,
      sizeBytes: body.length,
      body,
    });
    return session;
  }

  /** Messages have come to a session's address: the answer that was waited for may be among them. */
  heard(session: AgentSession, messages: readonly RpcMessage[]): void {
    if (this.#asked.size === 0) return;
    for (const message of messages) {
      const asked = message.kind === 'reply' ? this.#asked.get(String(message.id)) : undefined;
      if (asked?.keyId === session.keyId) asked.answered(session);
    }
  }
}
