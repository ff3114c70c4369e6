import { createBirpc } from 'birpc';
import type { Channel, DashboardApi, HubApi, HubPulse } from '../protocol/api.ts';
import type { TailPush } from '../protocol/calls/frames.ts';
import { wholeAnswer } from '../protocol/open-answer.ts';
import { withRefused } from '../protocol/refused-connection.ts';
import type { Tick } from '../protocol/ticks.ts';
import { CHANNEL_VERSION } from '../protocol/version.ts';
import type { FrameScheduler } from './frame-clock.ts';
import { apiOver, disconnected, type ChannelRpc } from './hub-calls.ts';
import { problemOf } from './problem-of.ts';
import { publish } from './publish.ts';
import { Replica } from './replica.ts';
import { retryWait } from './retry-wait.ts';
import type { ServerSlice } from './server-slice.ts';
import { SilenceWatch } from './silence-watch.ts';
import { patchServer, type DashboardStore } from './store.ts';
import { WatchedFrames } from './watched-frames.ts';

export interface HubClientOptions {
  /** A fresh channel. Rejects with `unauthorized` when the hub wants a login first. */
  readonly connect: () => Promise<Channel>;
  readonly store: DashboardStore;
  readonly frames: FrameScheduler;
  /** Ms since the epoch, this machine's clock. */
  readonly now: () => number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
}

/** Why the hub ends the channels of browsers that it has signed out. */
const SIGNED_OUT = 'signed_out';

/** Who follows the tail of what is recorded. */
interface TailFollower {
  readonly which: { readonly sessionId?: string; readonly filter?: string };
  readonly listener: (push: TailPush) => void;
  readonly onBegin: (after: number) => void;
}

/** Keeps the store equal to the hub: connects, resumes after what it has, applies pushes once a frame. */
export class HubClient {
  /** Calls to the hub. Rejects with a HubError, `hub_closed` while there is no connection. */
  readonly api: HubApi;
  readonly #options: HubClientOptions;
  readonly #replica = new Replica();
  readonly #pass: { request(): void; close(): void };
  #ticks: Tick[] = [];
  readonly #frames: WatchedFrames;
  #tail: TailFollower | undefined;
  #pulse: HubPulse | undefined;
  #link: { readonly rpc: ChannelRpc; readonly channel: Channel } | undefined;
  #attempt = 0;
  #tries = 0;
  #lostAt: number | undefined;
  #retry: unknown;
  #silence: SilenceWatch | undefined;
  #lastReason = '';
  #isClosed = false;

