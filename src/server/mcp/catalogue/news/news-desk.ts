import { type AgentRef, agentOfActor, idOfAgent } from '../../../../protocol/agent-id.ts';
import type { Actor } from '../../../../protocol/envelope.ts';
import type { StoredEvent } from '../../../../protocol/events.ts';
import { notifiedEventTypes } from '../../../../protocol/notified-events.ts';
import { hasNoun } from '../../../../protocol/noun.ts';
import { encodeCursor } from '../../../../hub/paging.ts';
import type { Hub, EncodedEvent } from '../../../../hub/hub.ts';
import type { Deliveries, DeliveryWay } from '../../../taps/deliveries.ts';
import { workspaceUri } from '../../../../protocol/uris.ts';
import { concerns, type NewsItem } from './news-item.ts';
import { newsOf, newsTypes } from './news-of.ts';
import { RecentNews } from './recent-news.ts';

/** Who asks for its news. */
export interface NewsReader {
  readonly agent: AgentRef;
  readonly sessionId: string;
  /** Id of the frame of its request; empty where it is none of its own. */
  readonly frame: string;
  /** How {@link NewsDesk.take} tells it; with a result when left out. */
  readonly way?: DeliveryWay;
}

/** What an answer reports itself, and news need not repeat. */
export interface AlreadySaid {
  readonly seqs: ReadonlySet<number>;
  /** Ids of jobs whose end it gives. */
  readonly about: ReadonlySet<string>;
}

/** What is new for an agent. */
export interface FoundNews {
  /** Oldest first. */
  readonly items: readonly NewsItem[];
  /** Everything up to here has been looked at. */
  readonly lastSeq: number;
  /** Something may have happened before them that is known no more. */
  readonly isCut: boolean;
}

const NOTIFIED: ReadonlySet<string> = new Set(notifiedEventTypes);

/** Agents of which is kept up to where they know what happened; of others the log is asked. */
const MOST_AGENTS = 20_000;
/** Events of earlier launches that are looked at for all agents that come back. */
const EARLIER_EVENTS = 500;
/** Calls of a key that are looked at for the last one of an agent. */
const EARLIER_CALLS = 30;

/**
 * Knows what is new for each agent: what concerns it ({@link newsOf}) since its last call. Each thing is given once,
 * with whatever is called next, or to a call that waits for it.
 *
 * The last news of the hub are in memory, and of each agent up to which seq it knows them. Of an agent that has not
 * called since the hub was started the log says when it called last.
 */
export class NewsDesk {
  readonly #hub: Hub;
  readonly #deliveries: Deliveries;
  readonly #recent: RecentNews;
  /** By agent's id: the seq up to which it knows all. */
  readonly #known = new Map<string, number>();
  readonly #beginning = new Map<string, Promise<void>>();
  /** Who asked for the jobs that are not finished. */
  readonly #requesters = new Map<string, Actor>();
  /** Seq at which the sessions were opened that have not called yet. */
  readonly #opened = new Map<string, number>();
  readonly #waiting = new Map<string, Set<Waiter>>();
  /** Seq of the last event of the launch before. */
  readonly #launchSeq: number;
  /** Keys of the launch before: only their agents may have called before. */
  readonly #keysBefore: ReadonlySet<string>;
  #seq: number;
  #earlier: Promise<void> | undefined;

