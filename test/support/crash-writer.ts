import { HubError } from '../../src/protocol/errors.ts';
import type { AgentEvent } from '../../src/protocol/events.ts';
import { workspaceUri } from '../../src/protocol/uris.ts';
import type { AgentLink, LinkOptions } from '../../src/sandbox/agent-link.ts';
import type { CrashSite } from './crash-site.ts';
import { MessageWaiter } from './message-waiter.ts';

/** What an agent was notified of on one connection. */
export interface Stint {
  readonly life: number;
  /** Asked of the hub when it had subscribed: what came after this must come by the stream. */
  caughtUpTo: number;
  /** By its stream, as it came. */
  readonly events: AgentEvent[];
}

/** All events of a workspace after a seq, page by page; and up to where that is. */
export async function eventsSince(
  link: AgentLink,
  workspace: string,
  after: number,
): Promise<{ readonly events: AgentEvent[]; readonly lastSeq: number }> {
  const events: AgentEvent[] = [];
  let cursor: unknown;
  for (;;) {
    const page = await link.call(
      'event_list',
      { workspace, ...(cursor === undefined ? { after_seq: after } : { cursor }), limit: 100 },
      { timeoutMs: 5_000 },
    );
    events.push(...(page['events'] as AgentEvent[]));
    cursor = page['next_cursor'];
    if (cursor === undefined) return { events, lastSeq: Number(page['last_seq']) };
  }
}

/** An agent on an official client that writes one file after the other, whatever happens to its hub. */
export class CrashWriter {
  readonly name: string;
  readonly acknowledged: { readonly path: string; readonly version: number; readonly sha256: string }[] = [];
  readonly stints: Stint[] = [];
  /** What it asked for when it was back: the seqs of events that happened while it was away. */
  readonly caughtUp = new Set<number>();
  readonly #connect: (options: LinkOptions) => Promise<AgentLink>;
  readonly #key: string;
  readonly #site: CrashSite;
  readonly #news = new MessageWaiter();
  #link: AgentLink | undefined;
  #stopped = false;
  #abandoned = false;

  constructor(name: string, connect: (options: LinkOptions) => Promise<AgentLink>, key: string, site: CrashSite) {
    this.name = name;
    this.#connect = connect;
    this.#key = key;
    this.#site = site;
  }

  /** Writes no more; the connection stays. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives up, connected or not. */
  async abandon(): Promise<void> {
    this.#stopped = true;
    this.#abandoned = true;
    await this.#link?.close().catch(() => undefined); // its hub may be gone
  }

  /** Resolves when the stream of its last connection has had this event. */
  async hears(seq: number): Promise<void> {
    await this.#news.until(() => this.stints.at(-1)?.events.some((event) => event.seq === seq) === true || undefined);
  }

  async run(): Promise<void> {
    for (let n = 0; !this.#abandoned;) {
      const { url, life } = await this.#site.hubIsUp();
      const stint: Stint = { life, caughtUpTo: Infinity, events: [] };
      let lost = false;
      try {
        this.#link = await this.#connect({
          url,
          key: this.#key,
          name: this.name,
          subscribeTo: workspaceUri(this.#site.workspace, 'events'),
          onEvent: (event) => this.#hear(stint, event),
          onLost: () => (lost = true),
        });
      } catch {
        continue; // killed during the handshake
      }
      const link = this.#link;
      try {
        if ((await this.#site.hubIsUp()).life === life) await this.#catchUp(link, stint);
        else lost = true; // killed meanwhile
        while (!lost && !this.#stopped) {
          const text = `${this.name} writes ${n}\n`.repeat((n % 50) + 1);
          const path = `${this.name}/it's "file" ${n % 5}.txt`;
          const { version, sha256 } = await link.call(
            'file_write',
            { workspace: this.#site.workspace, path, text },
            { timeoutMs: 5_000 },
          );
          this.acknowledged.push({ path, version: Number(version), sha256: String(sha256) });
          n++;
          this.#site.onAck();
        }
        if (this.#stopped) return;
      } catch (error) {
        if (error instanceof HubError) throw error; // a refusal: nothing in this run is refused
      }
      await link.close().catch(() => undefined); // its hub is gone
    }
  }

  #hear(stint: Stint, event: AgentEvent): void {
    stint.events.push(event);
    this.#news.changed();
    // It is back when its stream tells it of what it has just written itself.
    if (event.seq > stint.caughtUpTo && event.type === 'file.written' && event.path.startsWith(`${this.name}/`))
      this.#site.onBack(this.name, stint.life);
  }

  async #catchUp(link: AgentLink, stint: Stint): Promise<void> {
    const before = this.stints.at(-1);
    const after = Math.max(before?.caughtUpTo ?? 0, before?.events.at(-1)?.seq ?? 0);
    const { events, lastSeq } = await eventsSince(link, this.#site.workspace, after);
    for (const { seq } of events) this.caughtUp.add(seq);
    stint.caughtUpTo = lastSeq;
    this.stints.push(stint);
  }
}
