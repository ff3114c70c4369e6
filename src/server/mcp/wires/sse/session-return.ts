import type { IncomingMessage } from 'node:http';
import type { Hub } from '../../../../hub/hub.ts';
import { isOfAgent } from '../../requests/agent-name.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { EventStream } from '../../stream/event-stream.ts';
import { sseMessage } from '../../stream/http-chunk.ts';
import type { RpcMessage } from '../../rpc/rpc.ts';
import type { SessionRegistry } from '../../sessions/session-registry.ts';
import { userAgentOf } from '../../../http/user-agent.ts';

/** How long to wait for the answer, in ms: a client that can answer does so at once. */
const ANSWER_MS = 1_000;

/**
 * What JavaScript's own `fetch` calls itself, of Node, Deno and Bun. The clients that run there take a message
 * ahead of the `endpoint` event, and go on after {@link ANSWER_MS} if they do not. Others may never get to that
 * event: the official Python client reads no message before it, and stops at the first.
 */
const TAKES_MESSAGES_AHEAD = /^(?:node|undici|Deno\/[\d.]+|Bun\/[\d.]+)$/u;

type Answered = (session: AgentSession | undefined) => void;

/**
 * Finds the session of a client that opens `/sse` again without `Last-Event-ID`.
 *
 * The official clients do so by themselves after a drop. `MCP-Protocol-Version` shows that they have sent
 * `initialize` before, and until an `endpoint` event comes they POST to the address of the session that
 * they had. So they are sent a `ping` ahead of that event: the address at which its answer arrives names
 * the session, also where several clients share a key, and after a restart of the hub. Every other client gets
 * `endpoint` first, as the revision has it.
 */
export class SessionReturn {
  readonly #hub: Hub;
  readonly #registry: SessionRegistry;
  readonly #asked = new Map<string, { readonly keyId: string; readonly answered: Answered }>();

  constructor(parts: { hub: Hub; registry: SessionRegistry }) {
    this.#hub = parts.hub;
    this.#registry = parts.registry;
  }

  /**
   * Whether a client that opens a stream may be one that had a session, and bears to be asked.
   *
   * @param name the agent that it names: a client names the same one each time
   */
  mayReturn({ headers }: IncomingMessage, key: KeyState, name: string | undefined): boolean {
    const version = headers['mcp-protocol-version'];
    if (version === undefined || !TAKES_MESSAGES_AHEAD.test(headers['user-agent'] ?? '')) return false;
    return this.#registry
      .of('sse', key.id)
      .filter((session) => isOfAgent(session, name))
      .some(({ client, userAgent }) => client?.protocolVersion === version && userAgent === userAgentOf(headers));
  }

  /** The session of the client at the end of `stream`, which has had no `endpoint` event; `undefined` without an answer. */
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
    return session;
  }

  /** To be called with the messages that come to a session's address: the answer may be among them. */
  onMessages(session: AgentSession, messages: readonly RpcMessage[]): void {
    if (this.#asked.size === 0) return;
    for (const message of messages) {
      const asked = message.kind === 'reply' ? this.#asked.get(String(message.id)) : undefined;
      if (asked?.keyId === session.keyId) asked.answered(session);
    }
  }
}
