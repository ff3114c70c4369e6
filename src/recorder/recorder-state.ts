import type { RecorderFailure, RecorderHealth } from '../protocol/frame-record.ts';

/** From one gap to the next, in ms: while one key loses frames and others do not, each of theirs would end one. */
const GAP_MS = 1_000;

/** Whether frames are recorded, why not, and how many could not be. */
export class RecorderState {
  readonly #listeners = new Set<() => void>();
  readonly #logger: { warn(facts: object, message: string): void };
  #failure: RecorderFailure | undefined;
  #isOn = true;
  #isOver = false;
  /** Frames that could not be recorded since the last gap that was. */
  #gap = { frames: 0, bytes: 0 };
  #droppedFrames = 0;
  #gapAt = -Infinity;

  constructor(logger: { warn(facts: object, message: string): void }) {
    this.#logger = logger;
  }

  get health(): RecorderHealth {
    const droppedFrames = this.#droppedFrames;
    if (!this.#failure && !this.#isOn) return { status: 'off' };
    return this.#failure ? { status: 'failed', ...this.#failure, droppedFrames } : { status: 'on', droppedFrames };
  }

  get failure(): RecorderFailure | undefined {
    return this.#failure;
  }

  /** Whether frames are taken: the person has not turned that off, and the thread may still write them. */
  get isTaking(): boolean {
    return this.#isOn && !this.#isOver;
  }

  /** Whether nothing can be written before the hub starts again. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls back when {@link health} has changed; returns how to stop. */
  onHealth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  turn(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    this.#changed();
  }

  fail(failure: RecorderFailure): void {
    if (this.#failure?.code === failure.code) return;
    this.#failure = failure;
    this.#logger.warn({ code: failure.code }, failure.message);
    this.#changed();
  }

  /** A batch was written. */
  wrote(): void {
    if (!this.#failure || this.#isOver) return;
    this.#failure = undefined;
    this.#changed();
  }

  end(): void {
    this.#isOver = true;
  }

  drop(frames: number, bytes: number): void {
    this.#gap.frames += frames;
    this.#gap.bytes += bytes;
    this.#droppedFrames += frames;
  }

  /**
   * The frames that were dropped since the last time, to be recorded as a gap; undefined if none were, or none can be yet.
   *
   * @param elapsed ms on the clock that never jumps
   */
  takeGap(elapsed: number): { readonly frames: number; readonly bytes: number } | undefined {
    if (this.#gap.frames === 0 || this.#failure || elapsed - this.#gapAt < GAP_MS) return undefined;
    this.#gapAt = elapsed;
    const gap = this.#gap;
    this.#gap = { frames: 0, bytes: 0 };
    this.#changed();
    return gap;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