  /** Listens for as long as the hub is open. */
  constructor(hub: Hub, deliveries: Deliveries) {
    this.#hub = hub;
    this.#deliveries = deliveries;
    this.#launchSeq = hub.state.seq;
    this.#seq = hub.state.seq;
    this.#keysBefore = new Set(hub.state.keys.keys());
    this.#recent = new RecentNews(hub.state.seq);
    for (const { id, requestedBy } of hub.state.jobs.values()) this.#requesters.set(id, requestedBy);
    hub.subscribe((batch) => this.#onEvents(batch));
  }

  /**
   * What is new for an agent since its last call, which it knows from now on; undefined for nothing. A promise only at
   * its first call since the hub was started.
   */
  take(reader: NewsReader, said?: AlreadySaid): FoundNews | undefined | Promise<FoundNews | undefined> {
    const known = this.#known.get(idOfAgent(reader.agent));
    if (known === undefined) return this.#begin(reader).then(() => this.#take(reader, said));
    return this.#recent.lastSeq <= known ? undefined : this.#take(reader, said);
  }

  /**
   * What concerns an agent after a seq, or what it was not notified of so far; at most as many as `fits` takes, oldest
   * first. What it is given counts as known from then on.
   */
  async pending(
    reader: NewsReader,
    { afterSeq, fits }: { readonly afterSeq: number | undefined; readonly fits: (item: NewsItem) => boolean },
  ): Promise<FoundNews & { readonly more: boolean }> {
    const id = idOfAgent(reader.agent);
    if (!this.#known.has(id)) await this.#begin(reader);
    if (afterSeq !== undefined && afterSeq < this.#recent.knownAfter) await this.#readEarlier();
    const known = this.#known.get(id) ?? this.#seq;
    const from = afterSeq ?? known;
    const items: NewsItem[] = [];
    let more = false;
    for (const item of this.#recent.after(from)) {
      if (!concerns(item, reader.agent, this.#hub.state)) continue;
      more = !fits(item) && items.length > 0;
      if (more) break;
      items.push(item);
    }
    const lastSeq = more ? (items.at(-1)?.seq ?? from) : Math.max(this.#seq, from);
    this.#noteDelivery(
      reader,
      items.filter(({ seq }) => seq > known),
      'wait',
    );
    // Asked for anew from long ago: what came meanwhile is still new for it.
    if (from <= known) this.#knows(id, Math.max(known, lastSeq));
    return { items, lastSeq, more, isCut: from < this.#knownAfterFor(reader.agent) };
  }

  /** Calls back once, as soon as something happens that concerns an agent; not if the returned function is called before. */
  whenNews(agent: AgentRef, wake: () => void): () => void {
    const waiter: Waiter = { agent, wake };
    const ofKey = this.#waiting.get(agent.keyId) ?? new Set();
    this.#waiting.set(agent.keyId, ofKey.add(waiter));
    return () => this.#stopWaiting(waiter);
  }

  #take(reader: NewsReader, said: AlreadySaid | undefined): FoundNews | undefined {
    const { agent } = reader;
    const id = idOfAgent(agent);
    const known = this.#known.get(id) ?? this.#recent.lastSeq;
    const { state } = this.#hub;
    const subscribed = new Set(state.sessions.get(reader.sessionId)?.subscriptions);
    const items = [...this.#recent.after(known)].filter(
      (item) =>
        item.isAnswered !== true &&
        !(
          item.workspace !== undefined &&
          NOTIFIED.has(item.type) &&
          subscribed.has(workspaceUri(item.workspace, 'events'))
        ) &&
        said?.seqs.has(item.seq) !== true &&
        (item.about === undefined || said?.about.has(item.about) !== true) &&
        concerns(item, agent, state),
    );
    const isCut = known < this.#knownAfterFor(agent);
    this.#knows(id, Math.max(known, this.#recent.lastSeq));
    this.#noteDelivery(reader, items, reader.way ?? 'result');
    return items.length === 0 && !isCut ? undefined : { items, lastSeq: this.#recent.lastSeq, isCut };
  }

  /** All that happened after this seq, and may concern an agent, is known. */
  #knownAfterFor({ keyId }: AgentRef): number {
    const { workspaces, keys } = this.#hub.state;
    return this.#recent.knownAfterFor(
      (whom) =>
        whom === keyId ||
        workspaces.get(whom)?.roles[keyId] !== undefined ||
        keys.get(keyId)?.outlived?.includes(whom) === true,
    );
  }

  /** Notes where an agent stands that has not called since the hub was started: at its last call before, or at its session's beginning. */
  #begin(reader: NewsReader): Promise<void> {
    const id = idOfAgent(reader.agent);
    const beginning = this.#beginning.get(id) ?? this.#beginAt(reader);
    this.#beginning.set(id, beginning);
    return beginning.finally(() => this.#beginning.delete(id));
  }

  async #beginAt({ agent, sessionId }: NewsReader): Promise<void> {
    const id = idOfAgent(agent);
    let known: number | undefined;
    try {
      known = await this.#lastCall(agent);
      if (known !== undefined && known < this.#recent.knownAfter) await this.#readEarlier();
    } catch (error) {
      // Without the log an agent begins here: it can still ask for all events.
      this.#hub.logger?.warn({ err: error, agent: id }, 'the last call of an agent could not be looked up');
    }
    known ??= this.#opened.get(sessionId) ?? this.#launchSeq;
    this.#opened.delete(sessionId);
    if (!this.#known.has(id)) this.#knows(id, known);
  }

  /** Seq of the last call that an agent made before this launch; undefined where none is found. */
  async #lastCall({ keyId, agent }: AgentRef): Promise<number | undefined> {
    if (!this.#keysBefore.has(keyId)) return undefined;
    const { items } = await this.#hub.audit.page({
      types: ['tool.called'],
      by: keyId,
      cursor: encodeCursor([this.#launchSeq + 1]),
      limit: EARLIER_CALLS,
    });
    return items.find(({ actor }) => actor.kind === 'agent' && actor.agent === agent)?.seq;
  }

  /** Reads the last news of earlier launches, once. */
  #readEarlier(): Promise<void> {
    this.#earlier ??= this.#hub.audit
      .page({ types: [...newsTypes, 'job.queued'], cursor: encodeCursor([this.#launchSeq + 1]), limit: EARLIER_EVENTS })
      .then(({ items, nextCursor }) => {
        const asked = new Map(this.#requesters);
        const news: NewsItem[] = [];
        for (const event of items.toReversed()) {
          if (event.type === 'job.queued') asked.set(event.jobId, event.actor);
          const item = this.#itemOf(event, asked);
          if (item) news.push(item);
        }
        const oldest = items.at(-1)?.seq ?? this.#launchSeq + 1;
        // Before the first event that the log has, something may have been removed.
        const first = this.#hub.state.retention.cut?.seq ?? 0;
        this.#recent.addEarlier(news, nextCursor === undefined ? first : oldest - 1);
      });
    return this.#earlier;
  }

  #onEvents(batch: readonly EncodedEvent[]): void {
    for (const { event } of batch) {
      this.#seq = event.seq;
      if (event.type === 'job.queued') this.#requesters.set(event.jobId, event.actor);
      if (event.type === 'session.opened') this.#opened.set(event.sessionId, event.seq);
      if (event.type === 'session.closed') this.#opened.delete(event.sessionId);
      const item = this.#itemOf(event, this.#requesters);
      if (hasNoun(event, 'job') && event.type !== 'job.queued' && event.type !== 'job.started') {
        this.#requesters.delete(event.jobId);
      }
      if (!item) continue;
      this.#recent.add(item);
      this.#wake(item);
    }
  }

  #itemOf(event: EncodedEvent['event'] | StoredEvent, requesters: ReadonlyMap<string, Actor>): NewsItem | undefined {
    return newsOf(event, { state: this.#hub.state, requesterOf: (jobId) => requesters.get(jobId) });
  }

  #wake(item: NewsItem): void {
    for (const ofKey of this.#waiting.values()) {
      for (const waiter of ofKey) {
        if (!concerns(item, waiter.agent, this.#hub.state)) continue;
        this.#stopWaiting(waiter);
        waiter.wake();
      }
    }
  }

  #stopWaiting(waiter: Waiter): void {
    const { keyId } = waiter.agent;
    const ofKey = this.#waiting.get(keyId);
    ofKey?.delete(waiter);
    if (ofKey?.size === 0) this.#waiting.delete(keyId);
  }

  #knows(id: string, seq: number): void {
    this.#known.delete(id); // so that the order is that of the last calls
    this.#known.set(id, seq);
    if (this.#known.size <= MOST_AGENTS) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /** Notes for the receipts who was notified of which file. */
  #noteDelivery({ agent, sessionId, frame }: NewsReader, items: readonly NewsItem[], way: DeliveryWay): void {
    const at = this.#hub.now();
    for (const item of items) {
      if (!item.type.startsWith('file.')) continue;
      this.#deliveries.add(item.seq, { sessionId, ...agent, frame, sentAt: at, receivedAt: at, way });
    }
  }
}

interface Waiter {
  readonly agent: AgentRef;
  readonly wake: () => void;
}

/** The agent of a call's actor. */
export function readerOf(
  actor: Parameters<typeof agentOfActor>[0],
  { sessionId, frame }: { readonly sessionId: string; readonly frame: string },
): NewsReader {
  return { agent: agentOfActor(actor), sessionId, frame };
}
