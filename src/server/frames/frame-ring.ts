import type { Frame, FrameDetail } from '../../protocol/frames.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { recorded } from './recorded.ts';
import {
  costOf,
  type FrameEntry,
  frameId,
  type FrameInput,
  headersCostOf,
  keptHeader,
  keptInput,
  sharedCostOf,
  type SharedFrame,
  toDetail,
  toFrame,
} from './frame-entry.ts';

export interface FrameRingOptions {
  readonly launchId: string;
  readonly now: () => number;
  /** Records the frames for good, and numbers them. */
  readonly recorder?: Pick<Recorder, 'record'>;
  /** Frames kept of one session. Default 2,000. */
  readonly framesPerSession?: number;
  /** Memory that the frames of one session may take, in bytes. Default 4 MiB. */
  readonly bytesPerSession?: number;
  /** Memory that all frames together may take, in bytes. Default 64 MiB. */
  readonly bytesInAll?: number;
}

/** The last frames of one session. `head` is the oldest that is still kept. */
interface Lane {
  entries: FrameEntry[];
  /** What each entry costs, beside it: to let go of one takes no look at what has been lying there for long. */
  costs: number[];
  head: number;
  bytes: number;
  /** Of the last frame that had any. */
  headers: readonly string[] | undefined;
  watchers: Set<(frame: Frame) => void> | undefined;
}

/** Stands in a lane for a frame that was let go, until the list is shifted. */
const spent: FrameEntry = {
  n: 0,
  at: 0,
  what: { wire: 'sse', kind: 'sse', label: '', sizeBytes: 0, body: '' },
};

/**
 * The frames of this launch, numbered as they pass, the last ones of each session kept in memory.
 *
 * Recording is on the path of every message, so it stores what it is given and nothing more; a frame
 * takes its final form only when somebody looks. Frames without a session (a refused request) share
 * a lane of their own.
 */
export class FrameRing {
  readonly #launchId: string;
  /** What ids of this launch begin with. */
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #recorder: Pick<Recorder, 'record'> | undefined;
  readonly #framesPerSession: number;
  readonly #bytesPerSession: number;
  readonly #bytesInAll: number;
  readonly #lanes = new Map<string, Lane>();
  /** How many entries have each shared frame. */
  readonly #shared = new Map<SharedFrame, number>();
  #bytes = 0;
  #n = 0;

  constructor(options: FrameRingOptions) {
    this.#launchId = options.launchId;
    this.#prefix = frameId(options.launchId, 0).slice(0, -1);
    this.#now = options.now;
    this.#recorder = options.recorder;
    this.#framesPerSession = options.framesPerSession ?? 2_000;
    this.#bytesPerSession = options.bytesPerSession ?? 4 * 1024 * 1024;
    this.#bytesInAll = options.bytesInAll ?? 64 * 1024 * 1024;
  }

  /** How many frames have passed since the launch. */
  get count(): number {
    return this.#n;
  }

