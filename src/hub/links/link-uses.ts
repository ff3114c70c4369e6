import { HubError } from '../../protocol/errors.ts';
import type { LinkState } from '../../protocol/state.ts';
import type { Hub } from '../hub.ts';
import { HUB } from '../rule.ts';
import { useLink } from '../rules/links.ts';

/** How long the parts of one download may come. */
const DOWNLOAD_MS = 60 * 60_000;
/** Of one download so many times its content may be asked for in parts, and some more for small ones. */
const MOST_TIMES = 2;
const MORE_BYTES = 64 * 1024;
/** Downloads whose parts are known; the oldest is forgotten, and its next part counts as another download. */
const MOST_DOWNLOADS = 10_000;
/** Between two events of a link without a limit of uses: what comes meanwhile is counted by the next one. */
const BETWEEN_EVENTS_MS = 10_000;

/** A download whose further parts are no use of their own. */
interface Download {
  readonly until: number;
  left: number;
}

/** Uses of a link that are not logged yet. */
interface Unlogged {
  uses: number;
  remote: string;
  readonly timer: unknown;
}

/**
 * Counts downloads by links. The parts of one download are one use. Each use is in the log: at once where the link has a limit of
 * uses, which bounds them; else at most one event in ten seconds, which says how many it stands for.
 */
export class LinkUses {
  readonly #hub: Hub;
  readonly #downloads = new Map<string, Download>();
  readonly #unlogged = new Map<string, Unlogged>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /**
   * Whether these bytes are a further part of a download that was counted.
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
    if (maxUses !== undefined) await this.#hub.execute(useLink, { linkId: id, uses: 1, remote }, HUB);
    else await this.#countTogether(id, remote);
    const key = `${id} ${who}`;
    this.#downloads.delete(key);
    const left = size.whole * MOST_TIMES + MORE_BYTES - size.now;
    this.#downloads.set(key, { until: this.#hub.timers.elapsed() + DOWNLOAD_MS, left });
    const [oldest] = this.#downloads.keys();
    if (this.#downloads.size > MOST_DOWNLOADS && oldest !== undefined) this.#downloads.delete(oldest);
  }

  /** Logs what is not logged yet. */
  close(): void {
    for (const linkId of this.#unlogged.keys()) this.#log(linkId);
  }

  async #countTogether(linkId: string, remote: string): Promise<void> {
    const waiting = this.#unlogged.get(linkId);
    if (waiting) {
      waiting.uses += 1;
      waiting.remote = remote;
      return;
    }
    const timer = this.#hub.timers.setTimeout(() => this.#log(linkId), BETWEEN_EVENTS_MS);
    this.#unlogged.set(linkId, { uses: 0, remote, timer });
    await this.#hub.execute(useLink, { linkId, uses: 1, remote }, HUB);
  }

  #log(linkId: string): void {
    const waiting = this.#unlogged.get(linkId);
    this.#unlogged.delete(linkId);
    if (!waiting) return;
    this.#hub.timers.clearTimeout(waiting.timer);
    const { uses, remote } = waiting;
    if (uses === 0) return;
    try {
      this.#hub.commit(useLink, { linkId, uses, remote }, HUB);
    } catch (error) {
      if (!(error instanceof HubError)) throw error; // it is over by now, or the disk refuses writes
    }
  }
}
