import type { IncomingMessage } from 'node:http';
import { HubError, messageOf } from '../protocol/errors.ts';
import { Backoff } from './backoff.ts';
import { eventsOf } from './read-stream.ts';
import { type HubAsk, ConnectionLost, isEventStream, textOfBody } from './http.ts';
import type { HubWithKey } from './hub-place.ts';
import { noticeLine, readMessage, type RpcPart } from './rpc-message.ts';
import { headersFor, isAboutAccess, hubRefusal, type SideDeps } from './side.ts';
import { isRecord } from '../protocol/is-record.ts';

/** How long the bridge tries to end its session before it ends itself, in ms. */
const GOODBYE_MS = 1_000;

/** Resources that are subscribed to again in a new session. */
const MOST_URIS = 1_000;

/**
 * The session with the hub, as long as the client lives: it goes on after the hub's restart, and a new one takes its
 * place, with the client's own handshake and subscriptions, when the hub has it no more.
 */
export class HubSession {
  readonly #deps: SideDeps;
  readonly #stop = new AbortController();
  readonly #backoff = new Backoff();
  readonly #uris = new Set<string>();
  #level: unknown;
  #hello: RpcPart | undefined;
  /** The revision that the client was given. */
  #version: string | undefined;
  #id: string | undefined;
  #opening: Promise<string> | undefined;
  #watching = false;
  /** Whether the client may hold lists, or contents of resources, that are not the hub's any more. */
  #isStale = false;
  #asked = 0;

  constructor(deps: SideDeps) {
    this.#deps = deps;
  }

  /** The client's handshake: what a new session is opened with. */
  greet(hello: RpcPart): void {
    this.#hello = hello;
  }

  /** Opens the session with the client's own `initialize`. Answers what the hub answered. */
  async openFor(text: string, signal: AbortSignal): Promise<string> {
    const { answer, id } = await this.#initialize(text, signal);
    if (id !== undefined) this.#id = id;
    return answer;
  }

  /** The client was given something in the hub's place; of `initialize`, which revision. */
  stoodIn(version?: string): void {
    this.#isStale = true;
    if (version !== undefined) this.#version = version;
  }