  /** Bytes that the kept frames take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Numbers and keeps a frame; answers its id, which is the `cause` of the events that it leads to.
   * @param headers of an HTTP exchange, as `[name, value, name, value, …]`
   */
  record(input: FrameInput, headers?: readonly string[]): string {
    const n = this.#recorder?.record(...recorded(input.sessionId, input, headers)) ?? this.#n + 1;
    this.#n = n;
    const lane = this.#lane(input.sessionId ?? '');
    const before = lane.headers;
    const kept = headers && sameHeaders(lane, headers);
    const entry = { n, at: this.#now(), what: keptInput(input), headers: kept };
    // The first frame in a row pays for the headers of all.
    this.#keep(lane, input.sessionId ?? '', entry, kept && kept !== before ? headersCostOf(kept) : 0);
    return frameId(this.#launchId, n);
  }

  /** Keeps a frame that goes to many sessions; answers its number `n`. */
  recordShared(sessionId: string, shared: SharedFrame, at: number): number {
    const n = this.#recorder?.record(...recorded(sessionId, shared, undefined)) ?? this.#n + 1;
    this.#n = n;
    this.#keep(this.#lane(sessionId), sessionId, { n, at, what: shared });
    return n;
  }

  /**
   * Keeps a keep-alive comment. It takes the place of the one before it when nothing came between, so
   * that a silent session's frames are not washed out of the ring by its own heartbeat.
   */
  recordComment(sessionId: string, shared: SharedFrame, at: number): void {
    const lane = this.#lanes.get(sessionId);
    const last = lane?.entries.at(-1);
    if (lane && last && last.what === shared && lane.entries.length > lane.head) {
      lane.entries.pop();
      const cost = lane.costs.pop() ?? 0;
      lane.bytes -= cost;
      this.#bytes -= cost;
      this.#share(last, -1);
    }
    this.recordShared(sessionId, shared, at);
  }

  /** The id of the frame with this number. */
  idOf(n: number): string {
    return frameId(this.#launchId, n);
  }

  /** The frames kept of a session, oldest first. */
  of(sessionId: string): Frame[] {
    const lane = this.#lanes.get(sessionId);
    if (!lane) return [];
    return lane.entries.slice(lane.head).map((entry) => toFrame(this.#launchId, sessionId, entry));
  }

  /** Calls `listener` for each new frame of a session, at once. Returns how to stop. */
  watch(sessionId: string, listener: (frame: Frame) => void): () => void {
    const lane = this.#lane(sessionId);
    lane.watchers ??= new Set();
    lane.watchers.add(listener);
    return () => {
      lane.watchers?.delete(listener);
      if (lane.watchers?.size === 0) lane.watchers = undefined;
      this.#forgetEmpty(sessionId, lane);
    };
  }

  /**
   * A frame with its headers, its body and the id of its reply: whatever answers a frame that is kept came after it in
   * the same lane, so that is kept too. `undefined` when it is of another launch or
   * not kept any more.
   */
  detail(id: string): FrameDetail | undefined {
    const n = this.#numberOf(id);
    if (n === undefined) return undefined;
    for (const [sessionId, lane] of this.#lanes) {
      const at = indexOf(lane, n);
      const entry = at === undefined ? undefined : lane.entries[at];
      if (at === undefined || !entry) continue;
      const reply = lane.entries.slice(at + 1).find(({ what }) => 'replyTo' in what && what.replyTo === id);
      const detail = toDetail(this.#launchId, sessionId, entry);
      return reply ? { ...detail, reply: frameId(this.#launchId, reply.n) } : detail;
    }
    return undefined;
  }

  /** The body of a session's frame, as far as it is kept: for who asks for thousands of them. */
  bodyOf(sessionId: string, id: string): string | undefined {
    const n = this.#numberOf(id);
    const lane = this.#lanes.get(sessionId);
    if (n === undefined || !lane) return undefined;
    const at = indexOf(lane, n);
    return at === undefined ? undefined : lane.entries[at]?.what.body;
  }

  /** The number in an id of this launch. */
  #numberOf(id: string): number | undefined {
    return id.startsWith(this.#prefix) ? Number(id.slice(this.#prefix.length)) : undefined;
  }

  #lane(sessionId: string): Lane {
    let lane = this.#lanes.get(sessionId);
    if (!lane) {
      lane = { entries: [], costs: [], head: 0, bytes: 0, headers: undefined, watchers: undefined };
      this.#lanes.set(sessionId, lane);
    }
    return lane;
  }

  #keep(lane: Lane, sessionId: string, entry: FrameEntry, headersCost = 0): void {
    const cost = costOf(entry) + headersCost;
    lane.entries.push(entry);
    lane.costs.push(cost);
    lane.bytes += cost;
    this.#bytes += cost;
    this.#share(entry, 1);
    while (lane.entries.length - lane.head > this.#framesPerSession || lane.bytes > this.#bytesPerSession) {
      this.#dropOldest(lane);
    }
    if (this.#bytes > this.#bytesInAll) this.#makeRoom();
    if (lane.watchers) {
      const frame = toFrame(this.#launchId, sessionId, entry);
      for (const watcher of lane.watchers) watcher(frame);
    }
  }

  /** One entry more or less has a shared frame: the first one adds what that costs, the last one takes it away. */
  #share({ what }: FrameEntry, by: 1 | -1): void {
    if ('direction' in what) return;
    const count = (this.#shared.get(what) ?? 0) + by;
    if (count === 0) this.#shared.delete(what);
    else this.#shared.set(what, count);
    if (count === (by === 1 ? 1 : 0)) this.#bytes += by * sharedCostOf(what);
  }

  #dropOldest(lane: Lane): void {
    const cost = lane.costs[lane.head];
    if (cost === undefined) return;
    lane.bytes -= cost;
    this.#bytes -= cost;
    const dropped = lane.entries[lane.head];
    if (dropped) this.#share(dropped, -1);
    lane.head += 1;
    // Shifting the list only now and then keeps a drop at constant cost.
    if (lane.head >= 64 && lane.head * 2 >= lane.entries.length) {
      lane.entries.splice(0, lane.head);
      lane.costs.splice(0, lane.head);
      lane.head = 0;
    } else {
      lane.entries[lane.head - 1] = spent;
    }
  }

  /** Lets go of the oldest frames, whosesoever they are, down to nine tenths of the cap. */
  #makeRoom(): void {
    const goal = this.#bytesInAll * 0.9;
    while (this.#bytes > goal) {
      let oldest = Infinity;
      for (const lane of this.#lanes.values()) oldest = Math.min(oldest, lane.entries[lane.head]?.n ?? Infinity);
      if (oldest === Infinity) return;
      const before = oldest + Math.max(1, Math.floor((this.#n - oldest) / 16));
      for (const [sessionId, lane] of this.#lanes) {
        while ((lane.entries[lane.head]?.n ?? Infinity) < before) this.#dropOldest(lane);
        this.#forgetEmpty(sessionId, lane);
      }
    }
  }

  #forgetEmpty(sessionId: string, lane: Lane): void {
    if (lane.entries.length === lane.head && lane.watchers === undefined) this.#lanes.delete(sessionId);
  }
}

/**
 * The headers, as the list of the frame before where they are the same: an agent sends the same ones
 * with each message, and thousands of copies would be most of what the ring takes.
 */
function sameHeaders(lane: Lane, headers: readonly string[]): readonly string[] {
  const known = lane.headers;
  if (known?.length === headers.length && headers.every((part, index) => isKept(part, known[index]))) return known;
  const kept = headers.map(keptHeader);
  lane.headers = kept;
  return kept;
}

/** The place of a frame in a lane, by bisection: numbers grow along it. */
function indexOf(lane: Lane, n: number): number | undefined {
  let low = lane.head;
  let high = lane.entries.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = lane.entries[middle];
    if (!entry || entry.n < n) low = middle + 1;
    else if (entry.n > n) high = middle - 1;
    else return middle;
  }
  return undefined;
}

/** Whether `known` is what is kept of a part of the headers. */
function isKept(part: string, known: string | undefined): boolean {
  return part === known || keptHeader(part) === known;
}
