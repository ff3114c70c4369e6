import { encodeCursor } from '../../hub/paging.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Channel, HubAnswers } from '../../protocol/api.ts';
import type { connectionCalls } from '../../protocol/calls/connection.ts';
import type { frameTailCalls } from '../../protocol/calls/frames.ts';
import type { frameWatchCalls } from '../../protocol/calls/sessions.ts';
import type { HubInfo, OpenAnswer, OpenPart } from '../../protocol/open-answer.ts';
import type { Frame } from '../../protocol/frames.ts';
import type { HubEvent, StoredEvent } from '../../protocol/events.ts';
import { HubError } from '../../protocol/errors.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { frameFilter } from './frame-filter.ts';
import { eventsPush, type EventFeed } from './feeds/event-feed.ts';
import { NO_ITEMS, Opening } from './feeds/opening.ts';
import type { FrameFeed } from './feeds/frame-feed.ts';
import type { Pulse } from './feeds/pulse.ts';
import type { LoginFeed } from './feeds/login-feed.ts';
import type { RefusedFeed } from './feeds/refused-feed.ts';
import { Push } from './channel/push.ts';
import { serveCalls, type RpcServer } from './channel/hub-api.ts';
import type { CloseReason, PushChannel } from './channel/web-socket-channel.ts';

/** Events that come with a snapshot, for the feed of what just happened. */
const RECENT = 500;

interface OpeningOf {
  readonly attached: ReturnType<Hub['attach']>;
  readonly leave: () => void;
  readonly parts: Opening;
}

/** The calls that concern one channel; the others are the same for all. */
export type SharedCalls = Omit<
  HubAnswers,
  keyof typeof connectionCalls | keyof typeof frameWatchCalls | keyof typeof frameTailCalls
>;

export interface DeskSessionDeps {
  readonly hub: Hub;
  readonly calls: SharedCalls;
  readonly events: EventFeed;
  readonly frames: FrameFeed;
  readonly recorder: Pick<Recorder, 'page' | 'tail'>;
  readonly pulse: Pulse;
  readonly refused: RefusedFeed;
  readonly logins: LoginFeed;
  readonly info: () => HubInfo;
  readonly onBug: (error: unknown, call: string) => void;
}

/** One dashboard on one channel: its calls, its place in the log, the sessions that it watches. */
export class DeskSession {
  readonly #channel: Channel | PushChannel;
  readonly #deps: DeskSessionDeps;
  readonly #rpc: RpcServer;
  readonly #stops: (() => void)[] = [];
  readonly #watched = new Map<string, () => void>();
  #untail: (() => void) | undefined;
  #leave: (() => void) | undefined;
  /** What is being opened, while not all parts of it were asked for. */
  #opening: OpeningOf | undefined;
  #ended = false;

