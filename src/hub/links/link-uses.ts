import type { LinkState } from '../../protocol/state.ts';
import type { Hub } from '../hub.ts';
import { HUB } from '../rule.ts';
import { useLink } from '../rules/links.ts';
import { CountedEvents } from './counted-events.ts';

/** How long the parts of one download may come. */
const DOWNLOAD_MS = 60 * 60_000;
/** A first request for so few bytes only looks whether ranges work: the whole content may follow. */
const PROBE_BYTES = 16;
/** When an answer breaks off, so much of what was sent may not have arrived: it was in buffers on the way. */
const ON_THE_WAY_BYTES = 16 * 1024 * 1024;
/** Downloads whose parts are known; the oldest is forgotten, and its next part counts as another download. */
const MOST_DOWNLOADS = 10_000;
/** Between two events of a link without a limit of uses: what comes meanwhile is counted by the next one. */
const BETWEEN_EVENTS_MS = 10_000;

/** A download whose further parts are no use of their own. */
interface Download {
  readonly until: number;
  readonly whole: number;
  /** Bytes that it has not had. */
  left: number;
  /** Bytes that were sent and may yet count as lost, all broken-off answers of it together. */
  mayBeLost: number;
}

/**
 * Counts downloads by links. The parts of one download are one use. Each use is in the log: at once where the link has a limit of
 * uses, which bounds them; else at most one event in ten seconds, which says how many it stands for.
 */
export class LinkUses {
  readonly #hub: Hub;
  readonly #downloads = new Map<string, Download>();
  /** Of links without a limit of uses, with the address of the last client. */
  readonly #together: CountedEvents<string>;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#together = new CountedEvents({
      timers: hub.timers,
      betweenMs: BETWEEN_EVENTS_MS,
      log: (linkId, uses, remote) => hub.commit(useLink, { linkId, uses, remote }, HUB),
    });
  }

  /**
   * Whether these bytes are a further part of a download that was counted. Behind a proxy all clients have one
   * address, so a download has what its content has and no more: else others could have it for nothing.
   *
   * @param who the client: its address and what it calls itself
   */
  goesOn(link: LinkState, who: string, bytes: number): boolean {
    const known = this.#downloads.get(`${link.id} ${who}`);
    if (!known || known.until <= this.#hub.timers.elapsed() || known.left < bytes) return false;
    known.left -= bytes;
    return true;
  }

  /**
   * Counts a new download; resolves once it is on disk, or will be counted by the link's next event.
   * @throws HubError `gone` where the link gives nothing any more
   */
  async count(link: LinkState, who: string, remote: string, size: { whole: number; now: number }): Promise<void> {
    const { id, maxUses } = link;
    if (maxUses !== undefined || this.#together.add(id, remote)) {
      await this.#hub.execute(useLink, { linkId: id, uses: 1, remote }, HUB);
    }
    const key = `${id} ${who}`;
    this.#downloads.delete(key);
    const { whole, now } = size;
    const left = now <= PROBE_BYTES && now < whole ? whole : whole - now;
    const mayBeLost = Math.min(whole, ON_THE_WAY_BYTES);
    this.#downloads.set(key, { until: this.#hub.timers.elapsed() + DOWNLOAD_MS, whole, left, mayBeLost });
    const [oldest] = this.#downloads.keys();
    if (this.#downloads.size > MOST_DOWNLOADS && oldest !== undefined) this.#downloads.delete(oldest);
  }

  /** An answer broke off: what it did not deliver may be asked for again. */
  brokeOff(link: LinkState, who: string, { asked, sent }: { readonly asked: number; readonly sent: number }): void {
    const known = this.#downloads.get(`${link.id} ${who}`);
    if (!known) return;
    const lost = Math.min(sent, known.mayBeLost);
    known.mayBeLost -= lost;
    known.left = Math.min(known.whole, known.left + asked - sent + lost);
  }

  /** Logs what is not logged yet. */
  close(): void {
    this.#together.close();
  }
}
