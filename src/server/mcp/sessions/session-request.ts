import type { Origin } from '../../../hub/rule.ts';
import type { HubError } from '../../../protocol/errors.ts';
import type { KeyState } from '../../../protocol/state.ts';
import type { OutFrame } from '../../taps/exchange-tap.ts';
import type { AgentSession } from './agent-session.ts';
import type { RunningRequest } from './session-work.ts';
import type { CallContext } from '../catalogue/call/call-context.ts';
import { type LogLevel, wants } from '../rpc/log-level.ts';
import { toolOf } from '../rpc/tool-messages.ts';
import { messageText, type RpcRequest } from '../rpc/rpc.ts';
import { isRpcId, type RpcId } from '../../../protocol/json-rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';
import type { Wire } from '../../../protocol/wire-names.ts';

/** How a request came in, and how to answer it. */
export interface RequestChannel {
  readonly session: AgentSession;
  readonly key: KeyState;
  /** Id of its frame. */
  readonly cause: string;
  readonly since: number;
  /** See {@link RunningRequest.secret}. */
  readonly secret?: string | undefined;
  /** Sends the answer's text. */
  readonly answer: (json: string, frame: OutFrame) => void;
  /** Sends a notification that belongs to the request (progress). */
  readonly notify: (json: string) => void;
}

/** A request while it is worked on: what its session keeps of it, and the context of its method. */
export class SessionRequest implements CallContext, RunningRequest {
  readonly id: RpcId;
  readonly method: string;
  readonly tool: string | undefined;
  readonly since: number;
  readonly cause: string;
  readonly secret: string | undefined;
  readonly answer: (json: string, frame: OutFrame) => void;
  readonly abort = new LazyAbort();
  origin: Origin & { readonly actor: AgentSession['actor'] };
  readonly key: KeyState;
  readonly sessionId: string;
  readonly wire: Wire;
  readonly protocolVersion: string;
  readonly address: string | undefined;
  readonly params: RpcRequest['params'];
  readonly progress: CallContext['progress'];
  readonly #session: AgentSession;
  readonly #notify: (json: string) => void;
  /** Why its session ends once it has been answered. */
  refusal: HubError | undefined;

  constructor(request: RpcRequest, { session, key, cause, since, secret, answer, notify }: RequestChannel) {
    const { id, method, params } = request;
    this.id = id;
    this.method = method;
    this.tool = toolOf(request);
    this.since = since;
    this.cause = cause;
    this.secret = secret;
    this.answer = answer;
    this.origin = { actor: session.actor, cause };
    this.key = key;
    this.sessionId = session.id;
    this.wire = session.wire;
    this.protocolVersion = session.protocolVersion;
    this.address = session.address;
    this.params = params;
    this.#session = session;
    this.#notify = notify;
    const meta = params['_meta'];
    const token = isRecord(meta) ? meta['progressToken'] : undefined;
    this.progress = isRpcId(token) ? progressOf(token, notify) : undefined;
  }

  /** Its session got its agent while the request was looked at. */
  namedAs(actor: AgentSession['actor']): void {
    this.origin = { actor, cause: this.cause };
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  log(level: LogLevel, data: unknown): void {
    if (!wants(this.#session.logLevel ?? 'info', level)) return;
    this.#notify(messageText({ jsonrpc: '2.0', method: 'notifications/message', params: { level, data } }));
  }

  async ask(method: string, params: object): Promise<unknown> {
    return await this.#session.questions.ask(method, params, this.#notify, this.signal);
  }

  endConnection(refusal: HubError): void {
    this.refusal = refusal;
  }
}

/** `notifications/progress` for a token; `total` is 1, as `progress` is a fraction. */
function progressOf(token: RpcId, notify: (json: string) => void): (fraction: number, message?: string) => void {
  return (progress, message) =>
    notify(
      messageText({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: token, progress, total: 1, ...(message === undefined ? {} : { message }) },
      }),
    );
}

/** An AbortController that is made only when its signal is asked for: most calls never do. */
class LazyAbort {
  #controller: AbortController | undefined;
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}
