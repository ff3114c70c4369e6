import type { HubApi } from '../../../protocol/api.ts';
import type { TailPush } from '../../../protocol/calls/frames.ts';
import { HubError } from '../../../protocol/errors.ts';
import { withOlderFrames, withTail, type WireWindow } from './wire-window.ts';

/** Frames of a page. */
const PAGE = 200;

/** Names of tools that are remembered: a client may call what there is not. */
const MOST_TOOLS = 300;

/** A search under way: places from `from` down to `reached` were looked at, of all down to `oldest`. */
export interface SearchProgress {
  readonly from: number;
  readonly reached: number;
  readonly oldest: number;
}

export interface WireShown extends WireWindow {
  /** Frames of the filter that came while the list was held. */
  readonly unseen: number;
  /** How many came too fast to be shown one by one: they are recorded, and pages have them. */
  readonly skipped: number;
  readonly search: SearchProgress | undefined;
  /** Whether the person ended the search before it had come to the oldest frame. */
  readonly isCancelled: boolean;
  readonly error: HubError | undefined;
}

const nothing: WireShown = {
  frames: [],
  olderThan: undefined,
  unseen: 0,
  skipped: 0,
  search: undefined,
  isCancelled: false,
  error: undefined,
};

/** What the Wire screen shows of the recording: pages of a filter, newest first, and its tail while it is live. */
export class WireFeed {
  readonly #page: HubApi['framesPage'];
  readonly #listeners = new Set<() => void>();
  #shown = nothing;
  readonly #tools = new Set<string>();
  #filter = '';
  #isLive = true;
  /** Grows with each search: the answers to an earlier one are passed over. */
  #run = 0;

  constructor(page: HubApi['framesPage']) {
    this.#page = page;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (): WireShown => this.#shown;

  /** Tools of all frames that were shown, whatever the filter is now: what is being written must not take its own completion away. */
  readonly tools = (): readonly string[] => [...this.#tools];

  /**
   * Begins anew at the newest frame. The rows of before stay until the new filter has found something, or has found
   * that there is nothing.
   */
  async show(filter: string): Promise<void> {
    if (filter !== this.#filter) this.#set(nothing);
    this.#filter = filter;
    await this.#read(undefined);
  }

  /** Reads the newest frames of the filter again. */
  async again(): Promise<void> {
    await this.#read(undefined);
  }

  /** Fetches older frames, unless some are being fetched. */
  async more(): Promise<void> {
    const { olderThan, search, isCancelled, error } = this.#shown;
    if (olderThan === undefined || search || isCancelled || error) return;
    await this.#read(olderThan);
  }

  /** Goes on with a search that was ended, or failed. */
  async goOn(): Promise<void> {
    const { olderThan } = this.#shown;
    this.#set({ ...this.#shown, isCancelled: false, error: undefined });
    await this.#read(olderThan);
  }

  cancel(): void {
    if (!this.#shown.search) return;
    this.#run += 1;
    this.#set({ ...this.#shown, search: undefined, isCancelled: true });
  }

  /** New frames are counted from now on, and not shown. */
  pause(): void {
    this.#isLive = false;
  }

  /** Shows new frames again; what came meanwhile is read. */
  async resume(): Promise<void> {
    if (this.#isLive) return;
    this.#isLive = true;
    if (this.#shown.unseen > 0) await this.#read(undefined);
  }

  onPush({ frames, skipped }: TailPush): void {
    const { window, unseen } = withTail(this.#shown, frames, this.#isLive);
    this.#set({
      ...this.#shown,
      ...window,
      unseen: this.#shown.unseen + unseen,
      skipped: this.#shown.skipped + skipped,
    });
  }

  async #read(before: number | undefined): Promise<void> {
    const run = ++this.#run;
    let at = before;
    let from: number | undefined;
    let isFirst = before === undefined;
    let wanted = PAGE;
    try {
      for (;;) {
        const filter = this.#filter === '' ? undefined : this.#filter;
        const answer = await this.#page({ filter, before: at, limit: wanted });
        if (run !== this.#run) return;
        const { frames, reached, more, oldest, newest } = answer;
        from ??= before ?? newest;
        wanted -= frames.length;
        const isOver = !more || wanted <= 0;
        // The first answer takes the place of what was there, but for what the tail brought meanwhile.
        const came = isFirst ? this.#shown.frames.filter(({ place }) => place > newest) : this.#shown.frames;
        const window = withOlderFrames(
          { frames: isFirst && !this.#isLive ? [] : came, olderThan: undefined },
          frames,
          reached,
          more,
        );
        const search = isOver ? undefined : { from, reached, oldest };
        const counts = isFirst ? { unseen: 0, skipped: 0 } : {};
        this.#set({ ...this.#shown, ...counts, ...window, search, isCancelled: false, error: undefined });
        if (isOver) return;
        isFirst = false;
        at = reached;
      }
    } catch (error) {
      if (run !== this.#run) return;
      const problem = error instanceof HubError ? error : new HubError('internal', String(error));
      this.#set({ ...this.#shown, search: undefined, olderThan: at, error: problem });
    }
  }

  #set(shown: WireShown): void {
    if (shown.frames !== this.#shown.frames) {
      for (const { tool } of shown.frames)
        if (tool !== undefined && this.#tools.size < MOST_TOOLS) this.#tools.add(tool);
    }
    this.#shown = shown;
    for (const listener of this.#listeners) listener();
  }
}
