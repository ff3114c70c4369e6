import type { createMcpHandler, McpHttpHandler, Server } from '@modelcontextprotocol/server';
import { HubError } from '../../../../protocol/errors.ts';
import { lineSafe } from '../../../line-safe.ts';
import { sendJson } from '../../../http/http-errors.ts';
import { whenCut } from '../../../http/cut-answers.ts';
import { accepts } from '../../../http/media-type.ts';
import type { RunningRequest } from '../../sessions/session-work.ts';
import type { OutFrame } from '../../../taps/exchange-tap.ts';
import { toolErrorCode, toolOf } from '../../rpc/tool-messages.ts';
import { outFrame } from '../../rpc/message-frames.ts';
import { messageWorkspace } from '../../requests/message-workspace.ts';
import { type Exchange, unreadRefusal } from '../../requests/edge.ts';
import { EventStream } from '../../stream/event-stream.ts';
import { httpChunk, sseData, sseMessage } from '../../stream/http-chunk.ts';
import { keepStreamAlive } from '../../sessions/keep-stream-alive.ts';
import { contextOf, type StatelessCall, type StatelessDeps } from './stateless-call.ts';
import { errorText, refusalText, RpcError } from '../../rpc/rpc.ts';
import { serverCapabilities, serverInfo, serverInstructions } from '../../requests/server-info.ts';
import { rpcCodes } from '../../../../protocol/json-rpc.ts';
import { isRecord } from '../../../../protocol/is-record.ts';
import { streamOptions } from '../../requests/stream-options.ts';

type Sdk = { readonly createMcpHandler: typeof createMcpHandler; readonly Server: typeof Server };

/** A request while the SDK works on it. */
interface CurrentRequest {
  readonly call: StatelessCall;
  readonly signal: AbortSignal;
  refusal: HubError | undefined;
  /** What its client must be able to do and has not said that it can: HTTP 400, also where answers are streams. */
  unmet: RpcError | undefined;
  /** Where the answer goes, if it goes to a stream. */
  stream: EventStream | undefined;
}

/**
 * Stateless requests, served by the SDK's per-request handler on the shared methods. The SDK is loaded
 * at the first of them: the hub starts without it.
 */
export class StatelessRequests {
  readonly #deps: StatelessDeps;
  readonly #current = new WeakMap<Request, CurrentRequest>();
  #handlers: Promise<{ readonly auto: McpHttpHandler; readonly stream: McpHttpHandler }> | undefined;

  constructor(deps: StatelessDeps) {
    this.#deps = deps;
  }

  /** Answers a request; tool calls as a stream, so that a long one shows life. */
  async serve(call: StatelessCall, json: unknown): Promise<void> {
    const { exchange, session, message, key } = call;
    const { request, response } = exchange;
    const abort = new AbortController();
    // On this wire a client cancels by leaving before it has its answer.
    response.on('close', () => {
      if (!response.writableFinished) abort.abort();
    });
    const current: CurrentRequest = {
      call,
      signal: abort.signal,
      refusal: undefined,
      unmet: undefined,
      stream: undefined,
    };
    const running: RunningRequest = {
      id: message.id,
      abort,
      answer: (text, frame) => cutShort(current, text, frame),
      method: message.method,
      tool: toolOf(message),
      since: this.#deps.hub.now(),
      cause: call.cause,
    };
    const release = this.#deps.inUse.calls.take(key.id);
    if (release instanceof HubError) return this.#refuse(call, release);
    whenCut(response, { end: (why) => session.cutOff(why, (one) => one === running), isOfSession: true });
    session.begin(running);
    const web = webRequest(exchange, abort.signal);
    this.#current.set(web, current);
    try {
      const { auto, stream } = await this.#sdk();
      const streams = message.method === 'tools/call' && accepts(request.headers.accept, 'text/event-stream');
      const authInfo = { token: '', clientId: key.id, scopes: [] };
      const answer = await (streams ? stream : auto).fetch(web, { parsedBody: json, authInfo });
      await this.#send(current, answer);
    } finally {
      session.finish(running);
      release();
    }
    if (current.refusal) this.#deps.registry.endForViolation(session, current.refusal);
  }

  /** Answers a body that is not a request: 202 to a notification, else the SDK's refusal. */
  async reject(exchange: Exchange, json: unknown): Promise<void> {
    const { auto } = await this.#sdk();
    const answer = await auto.fetch(webRequest(exchange, new AbortController().signal), { parsedBody: json });
    const body = Buffer.from(await answer.arrayBuffer());
    exchange.response.writeHead(answer.status, {
      ...Object.fromEntries(answer.headers),
      'Content-Length': body.length,
    });
    exchange.response.end(body);
  }

