import { z } from 'zod';
import { HUB } from '../../../../hub/rule.ts';
import { subscribeSession, unsubscribeSession } from '../../../../hub/rules/sessions.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { whenCut } from '../../../http/cut-answers.ts';
import { sendJson } from '../../../http/http-errors.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import { metaOf } from '../../rpc/request-meta.ts';
import { AGENT_CLOSED, EventStream } from '../../stream/event-stream.ts';
import { keepStreamAlive } from '../../sessions/keep-stream-alive.ts';
import { type ListenFilter, ListenStream } from './listen-stream.ts';
import { PacedWakeups } from '../../catalogue/call/paced-wakeups.ts';
import { rpcFailure } from '../../catalogue/methods.ts';
import { contextOf, type StatelessCall, type StatelessDeps } from './stateless-call.ts';
import { limitReached } from '../../../../hub/limits.ts';
import { statelessVersion } from '../../rpc/protocol-versions.ts';
import { outFrame } from '../../rpc/message-frames.ts';
import { toRpcError } from '../../rpc/agent-error.ts';
import { errorText } from '../../rpc/rpc.ts';
import { isRecord } from '../../../../protocol/is-record.ts';
import { CLIENT_CAPABILITIES_META, VERSION_META } from '../../../../protocol/json-rpc.ts';
import { streamOptions } from '../../requests/stream-options.ts';

const filterSchema = z.object({
  toolsListChanged: z.boolean().optional(),
  promptsListChanged: z.boolean().optional(),
  resourcesListChanged: z.boolean().optional(),
  resourceSubscriptions: z.array(z.string()).optional(),
});

/** Why a listen request is refused. */
interface ListenRefusal {
  readonly error: HubError;
  readonly uri?: string;
  /** Set when the session ends with it. */
  readonly ends?: HubError | undefined;
}

/** URIs that are looked at in one go. */
const AT_ONCE = 8;

/** Canonical URIs, and the workspace of each. */
type Uris = ReadonlyMap<string, string | undefined>;

/** Serves `subscriptions/listen`: the long POST on which a stateless client gets notifications. */
export class StatelessListen {
  readonly #deps: StatelessDeps;
  readonly #looks = new PacedWakeups();
  /** Each may have as many URIs as a listen may have. */
  readonly #opens = new PacedWakeups(2);

  constructor(deps: StatelessDeps) {
    this.#deps = deps;
  }

  /** Serves a listen request. Returns false for another method, and for headers that the SDK will refuse. */
  async serve(call: StatelessCall): Promise<boolean> {
    const { exchange, message } = call;
    if (message.method !== 'subscriptions/listen' || !inOrder(call)) return false;
    const asked = filterSchema.safeParse(message.params['notifications']);
    if (!asked.success) {
      await this.#refuse(call, { error: wrongFilter(asked.error.issues[0]) });
      return true;
    }
    if (!EventStream.canStream(exchange.request, exchange.response)) {
      await this.#refuse(call, { error: new HubError('bad_request', 'A stream needs HTTP/1.1.') });
      return true;
    }
    const { limits } = this.#deps.hub;
    if ((asked.data.resourceSubscriptions?.length ?? 0) > limits['uris-per-listen']) {
      await this.#refuse(call, { error: limitReached(limits, 'uris-per-listen') });
      return true;
    }
    const allowed = await this.#allowed(call, asked.data.resourceSubscriptions ?? []);
    if ('error' in allowed) {
      await this.#refuse(call, allowed);
      return true;
    }
    const uris = [...allowed.keys()];
    const filter: ListenFilter = {
      ...(asked.data.toolsListChanged === true ? { toolsListChanged: true } : {}),
      ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
    };
    const release = this.#deps.inUse.listens.take(call.key.id);
    if (release instanceof HubError) {
      await this.#refuse(call, { error: release });
      return true;
    }
    exchange.response.on('close', release);
    await this.#open(call, filter, allowed);
    return true;
  }

