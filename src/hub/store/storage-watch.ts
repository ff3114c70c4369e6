import type { StorageHealth } from '../../protocol/api.ts';
import { type HubError, messageOf } from '../../protocol/errors.ts';
import { STORAGE_RETRY_MS, storageFailed } from '../hub-errors.ts';
import type { Listeners } from '../listeners.ts';
import type { EventLog, StorageNews } from '../log/event-log.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';

export interface StorageWatchOptions {
  readonly log: Pick<EventLog, 'onStorage' | 'halt' | 'retry'>;
  readonly timers: Timers;
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly logger: Logger | undefined;
  /** Called at each change, and each time that the disk refuses again. */
  readonly listeners: Listeners<StorageHealth>;
  /**
   * Takes back what was not written: once for each failure, before anybody is notified of it. Throws when
   * the log cannot be read for that, and is asked again.
   */
  readonly undo: (error: HubError) => void;
  /** The log was found to be damaged; called once. */
  readonly onDamage: (error: HubError) => void;
}

const UNREAD = 'what a failed write lost could not be taken back';

/** How the log's disk is. Once it has refused a write, it is asked every second whether it takes them again. */
export class StorageWatch {
  readonly #options: StorageWatchOptions;
  #health: StorageHealth = { status: 'ok' };
  /** Why contents of files stay in the log, if they do. */
  #contents: string | undefined;
  /** Whether what this failure lost is taken back: from then on nothing is applied until the disk is well. */
  #isUndone = false;
  /** Why the log could not be read for that, when last asked. */
  #unread: string | undefined;
  #retryTimer: unknown;
  /** Why the log takes no writes before the next start. */
  #damage: HubError | undefined;

  constructor(options: StorageWatchOptions) {
    this.#options = options;
    options.log.onStorage((news) => this.#heard(news));
  }

  get health(): StorageHealth {
    return this.#health;
  }

  /** Throws `storage_failed` while the disk refuses writes. */
  mustBeOk(): void {
    if (this.#health.status === 'failed') throw this.#damage ?? storageFailed(this.#health.message);
  }

  /** Why the disk takes no files of contents, which stay in the log for now; undefined once it does again. */
  noteContents(reason: string | undefined): void {
    this.#contents = reason;
    if (this.#health.status === 'ok') this.#change(this.#ok());
  }

  /** A commit was applied in part only: the log takes no more until it has been read again. */
  halt(reason: string): void {
    const { log, now } = this.#options;
    this.#change({ status: 'failed', since: now(), message: reason });
    log.halt(reason);
  }

  close(): void {
    this.#options.timers.clearTimeout(this.#retryTimer);
  }

  #heard(news: StorageNews): void {
    const { log, logger, now, timers } = this.#options;
    if (news.status === 'ok') {
      // The disk takes writes, and what it would not take before could not be taken back until now.
      if (!this.#isUndone && this.#undo(UNREAD) !== undefined) return log.halt(UNREAD);
      this.#isUndone = false;
      this.#unread = undefined;
      logger?.info({}, 'The log takes writes again');
      return this.#change(this.#ok());
    }
    const { seq, message } = news;
    if (news.damage && news.damage !== this.#damage) {
      this.#damage = news.damage;
      this.#options.onDamage(news.damage);
    }
    const since = this.#health.status === 'failed' ? this.#health.since : now();
    if (!this.#isUndone && this.#unread === undefined) {
      logger?.error({ seq, reason: message }, 'The log could not be written; only reading until it can');
    }
    const unread = this.#isUndone ? undefined : this.#undo(message);
    timers.clearTimeout(this.#retryTimer);
    if (!this.#damage) this.#retryTimer = timers.setTimeout(() => log.retry(), STORAGE_RETRY_MS);
    this.#change({
      status: 'failed',
      since,
      message: unread === undefined ? message : `${message}; the log cannot be read either: ${unread}`,
    });
  }

  /** Takes back what was lost. The answer is why the log cannot be read for it; it is then asked again. */
  #undo(reason: string): string | undefined {
    try {
      this.#options.undo(this.#damage ?? storageFailed(reason));
      this.#isUndone = true;
      return undefined;
    } catch (error) {
      const unread = messageOf(error);
      if (unread !== this.#unread) {
        this.#options.logger?.error(
          { err: error },
          'The log cannot be read either; what may be lost is not shown to anybody',
        );
      }
      this.#unread = unread;
      return unread;
    }
  }

  #ok(): StorageHealth {
    return { status: 'ok', ...(this.#contents === undefined ? {} : { contents: this.#contents }) };
  }

  #change(health: StorageHealth): void {
    this.#health = health;
    this.#options.listeners.emit(health);
  }
}
