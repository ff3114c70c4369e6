import type { AuditReader } from '../log/audit-reader.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';

/** After a start reads only the newest events, this is when all are checked: not while its agents come back. */
const CHECK_AFTER_MS = 10_000;

/** Checks the whole log once, some time after the start, in the background. */
export class StartCheck {
  readonly #hub: { readonly timers: Timers; readonly audit: AuditReader; readonly logger: Logger | undefined };
  #isClosed = false;
  readonly #timer: unknown;

  constructor(hub: { readonly timers: Timers; readonly audit: AuditReader; readonly logger: Logger | undefined }) {
    this.#hub = hub;
    this.#timer = hub.timers.setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }

  close(): void {
    this.#hub.timers.clearTimeout(this.#timer);
    this.#isClosed = true;
  }

  async #check(): Promise<void> {
    const { audit, logger } = this.#hub;
    try {
      const found = await audit.verifyEvents();
      if (found.ok && found.damage === undefined)
        logger?.info({ events: found.events }, 'All events of the log are sound');
    } catch (error) {
      if (!this.#isClosed) logger?.warn({ err: error }, 'The log could not be checked');
    }
  }
}
