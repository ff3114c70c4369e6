import http from 'node:http';
import { statelessHeaders, statelessMeta } from '../../support/agent.ts';
import { bearer, initialize, rpc, type RpcJson } from '../../support/wire-client.ts';
import { Seen } from './seen.ts';

export type Wire = 'sse' | 'streamable' | 'stateless';

const connections = new http.Agent({ keepAlive: true, maxSockets: 2_000 });

export interface SoakAgentOptions {
  readonly url: string;
  readonly wire: Wire;
  readonly key: string;
  readonly name: string;
  /** The workspaces whose events it is sent. */
  readonly workspaces: readonly string[];
  /** Answers that take longer are errors. */
  readonly limitMs: number;
}

/** An agent on bare HTTP, as light as one can be: a thousand of them share a process. */
export class SoakAgent {
  readonly #o: SoakAgentOptions;
  readonly seen = new Map<string, Seen>();
  /** By workspace: the seq after which its stream owes it every event. */
  readonly since = new Map<string, number>();
  readonly errors: string[] = [];
  reconnects = 0;
  #headers: Record<string, string>;
  #post = '/mcp';
  #stream: http.IncomingMessage | undefined;
  #lastEventId: string | undefined;
  #nextId = 0;
  readonly #waiting = new Map<string, (message: RpcJson) => void>();
  #closed = false;

  constructor(options: SoakAgentOptions) {
    this.#o = options;
    this.#headers = bearer(options.key);
    for (const workspace of options.workspaces) this.seen.set(workspace, new Seen());
  }

  get name(): string {
    return this.#o.name;
  }

  get workspaces(): readonly string[] {
    return this.#o.workspaces;
  }

  async open(): Promise<void> {
    const { wire, name } = this.#o;
    if (wire === 'stateless') return await this.#listen();
    if (wire === 'sse') await this.#openStream('/sse');
    const { headers } = await this.#send(initialize('2025-11-25', name));
    const session = headers['mcp-session-id'];
    if (typeof session === 'string') this.#headers['mcp-session-id'] = session;
    await this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    if (wire === 'streamable') await this.#openStream('/mcp');
    for (const workspace of this.#o.workspaces) {
      await this.#request('resources/subscribe', { uri: `signalbox://workspaces/${workspace}/events` });
    }
  }

  /** From here on every event is owed: asked for when all agents have subscribed, before any of the events. */
  async begin(): Promise<void> {
    for (const workspace of this.#o.workspaces) {
      const { last_seq: seq } = await this.call('event_list', { workspace, limit: 1 });
      this.since.set(workspace, Number(seq));
    }
  }

  /** Calls a tool; throws where it is refused or late. */
  async call(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { result, error } = await this.#request('tools/call', { name: tool, arguments: args });
    const isError = result?.['isError'] === true || result === undefined;
    if (isError) throw new Error(`${this.name} ${tool}: ${JSON.stringify(error ?? result).slice(0, 300)}`);
    return result['structuredContent'] as Record<string, unknown>;
  }

  /** Drops its stream and comes back: with the place where it was, or by asking for what it missed. */
  async reconnect(): Promise<void> {
    this.reconnects++;
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.destroy();
    if (this.#o.wire !== 'stateless') return await this.#openStream(this.#o.wire === 'sse' ? '/sse' : '/mcp');
    this.#held = [];
    await this.#listen();
    for (const workspace of this.#o.workspaces) await this.#catchUp(workspace);
    const held = this.#held;
    this.#held = undefined;
    for (const { workspace, seq } of held) if (seq > (this.seen.get(workspace)?.last ?? 0)) this.#take(workspace, seq);
  }

  close(): void {
    this.#closed = true;
    this.#stream?.destroy();
  }

  /** Events that came while it asks for what it missed. */
  #held: { workspace: string; seq: number }[] | undefined;

  async #catchUp(workspace: string): Promise<void> {
    let cursor: unknown;
    const after = Math.max(this.seen.get(workspace)?.last ?? 0, this.since.get(workspace) ?? 0);
    do {
      const from = cursor === undefined ? { after_seq: after } : { cursor };
      const page = await this.call('event_list', { workspace, ...from, limit: 100 });
      for (const { seq } of page['events'] as { seq: number }[]) this.#take(workspace, seq);
      cursor = page['next_cursor'];
    } while (cursor !== undefined);
  }

  #take(workspace: string, seq: number): void {
    // Before `begin` not every agent has subscribed.
    if (seq > (this.since.get(workspace) ?? Infinity)) this.seen.get(workspace)?.add(seq);
  }

