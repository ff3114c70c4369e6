import type { HubError } from '../../../../protocol/errors.ts';
import { workspaceIn } from '../../../../protocol/uris.ts';
import type { Delivery } from '../../../taps/deliveries.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { SessionPart } from '../../sessions/session-work.ts';
import type { ListenSubscriber } from '../../sessions/broadcast.ts';
import type { EventStream } from '../../stream/event-stream.ts';
import { httpChunk, sseMessage } from '../../stream/http-chunk.ts';
import type { ListenNotice } from '../../sessions/notice.ts';
import { messageText, refusalText, type RpcRequest } from '../../rpc/rpc.ts';
import { outFrame } from '../../rpc/message-frames.ts';
import type { OutFrame } from '../../../taps/exchange-tap.ts';
import { serverInfo } from '../../requests/server-info.ts';
import { rpcCodes, type RpcId, SERVER_INFO_META, SUBSCRIPTION_ID_META } from '../../../../protocol/json-rpc.ts';

/** What a `subscriptions/listen` request asks for, as far as it is granted. */
export interface ListenFilter {
  readonly toolsListChanged?: true;
  readonly resourceSubscriptions?: readonly string[];
}

/**
 * One `subscriptions/listen` stream (2026-07-28): first the acknowledgement, then notifications that
 * carry the request's id as subscription id, at the end the request's result.
 */
export class ListenStream implements ListenSubscriber, SessionPart {
  readonly session: AgentSession;
  readonly #stream: EventStream;
  readonly #now: () => number;
  readonly #message: RpcRequest;
  readonly #cause: string;
  readonly #startedAt: number;
  readonly #id: RpcId;
  readonly #idJson: string;
  readonly #filter: ListenFilter;

  constructor(parts: {
    readonly session: AgentSession;
    readonly stream: EventStream;
    readonly now: () => number;
    /** The request that it answers, and the id of its frame. */
    readonly message: RpcRequest;
    readonly cause: string;
    readonly filter: ListenFilter;
  }) {
    this.session = parts.session;
    this.#stream = parts.stream;
    this.#now = parts.now;
    this.#message = parts.message;
    this.#cause = parts.cause;
    this.#startedAt = parts.now();
    this.#id = parts.message.id;
    this.#idJson = JSON.stringify(parts.message.id);
    this.#filter = parts.filter;
    this.#notify('notifications/subscriptions/acknowledged', { notifications: parts.filter });
  }

  deliver(notice: ListenNotice, _seq: number, deliveries: Delivery[] | undefined): void {
    const shared = notice.made(this.#idJson);
    const taken = this.#stream.write(notice.head, shared.tail, shared.frame);
    if (!this.#stream.open) return;
    const at = this.#now();
    const frame = this.#stream.lastFrame;
    this.session.countOut(notice.head.length + shared.tail.length);
    if (!deliveries) return;
    const { id: sessionId, keyId, actor } = this.session;
    const delivery: Delivery = { sessionId, keyId, agent: actor.agent, frame, sentAt: at };
    deliveries.push(delivery);
    if (taken) delivery.receivedAt = at;
    else this.#stream.whenTaken(() => (delivery.receivedAt = this.#now()));
  }

  toolsChanged(): void {
    if (this.#filter.toolsListChanged) this.#notify('notifications/tools/list_changed', {});
  }

  workspaceLost(workspace: string, reason: string, why: HubError): void {
    if (this.#filter.resourceSubscriptions?.some((uri) => workspaceIn(uri) === workspace)) this.end(reason, why);
  }

  /** Ends the subscription: the result says that nothing more follows, or an error why. */
  end(reason: string, why?: HubError): void {
    const result = {
      resultType: 'complete',
      _meta: { [SUBSCRIPTION_ID_META]: this.#id, [SERVER_INFO_META]: serverInfo },
    };
    const answer = {
      code: why && rpcCodes.server,
      cause: this.#cause,
      latencyMs: Math.max(0, this.#now() - this.#startedAt),
    };
    const json = why ? refusalText(this.#id, why) : messageText({ jsonrpc: '2.0', id: this.#id, result });
    this.#write(json, outFrame(this.#message, answer));
    this.#stream.end(reason);
  }

  #notify(method: string, params: Record<string, unknown>): void {
    const meta = { _meta: { [SUBSCRIPTION_ID_META]: this.#id } };
    this.#write(messageText({ jsonrpc: '2.0', method, params: { ...params, ...meta } }), {
      kind: 'notification',
      method,
    });
  }

  #write(json: string, frame: OutFrame): void {
    this.#stream.write(httpChunk(sseMessage(json)), undefined, frame);
    this.session.countOut(Buffer.byteLength(json));
  }
}