  /** What the hub has agreed to, and a new session needs too. */
  agreed({ method, params }: RpcPart): void {
    const uri = params?.['uri'];
    if (method === 'logging/setLevel') this.#level = params?.['level'];
    if (typeof uri !== 'string') return;
    if (method === 'resources/subscribe' && this.#uris.size < MOST_URIS) this.#uris.add(uri);
    if (method === 'resources/unsubscribe') this.#uris.delete(uri);
  }

  /** The client is ready: what the hub has to say is passed on from now. */
  ready(): void {
    if (this.#watching) return;
    this.#watching = true;
    void this.#watch();
  }

  /** The id of the session, which is opened again where it was lost. Undefined before the client's handshake. */
  async id(): Promise<string | undefined> {
    if (this.#id !== undefined || !this.#hello) return this.#id;
    this.#opening ??= this.#reopen(this.#hello).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** The hub has this session no more. */
  lose(id: string): void {
    if (this.#id === id) this.#id = undefined;
  }

  /** Sends a message. @throws ConnectionLost */
  send(
    place: HubWithKey,
    id: string | undefined,
    text: string,
    how: Pick<HubAsk, 'signal' | 'onSent'> = {},
  ): Promise<IncomingMessage> {
    const headers = this.#headers(place, id);
    return this.#deps.http.ask(`${place.url}/mcp`, { method: 'POST', headers, body: text, ...how });
  }

  /** Fetches what follows an event of a reply that broke off; undefined where there is nothing to be had. */
  async resume(lastEventId: string, signal: AbortSignal): Promise<IncomingMessage | undefined> {
    const id = this.#id;
    if (id === undefined) return undefined;
    try {
      const place = await this.#deps.place.find();
      const headers = { ...this.#headers(place, id), Accept: 'text/event-stream', 'Last-Event-ID': lastEventId };
      const response = await this.#deps.http.ask(`${place.url}/mcp`, { method: 'GET', headers, signal });
      if (response.statusCode === 200 && isEventStream(response)) return response;
      response.resume();
    } catch (error) {
      if (!(error instanceof ConnectionLost) && !(error instanceof HubError)) throw error;
    }
    return undefined;
  }

  /** Tells the hub that the client has left. */
  async close(): Promise<void> {
    this.#stop.abort();
    const id = this.#id;
    if (id === undefined) return;
    try {
      const place = await this.#deps.place.find();
      const signal = AbortSignal.timeout(GOODBYE_MS);
      const headers = this.#headers(place, id);
      (await this.#deps.http.ask(`${place.url}/mcp`, { method: 'DELETE', headers, signal })).resume();
    } catch (error) {
      this.#deps.log(`The session could not be ended at the hub: ${messageOf(error)}`);
    }
  }

  #headers(place: HubWithKey, id: string | undefined): Record<string, string> {
    return {
      ...headersFor(place, this.#deps.place.name),
      ...(id === undefined ? {} : { 'Mcp-Session-Id': id }),
      ...(id === undefined || this.#version === undefined ? {} : { 'MCP-Protocol-Version': this.#version }),
    };
  }

  /** @throws HubError where the hub refuses, or is away, ConnectionLost */
  async #initialize(
    text: string,
    signal: AbortSignal,
  ): Promise<{ readonly answer: string; readonly id: string | undefined }> {
    for (let attempt = 0; ; attempt++) {
      const place = await this.#deps.place.find();
      try {
        const response = await this.send(place, undefined, text, { signal });
        if (response.statusCode === 200) {
          const answer = isEventStream(response) ? await this.#firstOf(response) : await textOfBody(response);
          const result = readMessage(answer)?.parts[0]?.result;
          if (typeof result?.['protocolVersion'] === 'string') this.#version = result['protocolVersion'];
          const id = response.headers['mcp-session-id'];
          return { answer, id: typeof id === 'string' && result ? id : undefined };
        }
        const refusal = await hubRefusal(response);
        if (typeof refusal === 'string') return { answer: refusal, id: undefined };
        this.#deps.place.forget(place);
        if (attempt === 1 || !isAboutAccess(refusal)) throw refusal;
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        this.#deps.place.forget(place);
        if (attempt === 1) throw error;
      }
    }
  }

  async #firstOf(response: IncomingMessage): Promise<string> {
    for await (const { data } of eventsOf(response, this.#deps.room)) if (data !== '') return data;
    throw new ConnectionLost(new Error('The answer did not come.'), true);
  }

  /** A new session in the place of one that the hub has no more, as the client agreed on it. */
  async #reopen(hello: RpcPart): Promise<string> {
    const params = { ...hello.params, ...(this.#version === undefined ? {} : { protocolVersion: this.#version }) };
    const { answer, id } = await this.#initialize(this.#request('initialize', params), this.#stop.signal);
    if (id === undefined)
      throw new HubError('conflict', `The hub does not take this client any more: ${answer.slice(0, 500)}`);
    this.#isStale = true;
    const place = await this.#deps.place.find();
    const say = async (text: string): Promise<void> => {
      (await this.send(place, id, text, { signal: this.#stop.signal })).resume();
    };
    await say(noticeLine('notifications/initialized'));
    if (this.#level !== undefined) await say(this.#request('logging/setLevel', { level: this.#level }));
    for (const uri of this.#uris) await say(this.#request('resources/subscribe', { uri }));
    this.#id = id;
    this.#backoff.reached();
    return id;
  }

  /** A request of the bridge itself. */
  #request(method: string, params: unknown): string {
    this.#asked += 1;
    return JSON.stringify({ jsonrpc: '2.0', id: `signalbox-connect-${this.#asked}`, method, params });
  }

  /** Passes on what the hub sends by itself, and comes back whenever the stream is lost. */
  async #watch(): Promise<void> {
    let [last, lastOf]: (string | undefined)[] = [];
    while (!this.#stop.signal.aborted) {
      let place: HubWithKey | undefined;
      let problem: unknown;
      try {
        const id = await this.id();
        if (id !== lastOf) last = undefined;
        lastOf = id;
        place = await this.#deps.place.find();
        const response = await this.#deps.http.ask(`${place.url}/mcp`, {
          method: 'GET',
          headers: {
            ...this.#headers(place, id),
            Accept: 'text/event-stream',
            ...(last === undefined ? {} : { 'Last-Event-ID': last }),
          },
          signal: this.#stop.signal,
        });
        if (response.statusCode === 200 && isEventStream(response)) {
          this.#backoff.reached();
          this.#refresh();
          for await (const event of eventsOf(response, this.#deps.room)) {
            last = event.id ?? last;
            const message = event.data === '' ? undefined : readMessage(event.data);
            if (message) this.#deps.send(message.text);
          }
          continue;
        }
        const refusal = await hubRefusal(response);
        if (refusal instanceof HubError && refusal.code === 'session_unknown' && id !== undefined) {
          this.lose(id);
          continue;
        }
        if (refusal instanceof HubError && isAboutAccess(refusal)) this.#deps.place.forget(place);
        problem = refusal;
      } catch (error) {
        if (error instanceof ConnectionLost) this.#deps.place.forget(place);
        problem = error;
        // Without a place in a stream the hub does not know what was missed.
        if (last === undefined) this.#isStale = true;
      }
      await this.#backoff.wait(problem, this.#stop.signal);
    }
  }

  /** Tells the client to read again what may have changed while nothing reached it. */
  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#deps.send(noticeLine('notifications/tools/list_changed'));
    for (const uri of this.#uris) this.#deps.send(noticeLine('notifications/resources/updated', { uri }));
  }
}

/** The revision in a result of `initialize`. */
export function versionIn(result: unknown): string | undefined {
  const version = isRecord(result) ? result['protocolVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}