  async #request(method: string, params: Record<string, unknown>): Promise<RpcJson> {
    const id = `${this.#nextId++}`;
    if (this.#o.wire === 'sse') {
      let late: NodeJS.Timeout | undefined;
      const answer = new Promise<RpcJson>((resolve, reject) => {
        this.#waiting.set(id, resolve);
        late = setTimeout(() => reject(new Error(`${this.name}: no answer to ${method}`)), this.#o.limitMs);
      });
      await this.#send(rpc(id, method, params));
      return await answer.finally(() => clearTimeout(late));
    }
    const isStateless = this.#o.wire === 'stateless';
    const { text } = await this.#send(
      rpc(id, method, isStateless ? { ...params, _meta: statelessMeta(this.name) } : params),
      isStateless ? statelessHeaders(this.#o.key, method, nameIn(params)) : {},
    );
    return JSON.parse(text) as RpcJson;
  }

  async #send(
    body: unknown,
    more: Record<string, string> = {},
  ): Promise<{ text: string; headers: http.IncomingHttpHeaders }> {
    const text = JSON.stringify(body);
    const head = {
      ...this.#headers,
      accept: this.#o.wire === 'sse' ? '*/*' : 'application/json',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
      ...more,
    };
    const response = await this.#http('POST', this.#post, head, text);
    let answer = '';
    response.setEncoding('utf8');
    for await (const piece of response) answer += String(piece);
    const status = response.statusCode ?? 0;
    if (status >= 300) throw new Error(`${this.name}: ${status} ${answer.slice(0, 300)}`);
    return { text: answer, headers: response.headers };
  }

  #http(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
    agent: http.Agent | false = connections,
  ): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(path, this.#o.url), { method, agent, headers }, resolve);
      if (agent !== false) request.setTimeout(this.#o.limitMs, () => request.destroy(new Error(`${this.name}: late`)));
      request.on('error', reject);
      request.end(body);
    });
  }

  async #openStream(path: string): Promise<void> {
    const place: Record<string, string> = this.#lastEventId === undefined ? {} : { 'last-event-id': this.#lastEventId };
    const headers = { ...this.#headers, accept: 'text/event-stream', ...place };
    await this.#read(await this.#http('GET', path, headers, undefined, false), path === '/sse');
  }

  async #listen(): Promise<void> {
    const uris = this.#o.workspaces.map((workspace) => `signalbox://workspaces/${workspace}/events`);
    const params = { notifications: { resourceSubscriptions: uris }, _meta: statelessMeta(this.name) };
    const body = JSON.stringify(rpc(`listen-${this.reconnects}`, 'subscriptions/listen', params));
    const headers = {
      ...statelessHeaders(this.#o.key, 'subscriptions/listen'),
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    };
    await this.#read(await this.#http('POST', '/mcp', headers, body, false), true);
  }

  /** Reads a stream to its end; resolves with its first event where `waits`, else at once. */
  async #read(response: http.IncomingMessage, waits: boolean): Promise<void> {
    if (response.statusCode !== 200) throw new Error(`${this.name}: a stream was refused with ${response.statusCode}`);
    this.#stream = response;
    const first = Promise.withResolvers<void>();
    let text = '';
    response.setEncoding('utf8');
    response.on('error', () => undefined); // `close` follows
    response.on('close', () => {
      if (this.#stream === response && !this.#closed) this.errors.push(`${this.name}: its stream was ended`);
      first.resolve();
    });
    response.on('data', (piece: string) => {
      if (this.#stream !== response) return;
      text += piece;
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        if (this.#event(text.slice(0, end))) first.resolve();
        text = text.slice(end + 2);
      }
    });
    if (waits) await first.promise;
  }

  /** Takes one event of a stream; false for a comment. */
  #event(block: string): boolean {
    let [event, data] = ['', ''];
    for (const line of block.split('\n')) {
      if (line.startsWith('data: ')) data = line.slice(6);
      else if (line.startsWith('id: ')) this.#lastEventId = line.slice(4);
      else if (line.startsWith('event: ')) event = line.slice(7);
    }
    if (event === 'endpoint') this.#post = data;
    else if (data.startsWith('{')) this.#message(JSON.parse(data) as RpcJson);
    return data !== '';
  }

  #message(message: RpcJson): void {
    const event = message.params?._meta?.['dev.signalbox/event'] as { seq: number; workspace: string } | undefined;
    if (event !== undefined) {
      if (this.#held) this.#held.push(event);
      else this.#take(event.workspace, event.seq);
    } else if (message.method === 'ping') {
      void this.#send({ jsonrpc: '2.0', id: message.id, result: {} }).catch(() => undefined);
    } else if (message.id !== undefined) {
      const id = String(message.id);
      this.#waiting.get(id)?.(message);
      this.#waiting.delete(id);
    }
  }
}

function nameIn(params: Record<string, unknown>): string | undefined {
  return typeof params['name'] === 'string' ? params['name'] : undefined;
}
