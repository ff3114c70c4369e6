import { HubError } from '../../protocol/errors.ts';
import type { PrunedEvents } from '../../protocol/records.ts';
import type { Hub } from '../hub.ts';
import { isFullDisk, storageFailed } from '../hub-errors.ts';
import { HUB, type Origin } from '../rule.ts';
import { LEAST_KEPT_MS, pruneLog, setRetention, tooYoung } from '../rules/retention.ts';
import { cutFacts } from './cut-facts.ts';

/** How often it is looked whether events are older than they are kept. */
const LOOK_MS = 60_000;
/** How soon after a person has set how long they are kept: the person looks at what comes of it. */
const SOON_MS = 2_000;
/** Two removals by the hub itself are at least so long apart: each sums up all that is left of removed events. */
const APART_MS = LEAST_KEPT_MS;
/** With more events since the last look the hub is busy, and a removal waits, */
const BUSY_EVENTS = 300;
/** but for no longer than this after events were to go. */
const MOST_WAIT_MS = LEAST_KEPT_MS;

/** Removes events from the log: those that a person names, and by itself those that are older than the log is kept. */
export class LogRetention {
  readonly #hub: Hub;
  #timer: unknown;
  /** Seq at the last look. */
  #seq: number;
  /** Since when there is something to remove, by the clock that only runs. */
  #dueSince: number | undefined;
  #running: Promise<unknown> | undefined;
  #isClosed = false;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#seq = hub.state.seq;
    this.#arm();
  }

  /** What {@link prune} would remove; undefined for nothing. Throws `invalid_argument` for a time within the last day. */
  async plan(before: number): Promise<PrunedEvents | undefined> {
    const bad = tooYoung(before, this.#hub.now());
    if (bad) throw bad;
    await this.#hub.durable();
    return this.#hub.pruner.plan(before);
  }

  /**
   * Removes what happened before a time, and answers what that was, once the log says so on disk; undefined for
   * nothing. The rows go by and by then. Throws `conflict` while another removal is under way.
   */
  async prune(before: number, origin: Origin): Promise<PrunedEvents | undefined> {
    if (this.#running) {
      throw new HubError('conflict', 'Events are being removed from the log already; try again when that is done.');
    }
    const running = this.#prune(before, origin).finally(() => (this.#running = undefined));
    this.#running = running;
    return running;
  }

  /** Sets how long the log is kept, in ms; undefined for ever. What is older goes at the next quiet moment. */
  async set(keepMs: number | undefined, origin: Origin): Promise<void> {
    await this.#hub.execute(setRetention, { keepMs }, origin);
    if (this.#isClosed) return;
    this.#seq = this.#hub.state.seq;
    this.#arm(SOON_MS);
  }

  /** Resolves when nothing is being removed. */
  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined); // reported to its caller
  }

  /** Call it before the hub is closed. A removal that is not in the log yet is given up. */
  async close(): Promise<void> {
    this.#hub.timers.clearTimeout(this.#timer);
    this.#isClosed = true;
    this.#hub.pruner.stop();
    await this.settled();
  }

  async #prune(before: number, origin: Origin): Promise<PrunedEvents | undefined> {
    const { pruner, dataDir, logId } = this.#hub;
    const plan = await this.plan(before);
    if (!plan) return undefined;
    try {
      const made = await pruner.makeBase(plan.throughSeq);
      const facts = cutFacts(plan, made, { dataDir, logId, now: this.#hub.now() });
      await this.#hub.execute(pruneLog, facts, origin);
    } catch (error) {
      throw isFullDisk(error) ? storageFailed(String(error)) : error;
    }
    this.#clear();
    return plan;
  }

  /** Nobody waits for it: what is left after a failure goes at the next look. */
  #clear(): void {
    this.#hub.pruner.clear().catch((error: unknown) => {
      this.#hub.logger?.warn({ err: error }, 'Rows of removed events could not be removed; it is tried again');
    });
  }

  #arm(ms = LOOK_MS): void {
    this.#hub.timers.clearTimeout(this.#timer);
    this.#timer = this.#hub.timers.setTimeout(() => {
      this.#arm();
      this.#look();
    }, ms);
  }

  #look(): void {
    const { state, storage, timers } = this.#hub;
    const isBusy = state.seq - this.#seq > BUSY_EVENTS;
    this.#seq = state.seq;
    if (this.#running || storage.status !== 'ok') return;
    if (!this.#isDue()) {
      this.#dueSince = undefined;
      if (!isBusy) this.#clear();
      return;
    }
    this.#dueSince ??= timers.elapsed();
    if (isBusy && timers.elapsed() - this.#dueSince < MOST_WAIT_MS) return;
    this.#dueSince = undefined;
    this.prune(this.#hub.now() - (state.retention.keepMs ?? Infinity), HUB).catch((error: unknown) => {
      if (this.#isClosed) return;
      this.#hub.logger?.warn({ err: error }, 'Old events could not be removed from the log; it is tried again');
    });
  }

  #isDue(): boolean {
    const { state, now, pruner } = this.#hub;
    const { keepMs, cut } = state.retention;
    if (keepMs === undefined) return false;
    const since = cut === undefined ? Infinity : now() - cut.at;
    // Less than nothing: the clock was set back since.
    if (since >= 0 && since < APART_MS) return false;
    return pruner.hasAny(now() - keepMs);
  }
}
