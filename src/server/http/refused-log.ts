import type { Hub } from '../../hub/hub.ts';
import type { Logger } from '../../hub/logger.ts';
import { HUB } from '../../hub/rule.ts';
import { logRefused, type RefusedTries } from '../../hub/rules/connections.ts';
import type { RefusedConnection } from '../../protocol/refused-connection.ts';
import { networkOf } from './client-address.ts';
import { FairMap } from './fair-map.ts';
import type { RefusedConnections } from './refused-connections.ts';

/** Between two events of the same tries, in ms. */
export const REPEAT_MS = 60_000;
/** Events within an hour: of one address (of IPv6: of one network), and in all. Strangers can reach the port, and must not fill the disk. */
export const HOURLY = { ofAddress: 30, ofAll: 60 } as const;
const HOUR_MS = 60 * 60_000;
/** Entries that wait to be logged, or were lately; half of them of one network. */
const MOST_ENTRIES = 200;

interface LoggedTries {
  last: RefusedConnection;
  /** How many of its tries are in the log, and when that was. */
  logged: number;
  loggedAt: number | undefined;
}

type LogHub = Pick<Hub, 'commit' | 'now' | 'timers' | 'storage'>;

/**
 * Writes refused connections to the log: the first try at once, more of the same with their count once a minute. What
 * is past the hour's events waits for the next ones; what is past the entries too is counted only.
 *
 * @returns how to stop
 */
export function logRefusals(
  hub: LogHub,
  refused: Pick<RefusedConnections, 'onChange'>,
  logger: Pick<Logger, 'warn'>,
): () => void {
  const log = new RefusedLog(hub, refused, logger);
  return () => log.close();
}

class RefusedLog {
  readonly #hub: LogHub;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #entries = new FairMap<number, LoggedTries>(MOST_ENTRIES);
  /** When events were logged in the last hour, and of which network; oldest first. */
  #spent: { readonly at: number; readonly network: string }[] = [];
  #left = 0;
  #timer: unknown;
  readonly #stop: () => void;

  constructor(hub: LogHub, refused: Pick<RefusedConnections, 'onChange'>, logger: Pick<Logger, 'warn'>) {
    this.#hub = hub;
    this.#logger = logger;
    this.#stop = refused.onChange((changed) => this.#changed(changed));
  }

  close(): void {
    this.#stop();
    this.#hub.timers.clearTimeout(this.#timer);
  }

  #changed(changed: RefusedConnection): void {
    const known = this.#entries.get(changed.id);
    const entry = known ?? { last: changed, logged: 0, loggedAt: undefined };
    entry.last = changed;
    // One that waits keeps its place, however often it is tried again.
    const gone = known ? undefined : this.#entries.set(changed.id, networkOf(changed.address), entry);
    if (gone) this.#left += gone.last.count - gone.logged;
    if (entry.last.count > entry.logged && !this.#log(entry)) this.#arm();
  }

  /** @returns whether it was logged; else it waits */
  #log(entry: LoggedTries): boolean {
    const now = this.#hub.now();
    if (entry.loggedAt !== undefined && now - entry.loggedAt < REPEAT_MS && now >= entry.loggedAt) return false;
    const network = networkOf(entry.last.address);
    if (!this.#mayLog(network, now) || this.#hub.storage.status !== 'ok') return false;
    const left = this.#left;
    try {
      const [cause] = entry.last.frameIds.slice(-1);
      const origin = cause === undefined ? HUB : { ...HUB, cause };
      this.#hub.commit(logRefused, eventOf(entry, left), origin);
    } catch (error) {
      this.#logger.warn({ err: error }, 'a refused connection could not be logged');
      return false;
    }
    this.#left = 0;
    entry.logged = entry.last.count;
    entry.loggedAt = now;
    this.#spent.push({ at: now, network });
    return true;
  }

  #mayLog(network: string, now: number): boolean {
    // A clock that was set back must not keep all of it for an hour more.
    this.#spent = this.#spent.filter(({ at }) => now - at < HOUR_MS && at <= now);
    const ofAddress = this.#spent.filter((one) => one.network === network).length;
    return ofAddress < HOURLY.ofAddress && this.#spent.length < HOURLY.ofAll;
  }

  #arm(): void {
    this.#timer ??= this.#hub.timers.setTimeout(() => {
      this.#timer = undefined;
      let waits = false;
      for (const entry of this.#entries.values()) {
        if (entry.last.count > entry.logged && !this.#log(entry)) waits = true;
      }
      if (waits) this.#arm();
    }, REPEAT_MS);
  }
}

function eventOf({ last, logged }: LoggedTries, left: number): RefusedTries {
  const { address, client, request, status, code, message, key, count, firstAt, lastAt } = last;
  return {
    address,
    ...(client === undefined ? {} : { client }),
    request,
    status,
    code,
    message,
    key: key.kind,
    ...(key.kind === 'known' ? { keyId: key.keyId } : {}),
    count: count - logged,
    firstAt,
    lastAt,
    ...(left === 0 ? {} : { left }),
  };
}