  #refuse(call: StatelessCall, refusal: HubError): void {
    const body = refusalText(call.message.id, refusal);
    this.#message(call, body);
    sendJson(call.exchange.response, 200, body);
  }

  #refuseUnmet(call: StatelessCall, { code, message, data }: RpcError): void {
    const body = errorText(call.message.id, code, message, data);
    this.#message(call, body);
    sendJson(call.exchange.response, 400, body);
  }

  async #send(current: CurrentRequest, answer: Response): Promise<void> {
    const { call } = current;
    const { response, request } = call.exchange;
    // The client has left, or the session ended and this call with it.
    if (response.destroyed || response.headersSent) {
      await answer.body?.cancel();
      return;
    }
    const streamed = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (current.unmet) {
      await answer.body?.cancel();
      return this.#refuseUnmet(call, current.unmet);
    }
    if (streamed && answer.body && EventStream.canStream(request, response)) return this.#pump(current, answer.body);
    const body = await answer.text();
    if (response.headersSent) return;
    if (body !== '') call.session.countOut(Buffer.byteLength(body));
    this.#deps.unreadAnswers.send({
      keyId: call.key.id,
      response,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body,
      onSend: () => {
        if (body !== '') call.exchange.tap.message(this.#frame(call, body), body);
      },
      refusal: () => unreadRefusal(call.message.id),
    });
  }

  /** Passes the SDK's stream on event by event. */
  async #pump(current: CurrentRequest, body: ReadableStream<Uint8Array>): Promise<void> {
    const { keepAlive } = this.#deps;
    const { call } = current;
    const { session, exchange } = call;
    let release = (): void => undefined;
    const stream = new EventStream(exchange.response, {
      ...streamOptions(this.#deps, exchange, session.keyId),
      keepConnection: true,
      onEnd: () => release(),
    });
    release = keepStreamAlive(stream, keepAlive);
    current.stream = stream;
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of body) {
      text += decoder.decode(piece, { stream: true });
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const event = text.slice(0, end + 2);
        text = text.slice(end + 2);
        const data = sseData(event);
        if (data === undefined || data === '') {
          stream.write(httpChunk(event));
          continue;
        }
        const json = lineSafe(data);
        if (stream.open) session.countOut(Buffer.byteLength(json));
        stream.write(httpChunk(sseMessage(json)), undefined, this.#frame(call, json));
      }
    }
    stream.end('It has been answered.');
  }

  /** Records an answer that is the whole body. */
  #message(call: StatelessCall, json: string): void {
    call.session.countOut(Buffer.byteLength(json));
    call.exchange.tap.message(this.#frame(call, json), json);
  }

  /** What the recorder gets of a message to the client. */
  #frame({ message, cause, exchange, key }: StatelessCall, json: string): OutFrame {
    const parsed: unknown = JSON.parse(json);
    if (!isRecord(parsed)) return { kind: 'found' };
    if (typeof parsed['method'] === 'string') return { kind: 'notification', method: parsed['method'] };
    const code = isRecord(parsed['error'])
      ? Number(parsed['error']['code'])
      : isRecord(parsed['result'])
        ? toolErrorCode(parsed['result'])
        : undefined;
    const { hub } = this.#deps;
    const workspace = messageWorkspace(hub.state, key, message);
    return { ...outFrame(message, { code, cause, latencyMs: hub.timers.elapsed() - exchange.arrivedAt }), workspace };
  }

  #sdk(): Promise<{ readonly auto: McpHttpHandler; readonly stream: McpHttpHandler }> {
    return (this.#handlers ??= import('@modelcontextprotocol/server').then((sdk) => {
      const common = {
        legacy: 'reject',
        maxSubscriptions: 0, // StatelessListen serves those
        keepAliveMs: 0, // the hub's own timer does that
        onerror: () => undefined, // only reports what has been answered anyway
      } as const;
      const factory = ({ requestInfo }: { requestInfo?: Request }): Server => this.#server(sdk, requestInfo);
      return {
        auto: sdk.createMcpHandler(factory, common),
        stream: sdk.createMcpHandler(factory, { ...common, responseMode: 'sse' }),
      };
    }));
  }

  /** A server for one request (never shared between two: CVE-2026-25536), on the methods of all wires. */
  #server(sdk: Sdk, web: Request | undefined): Server {
    const server = new sdk.Server(serverInfo, { capabilities: serverCapabilities, instructions: serverInstructions });
    const current = web && this.#current.get(web);
    if (!current) return server;
    const method = this.#deps.methods.get(current.call.message.method);
    if (method) {
      server.fallbackRequestHandler = async (request, ctx) => {
        const token = ctx.mcpReq._meta?.progressToken;
        const progress =
          token === undefined
            ? {}
            : {
                progress: (fraction: number, message?: string) =>
                  void ctx.mcpReq
                    .notify({
                      method: 'notifications/progress',
                      params: {
                        progressToken: token,
                        progress: fraction,
                        total: 1,
                        ...(message === undefined ? {} : { message }),
                      },
                    })
                    .catch(() => undefined),
              };
        const context = contextOf(current.call, current.signal, (refusal) => (current.refusal = refusal));
        try {
          return { ...(await method(isRecord(request.params) ? request.params : {}, { ...context, ...progress })) };
        } catch (error) {
          if (error instanceof RpcError && error.code === rpcCodes.missingCapability) current.unmet = error;
          throw error;
        }
      };
    }
    return server;
  }
}

/** Answers before the SDK does, as the session ends. */
function cutShort({ call, stream }: CurrentRequest, json: string, frame: OutFrame): void {
  if (!stream) {
    call.exchange.tap.message(frame, json);
    return sendJson(call.exchange.response, 200, json);
  }
  stream.write(httpChunk(sseMessage(json)), undefined, frame);
  stream.end('It has been answered.');
}

/** The request in the form that the SDK takes, without its body, which is passed parsed. */
function webRequest({ request, path }: Exchange, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== 'authorization' && typeof value === 'string') headers.set(name, value);
  }
  return new Request(`http://hub${path}`, { method: 'POST', headers, signal });
}
