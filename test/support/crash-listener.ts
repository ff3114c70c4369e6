import { agentEventSchema, type AgentEvent } from '../../src/protocol/events.ts';
import { workspaceUri } from '../../src/protocol/uris.ts';
import type { CrashSite } from './crash-site.ts';
import { MessageWaiter } from './message-waiter.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, type WireStream } from './wire-client.ts';

/**
 * A client that keeps one session and one subscription through all that happens to its hub, and says with
 * `Last-Event-ID` where it was: it asks for nothing, its stream alone has to tell it everything.
 */
export class CrashListener {
  readonly name: string;
  readonly events: AgentEvent[] = [];
  /** The lives of the hub in which it was notified. */
  readonly lives = new Set<number>();
  readonly #wire: 'sse' | 'streamable';
  readonly #site: CrashSite;
  readonly #news = new MessageWaiter();
  readonly #headers: Record<string, string>;
  #stream: WireStream | undefined;
  #lastEventId: string | undefined;
  #stopped = false;

  constructor(wire: 'sse' | 'streamable', key: string, site: CrashSite) {
    this.name = `${wire} listener`;
    this.#wire = wire;
    this.#site = site;
    this.#headers = bearer(key);
  }

  /** Opens the session, and resolves when it has subscribed. */
  async begin(): Promise<void> {
    const { url } = await this.#site.hubIsUp();
    let address = `${url}/mcp`;
    if (this.#wire === 'sse') {
      this.#stream = await openStream(`${url}/sse`, { headers: this.#headers });
      address = await endpointOf(this.#stream, url);
    }
    const say = async (body: unknown) => await ask(address, { headers: this.#headers, body });
    const { headers } = await say(initialize('2025-11-25', this.name));
    const session = headers['mcp-session-id'];
    if (typeof session === 'string') this.#headers['mcp-session-id'] = session;
    await say({ jsonrpc: '2.0', method: 'notifications/initialized' });
    this.#stream ??= await this.#open(url);
    const { status } = await say(
      rpc('subscribe', 'resources/subscribe', { uri: workspaceUri(this.#site.workspace, 'events') }),
    );
    if (status >= 300) throw new Error(`resources/subscribe was answered with ${status}`);
    // On HTTP+SSE the answer comes on the stream.
    if (this.#wire === 'sse') await this.#stream.message(({ id }) => id === 'subscribe');
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      const { url, life } = await this.#site.hubIsUp();
      try {
        this.#stream ??= await this.#open(url);
        if ((await this.#site.hubIsUp()).life !== life) throw new Error('It was killed meanwhile.');
        for (;;) this.#hear(await this.#stream.next(), life);
      } catch {
        this.#stream?.drop();
        this.#stream = undefined; // the hub was killed
      }
    }
  }

  /** Resolves when its stream has had this event. */
  async hears(seq: number): Promise<void> {
    await this.#news.until(() => this.events.some((event) => event.seq === seq) || undefined);
  }

  stop(): void {
    this.#stopped = true;
    this.#stream?.drop();
  }

  async #open(url: string): Promise<WireStream> {
    const stream = await openStream(`${url}/${this.#wire === 'sse' ? 'sse' : 'mcp'}`, {
      headers: {
        ...this.#headers,
        ...(this.#lastEventId === undefined ? {} : { 'last-event-id': this.#lastEventId }),
      },
    });
    if (stream.status !== 200) throw new Error(`The stream was refused with ${stream.status}`);
    return stream;
  }

  #hear({ id, data = '' }: { readonly id?: string; readonly data?: string }, life: number): void {
    if (id !== undefined) this.#lastEventId = id;
    const message = data.startsWith('{')
      ? (JSON.parse(data) as { params?: { _meta?: Record<string, unknown> } })
      : undefined;
    const event = agentEventSchema.safeParse(message?.params?._meta?.['dev.signalbox/event']);
    if (!event.success) return;
    this.events.push(event.data);
    this.lives.add(life);
    this.#news.changed();
    this.#site.onBack(this.name, life);
  }
}