  constructor(options: HubClientOptions) {
    this.#options = options;
    this.#pass = options.frames(() => this.#flush());
    this.api = apiOver(() => this.#link?.rpc);
    this.#frames = new WatchedFrames(options.store, () => this.#link?.rpc);
  }

  /** Connects, and again whenever the connection is lost, until {@link close}. */
  start(): void {
    void this.#connect();
  }

  /** Tries at once instead of after the wait: the person asked, the network came back, another window logged in. */
  retryNow(): void {
    if (this.#link !== undefined || this.#isClosed) return;
    this.#options.clearTimeout(this.#retry);
    this.#retry = undefined;
    void this.#connect();
  }

  /** Keeps a session's frames in the store until the returned function is called. */
  watchFrames(sessionId: string): () => void {
    return this.#frames.watch(sessionId);
  }

  /**
   * Calls back with recorded frames as they come, of a session and a filter or all, until the returned function is called. One
   * at a time: the last that asked. After a lost connection they go on; `onBegin` says from which place.
   */
  watchTail(
    which: TailFollower['which'],
    listener: TailFollower['listener'],
    onBegin: TailFollower['onBegin'],
  ): () => void {
    const tail: TailFollower = { which, listener, onBegin };
    this.#tail = tail;
    void this.#beginTail();
    return () => {
      if (this.#tail !== tail) return;
      this.#tail = undefined;
      this.#link?.rpc.untailFrames().catch(() => undefined); // gone with the connection
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#options.clearTimeout(this.#retry);
    this.#silence?.stop();
    this.#pass.close();
    this.#link?.channel.close();
  }

  async #connect(): Promise<void> {
    const tries = ++this.#tries; // who asks again does not wait for a try that hangs
    if (this.#lostAt !== undefined) this.#showReconnecting(undefined, this.#lastReason);
    let channel: Channel;
    try {
      channel = await this.#options.connect();
    } catch (error) {
      if (this.#isClosed || tries !== this.#tries) return;
      const problem = problemOf(error);
      if (problem.code === 'unauthorized') this.#loggedOut(problem.message);
      else this.#later(problem.message);
      return;
    }
    if (this.#isClosed || tries !== this.#tries) {
      channel.close();
      return;
    }
    await this.#open(channel);
  }

  async #open(channel: Channel): Promise<void> {
    const rpc = createBirpc<HubApi, DashboardApi>(this.#pushes(channel), {
      post: (message: unknown) => channel.post(message),
      on: (listener: (message: unknown) => void) => {
        channel.on((message) => {
          this.#silence?.heard();
          listener(message);
        });
      },
      eventNames: [],
      timeout: -1, // a lost channel rejects what is pending; a long check of the log may take minutes
    });
    const link = { rpc, channel };
    this.#link = link;
    channel.onClose((reason) => {
      rpc.$close(disconnected());
      if (this.#link !== link) return;
      this.#link = undefined;
      this.#silence?.stop();
      this.#replica.disconnected();
      if (this.#isClosed) return;
      if (reason === SIGNED_OUT) this.#loggedOut('');
      else this.#later(reason);
    });
    this.#silence = this.#watch(channel);
    try {
      const first = await rpc.open({ since: this.#replica.resumePoint });
      if (first.hub.protocolVersion !== CHANNEL_VERSION) {
        this.close();
        this.#show({ connection: { status: 'outdated', hubVersion: first.hub.productVersion } });
        return;
      }
      const answer = await wholeAnswer(first, () => rpc.openMore());
      this.#replica.opened(answer);
      this.#flush();
      this.#attempt = 0;
      this.#lostAt = undefined;
      const now = this.#options.now();
      this.#show({ connection: { status: 'live', since: now }, hub: answer.hub, clockOffsetMs: answer.now - now });
      await this.#frames.beginAll();
      await this.#beginTail();
    } catch {
      channel.close(); // its onClose arranges the next try
    }
  }

  #pushes(channel: Channel): DashboardApi {
    return {
      events: (events) => {
        try {
          this.#replica.pushed(events);
          this.#pass.request();
        } catch {
          channel.close(); // an event is missing: resuming fetches it
        }
      },
      ticks: (ticks) => {
        this.#ticks.push(...ticks);
        this.#pass.request();
      },
      frames: (push) => {
        this.#frames.onPush(push);
        this.#pass.request();
      },
      tail: (push) => this.#tail?.listener(push),
      pulse: (pulse) => {
        this.#pulse = pulse;
        this.#pass.request();
      },
      refused: (news) => {
        const { refused } = this.#options.store.getState().server;
        this.#show({ refused: withRefused(refused, news) });
      },
      logins: ({ waiting }) => {
        this.#show({ logins: waiting });
      },
    };
  }

  async #beginTail(): Promise<void> {
    const tail = this.#tail;
    if (!tail || !this.#link) return; // begun when the connection is there
    try {
      const { after } = await this.#link.rpc.tailFrames(tail.which);
      if (this.#tail === tail) tail.onBegin(after);
    } catch {
      // The connection is lost, or nothing is recorded, as the pulse says.
    }
  }

  #flush(): void {
    const { store } = this.#options;
    const frames = this.#frames.take();
    const batch = { change: this.#replica.take(), ticks: this.#ticks, frames, pulse: this.#pulse };
    this.#ticks = [];
    this.#pulse = undefined;
    patchServer(store, publish(store.getState().server, this.#replica.state, batch));
  }

  /** Shows that the hub is silent, and asks it to answer; gives the channel up when it does not. */
  #watch(channel: Channel): SilenceWatch {
    const { now, setTimeout, clearTimeout, store } = this.#options;
    const show = (quietSince?: number): void => {
      const { connection } = store.getState().server;
      if (connection.status !== 'live') return;
      const { status, since } = connection;
      this.#show({ connection: { status, since, ...(quietSince !== undefined && { quietSince }) } });
    };
    return new SilenceWatch({
      now,
      setTimeout,
      clearTimeout,
      onQuiet: (since) => {
        this.#link?.rpc.ping().catch(() => undefined);
        show(since);
      },
      onHeard: show,
      onGone: () => channel.close(),
    });
  }

  #later(reason: string): void {
    const { now, random, setTimeout, store } = this.#options;
    const { connection } = store.getState().server;
    this.#lostAt ??= (connection.status === 'live' ? connection.quietSince : undefined) ?? now();
    this.#attempt += 1;
    this.#lastReason = reason;
    const wait = retryWait(this.#attempt, this.#isLoggedOut, random());
    this.#showReconnecting(now() + wait, reason);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#connect();
    }, wait);
  }

  get #isLoggedOut(): boolean {
    return this.#options.store.getState().server.connection.status === 'unauthorized';
  }

  /** Shows the login, and goes on trying: a login in another window is this one's too. */
  #loggedOut(message: string): void {
    const wasOut = this.#isLoggedOut;
    if (!wasOut) this.#attempt = 0;
    if (!wasOut || message !== '') this.#show({ connection: { status: 'unauthorized', message } });
    this.#later('');
  }

  #showReconnecting(retryAt: number | undefined, reason: string): void {
    if (this.#isLoggedOut) return; // what is being typed there stays
    const since = this.#lostAt ?? this.#options.now();
    this.#show({ connection: { status: 'reconnecting', since, attempt: this.#attempt, retryAt, reason } });
  }

  #show(patch: Partial<ServerSlice>): void {
    patchServer(this.#options.store, patch);
  }
}