  /**
   * The URIs in canonical form, each once, with their workspaces; or why the key may not listen to them. A few at a
   * time: many agents may ask for a thousand each.
   */
  async #allowed(call: StatelessCall, asked: readonly string[]): Promise<Uris | ListenRefusal> {
    const uris = new Map<string, string | undefined>();
    for (let from = 0; from < asked.length; from += AT_ONCE) {
      await this.#looks.turn();
      const allowed = this.#look(call, asked.slice(from, from + AT_ONCE));
      if ('error' in allowed) return allowed;
      for (const [uri, workspace] of allowed) uris.set(uri, workspace);
    }
    return uris;
  }

  /** What is allowed at this moment. */
  #look(call: StatelessCall, asked: Iterable<string>): Uris | ListenRefusal {
    const { catalogue, registry } = this.#deps;
    if (!registry.isOpen(call.session.id)) {
      return { error: new HubError('cancelled', 'The session ended while it began to listen. Listen again.') };
    }
    let ends: HubError | undefined;
    const ctx = contextOf(call, new AbortController().signal, (error) => (ends = error));
    const uris = new Map<string, string | undefined>();
    for (const uri of asked) {
      const allowed = catalogue.resources.canSubscribe(uri, ctx);
      if (allowed instanceof HubError) return { error: allowed, uri, ends };
      uris.set(allowed.uri, allowed.workspace);
    }
    return uris;
  }

  async #open(call: StatelessCall, filter: ListenFilter, allowed: Uris): Promise<void> {
    const uris = [...allowed.keys()];
    const { exchange, session, message, cause } = call;
    const { hub, registry, keepAlive, broadcast } = this.#deps;
    const origin = { actor: session.actor, cause } as const;
    try {
      await hub.execute(subscribeSession, { sessionId: session.id, uris }, origin);
    } catch (error) {
      this.#unsubscribe(session, uris);
      if (!(error instanceof HubError)) throw error;
      return this.#refuse(call, { error });
    }
    await this.#opens.turn();
    if (exchange.response.destroyed) return this.#unsubscribe(session, uris);
    // While that was logged, the key may have lost its role, or the session may have ended. One URI stands for all of
    // its workspace.
    const oneOfEach = new Map([...allowed].map(([uri, workspace]) => [workspace, uri]));
    const late = this.#look(call, oneOfEach.values());
    if ('error' in late) {
      this.#unsubscribe(session, uris);
      return this.#refuse(call, late);
    }
    const stops: (() => void)[] = [];
    whenCut(exchange.response, { end: (why, reason) => listening.end(reason, why), isOfSession: true });
    const stream: EventStream = new EventStream(exchange.response, {
      ...streamOptions(this.#deps, exchange, session.keyId),
      onEnd: (reason) => {
        for (const stop of stops) stop();
        this.#unsubscribe(session, uris);
        if (reason === AGENT_CLOSED) registry.streamClosed(session, reason);
      },
    });
    const listening: ListenStream = new ListenStream({ session, stream, now: hub.now, message, cause, filter });
    for (const uri of uris) {
      stops.push(broadcast.listen(listening, uri));
      session.listens.add(uri);
      stops.push(() => session.listens.remove(uri));
    }
    stops.push(keepStreamAlive(stream, keepAlive), session.addPart(listening));
    // Nothing was asked for: the specification ends such a subscription at once.
    if (Object.keys(filter).length === 0) listening.end('It asked for no notifications.');
  }

  async #refuse(
    { exchange, session, message, cause }: StatelessCall,
    { error, uri, ends }: ListenRefusal,
  ): Promise<void> {
    await this.#deps.hub.durable().catch(() => undefined); // the refusal is logged before it is sent
    const failure = rpcFailure(toRpcError(error, uri));
    const body = errorText(message.id, failure.code, failure.message, failure.data);
    session.countOut(Buffer.byteLength(body));
    const latencyMs = this.#deps.hub.timers.elapsed() - exchange.arrivedAt;
    exchange.tap.message(outFrame(message, { code: failure.code, cause, latencyMs }), body);
    sendJson(exchange.response, 200, body, ends ? { Connection: 'close' } : {});
    if (ends) this.#deps.registry.endForViolation(session, ends);
  }

  /** Ends the subscriptions that no other stream of the session has. */
  #unsubscribe(session: AgentSession, uris: readonly string[]): void {
    const { hub, logger } = this.#deps;
    const over = uris.filter((uri) => !session.listens.has(uri));
    if (over.length === 0 || !hub.state.sessions.has(session.id)) return;
    try {
      hub.commit(unsubscribeSession, { sessionId: session.id, uris: over }, HUB);
    } catch (error) {
      logger.warn({ err: error, session: session.id }, 'the end of a subscription could not be logged');
    }
  }
}

/** What is wrong with `notifications`, and what to send. */
function wrongFilter(issue: z.core.$ZodIssue | undefined): HubError {
  const where = ['notifications', ...(issue?.path ?? [])].join('.');
  const what = issue?.message ?? 'is wrong';
  return new HubError(
    'invalid_argument',
    `"${where}": ${what}. Send for example {"notifications": {"resourceSubscriptions": ["signalbox://workspaces/{id}/events"], "toolsListChanged": true}}.`,
  );
}

/** Whether headers and `_meta` are as the revision wants them; where not, the SDK refuses the request. */
function inOrder({ exchange, message }: StatelessCall): boolean {
  const { 'mcp-protocol-version': version, 'mcp-method': method } = exchange.request.headers;
  const meta = metaOf({ params: message.params });
  return (
    version === statelessVersion &&
    meta?.[VERSION_META] === statelessVersion &&
    isRecord(meta[CLIENT_CAPABILITIES_META]) &&
    method === message.method
  );
}
