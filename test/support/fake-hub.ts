import { createBirpc } from 'birpc';
import type { Channel, DashboardApi, HubApi } from '../../src/protocol/api.ts';
import type { OpenAnswer } from '../../src/protocol/open-answer.ts';
import { HubError, toWire } from '../../src/protocol/errors.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import type { Frame } from '../../src/protocol/frames.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { hubInfo } from './hub-info.ts';

/** The n-th event of a log: a key that is named for its number. */
function keyEvent(seq: number): HubEvent {
  return {
    seq,
    at: seq * 10,
    actor: { kind: 'human' },
    type: 'key.created',
    keyId: `key_${seq}`,
    name: `k${seq}`,
    secretSha256: '',
  };
}

/** The hub's end of a channel: a log, and the calls that this client makes. */
export class FakeHub {
  readonly log: HubEvent[] = [];
  /** Names of the calls that came. */
  readonly called: string[] = [];
  readonly opened: ({ logId: string; seq: number } | undefined)[] = [];
  frames: Frame[] = [];
  info = hubInfo;
  dashboard: ReturnType<typeof createBirpc<DashboardApi>> | undefined;
  /** Runs after `open` has read the log and before it answers. */
  beforeAnswer: () => void = () => undefined;
  refuse: HubError | undefined;
  /** Nothing that it says arrives, as from a process that was stopped. */
  isMute = false;
  /** What a connection waits for. */
  before = Promise.resolve();
  #close: ((reason: string) => void) | undefined;

  connect = (): Promise<Channel> => this.before.then(() => this.#connect());

  #connect(): Promise<Channel> {
    if (this.refuse) return Promise.reject(this.refuse);
    const toClient = new Set<(message: unknown) => void>();
    const toHub = new Set<(message: unknown) => void>();
    const closed = new Set<(reason: string) => void>();
    const pass = (to: Set<(message: unknown) => void>) => (message: unknown) => {
      const copy: unknown = structuredClone(message);
      for (const listener of to) listener(copy);
    };
    this.#close = (reason) => {
      toClient.clear();
      for (const listener of closed) listener(reason);
      closed.clear();
    };
    const api: Partial<HubApi> = {
      open: (input) => Promise.resolve(this.#open(input?.since)),
      watchFrames: () => Promise.resolve(this.frames),
      unwatchFrames: () => Promise.resolve(),
      ping: () => Promise.resolve(),
      keyRevoke: () => Promise.reject(toWire(new HubError('not_found', 'No such key'))),
    };
    const toPage = pass(toClient);
    this.dashboard = createBirpc<DashboardApi>(api, {
      post: (message: unknown) => {
        if (!this.isMute) toPage(message);
      },
      on: (listener) => {
        toHub.add((message) => {
          if (typeof message === 'object' && message !== null && 'm' in message) this.called.push(String(message.m));
        });
        toHub.add(listener);
      },
      eventNames: ['events', 'ticks', 'frames', 'pulse', 'refused', 'logins'],
    });
    return Promise.resolve({
      post: pass(toHub),
      on: (listener) => {
        toClient.add(listener);
        return () => toClient.delete(listener);
      },
      onClose: (listener) => {
        closed.add(listener);
        return () => closed.delete(listener);
      },
      close: () => {
        toClient.clear();
        for (const listener of closed) listener('closed');
        closed.clear();
      },
    });
  }

  #open(since: { logId: string; seq: number } | undefined): OpenAnswer {
    this.opened.push(since);
    const answer: OpenAnswer =
      since?.logId === this.info.logId
        ? { hub: this.info, now: 5_000, kind: 'events', events: this.log.filter(({ seq }) => seq > since.seq) }
        : {
            hub: this.info,
            now: 5_000,
            kind: 'snapshot',
            state: takeSnapshot(this.#state()),
            recent: this.log.slice(-500),
          };
    this.beforeAnswer();
    return answer;
  }

  #state() {
    const state = emptyState();
    for (const event of this.log) applyEvent(state, event);
    return state;
  }

  /** Appends events and tells them. */
  happen(count: number): HubEvent[] {
    const events = Array.from({ length: count }, () => {
      const event = keyEvent(this.log.length + 1);
      this.log.push(event);
      return event;
    });
    void this.dashboard?.events(events);
    return events;
  }

  /** Appends events that nobody is notified of. */
  happenUnseen(count: number): void {
    for (let n = 0; n < count; n += 1) this.log.push(keyEvent(this.log.length + 1));
  }

  cut(reason: string): void {
    this.#close?.(reason);
  }
}
