import { HubError } from '../../protocol/errors.ts';
import { linkRefusals, type LinkRefusal } from '../../protocol/link-refusal.ts';
import type { Hub } from '../hub.ts';
import { HUB } from '../rule.ts';
import { refuseLink } from '../rules/links.ts';
import { CountedEvents } from './counted-events.ts';

/** Between two events of a link: what comes meanwhile is counted by the next one. */
const BETWEEN_EVENTS_MS = 60_000;

interface Try {
  readonly why: LinkRefusal;
  readonly remote: string;
}

/** Logs who came with a link's address and got nothing: the first at once, then at most one event a minute for a link. */
export class LinkRefusals {
  readonly #hub: Pick<Hub, 'commit' | 'timers'>;
  readonly #together: CountedEvents<Try>;

  constructor(hub: Pick<Hub, 'commit' | 'timers'>) {
    this.#hub = hub;
    this.#together = new CountedEvents({
      timers: hub.timers,
      betweenMs: BETWEEN_EVENTS_MS,
      log: (linkId, tries, last) => this.#log(linkId, tries, last),
    });
  }

  add(linkId: string, last: Try): void {
    if (!this.#together.add(linkId, last)) return;
    try {
      this.#log(linkId, 1, last);
    } catch (error) {
      if (!(error instanceof HubError)) throw error; // the disk refuses writes: who asked is refused all the same
    }
  }

  /** Logs what is not logged yet. */
  close(): void {
    this.#together.close();
  }

  #log(linkId: string, tries: number, last: Try): void {
    this.#hub.commit(refuseLink, { linkId, tries, ...last }, HUB);
  }
}

/**
 * Why a request by the right address got nothing; undefined where that is no news to its owners: a browser asks without
 * a password first, and the hub itself may fail.
 *
 * @param hadPassword whether the request brought one
 */
export function whyRefused({ code, details }: HubError, hadPassword: boolean): LinkRefusal | undefined {
  if (code === 'unauthorized' || code === 'rate_limited') return hadPassword ? 'password' : undefined;
  return code === 'gone' ? linkRefusals.find((why) => why === details?.['status']) : undefined;
}