  /** Serves at once; ends with the channel, or by {@link end}. */
  constructor(channel: Channel | PushChannel, deps: DeskSessionDeps, onEnd: (session: DeskSession) => void) {
    this.#channel = channel;
    this.#deps = deps;
    const answers: HubAnswers = {
      ...deps.calls,
      open: ({ since }) => this.#open(since),
      openMore: async () => this.#openMore(),
      ping: async () => undefined,
      watchFrames: ({ sessionId }) => this.#watchFrames(sessionId),
      unwatchFrames: async ({ sessionId }) => this.#unwatchFrames(sessionId),
      tailFrames: (which) => this.#tailFrames(which),
      untailFrames: async () => this.#untailFrames(),
    };
    this.#rpc = serveCalls(channel, answers, deps.onBug, () => this.end('bad_request'));
    this.#stops.push(
      channel.onClose(() => {
        this.#stop();
        onEnd(this);
      }),
    );
  }

  /** Ends the session and its channel. */
  end(reason: CloseReason): void {
    if (this.#ended) return;
    if ('push' in this.#channel) this.#channel.close(reason);
    else this.#channel.close();
    this.#stop();
  }

  #stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leave?.();
    for (const stop of this.#watched.values()) stop();
    this.#watched.clear();
    this.#untailFrames();
    for (const stop of this.#stops) stop();
    this.#rpc.stop();
  }

  readonly #push = (push: Push): void => {
    if (this.#ended) return;
    if ('push' in this.#channel) this.#channel.push(push);
    else this.#channel.post(push.message);
  };

  /**
   * Events that were written after those of the last part are sent right after it; then the feed that all
   * dashboards share takes over.
   */
  async #open(since: { logId: string; seq: number } | undefined): Promise<OpenAnswer> {
    this.#leave?.();
    this.#opening = undefined;
    const attached = this.#deps.hub.attach(since, () => this.end('slow_reader'));
    const leave = (): void => void attached.detach();
    this.#leave = leave;
    try {
      const found = await attached.answer;
      const recent = found.kind === 'events' ? [] : await this.#recent(found.state.seq);
      if (this.#ended || this.#leave !== leave) {
        throw new HubError('cancelled', 'This channel was closed, or opened once more, before the hub had answered.');
      }
      const { agents, ...seen } = this.#deps.events.activity();
      const opening = { attached, leave, parts: new Opening(attached, found, recent, agents) };
      const part = opening.parts.part();
      const { more, events } = part;
      const common = { hub: this.#deps.info(), now: this.#deps.hub.now(), ...(more && { more }) };
      const answer: OpenAnswer =
        found.kind === 'events'
          ? { ...common, kind: 'events', events }
          : {
              ...common,
              kind: 'snapshot',
              state: { ...found.state, ...NO_ITEMS, ...part.state },
              recent: part.recent,
              activity: { ...seen, agents: part.agents ?? [] },
            };
      this.#follow(opening, part, answer);
      return answer;
    } catch (error) {
      leave();
      throw error;
    }
  }

  #openMore(): OpenPart {
    const opening = this.#opening;
    if (!opening) throw new HubError('conflict', 'There is no more: call open first.');
    const part = opening.parts.part();
    this.#follow(opening, part, part);
    return part;
  }

  /** Keeps the place for the next part, or begins the pushes once the last one was sent. */
  #follow(opening: OpeningOf, { more }: OpenPart, answer: object): void {
    const { attached, leave } = opening;
    this.#opening = more ? opening : undefined;
    if (more) return;
    this.#rpc.afterAnswer(answer, () => {
      const missed = attached.detach();
      if (this.#ended || this.#leave !== leave) return;
      this.#leave = this.#deps.events.join(this.#push);
      if (missed.length > 0) this.#push(eventsPush(missed));
      this.#push(this.#deps.pulse.push());
      this.#push(this.#deps.refused.push());
      this.#push(this.#deps.logins.push());
    });
  }

  async #recent(seq: number): Promise<readonly HubEvent[]> {
    const newest = await this.#deps.hub.audit.page({ order: 'desc', limit: RECENT, cursor: encodeCursor([seq + 1]) });
    return newest.items.map(withoutHashes).reverse();
  }

  async #watchFrames(sessionId: string): Promise<readonly Frame[]> {
    this.#unwatchFrames(sessionId);
    const { stop, watch } = this.#deps.frames.watch(sessionId, this.#push);
    this.#watched.set(sessionId, stop);
    const { kept, begin } = await watch;
    const answer = [...kept];
    this.#rpc.afterAnswer(answer, begin);
    return answer;
  }

  /** What is recorded after the answer's place comes as a push; a frame that was recorded before may come again. */
  async #tailFrames(which: {
    sessionId?: string | undefined;
    filter?: string | undefined;
  }): Promise<{ after: number }> {
    this.#untailFrames();
    const { recorder, hub } = this.#deps;
    const query = { sessionId: which.sessionId, filter: frameFilter(which.filter, hub) };
    let held: Push[] | undefined = [];
    const stop = recorder.tail(query, (tail) => {
      const push = new Push('tail', [tail]);
      if (held) held.push(push);
      else this.#push(push);
    });
    this.#untail = stop;
    const { newest } = await recorder.page({ limit: 1 });
    const answer = { after: newest };
    this.#rpc.afterAnswer(answer, () => {
      for (const push of held ?? []) this.#push(push);
      held = undefined;
    });
    return answer;
  }

  #untailFrames(): void {
    this.#untail?.();
    this.#untail = undefined;
  }

  #unwatchFrames(sessionId: string): void {
    this.#watched.get(sessionId)?.();
    this.#watched.delete(sessionId);
  }
}

function withoutHashes({ prevHash: _prevHash, hash: _hash, ...event }: StoredEvent): HubEvent {
  return event;
}
