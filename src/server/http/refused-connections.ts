import type { IncomingMessage } from 'node:http';
import type { Hub } from '../../hub/hub.ts';
import type { HubError, HubErrorCode } from '../../protocol/errors.ts';
import { fewMarks } from '../../protocol/names/few-marks.ts';
import { withoutHidden } from '../../protocol/names/hidden-characters.ts';
import {
  MOST_REFUSED,
  MOST_REFUSED_OF_ADDRESS,
  MOST_TRIED_FRAMES,
  type RefusedConnection,
} from '../../protocol/refused-connection.ts';
import { shortened } from '../shortened.ts';
import { clientAddress, networkOf } from './client-address.ts';
import { FairMap } from './fair-map.ts';
import { statusOf } from './http-errors.ts';
import { sentKeyOf } from './sent-key.ts';

const MOST_CLIENT_CHARACTERS = 120;
const MOST_REQUEST_CHARACTERS = 120;
const MOST_MESSAGE_CHARACTERS = 500;

/** So many requests for sessions that are over, within the time, are no new beginning. */
const STALE = { tries: 3, ms: 60_000 } as const;
/** Clients whose last requests are remembered, the latest ones; half of them of one network. */
const MOST_TRAILS = 200;

/** Refusals that come after a client has got in, or of which it knows how to go on. */
const notOfConnecting: ReadonlySet<HubErrorCode> = new Set([
  'rate_limited',
  'slow_reader',
  'cancelled',
  'hub_closed',
  'storage_failed',
]);

/**
 * Who tried to connect and was refused: what a person looks for whose agent does not appear. In memory, as strangers
 * must not be able to fill the log.
 *
 * Requests that differ in their time only are one entry with a count. One address, or one IPv6 network of a host, has
 * at most half of all entries, so that a client that tries thousands of keys does not push out the others.
 */
export class RefusedConnections {
  readonly #hub: Pick<Hub, 'now' | 'state'>;
  /** By what the requests have in common; the one that was tried last is last. */
  readonly #groups = new FairMap<string, RefusedConnection>(MOST_REFUSED, MOST_REFUSED_OF_ADDRESS);
  readonly #listeners = new Set<(changed: RefusedConnection) => void>();
  /** Frames of what each client last asked for, by its address and name; the one that was seen last is last. */
  readonly #trails = new FairMap<string, { readonly frameIds: readonly string[]; readonly group: string }>(MOST_TRAILS);
  /** When clients asked for sessions that are over, in ms. */
  readonly #stale = new FairMap<string, readonly number[]>(MOST_TRAILS);
  #nextId = 1;

  constructor(hub: Pick<Hub, 'now' | 'state'>) {
    this.#hub = hub;
  }

  /**
   * Notes a request that is refused with `error`, unless that is not about connecting.
   *
   * @param status where another was answered than that of the error's code
   * @param frameId of its exchange
   */
  note(
    request: IncomingMessage,
    error: HubError,
    { status = statusOf(error.code), frameId }: { readonly status?: number; readonly frameId?: string } = {},
  ): void {
    if (notOfConnecting.has(error.code)) return;
    const now = this.#hub.now();
    // A client that begins anew is as it should be; one that asks on and on never appears.
    if (error.code === 'session_unknown' && !this.#isStale(request, now)) return this.#followed(request, frameId);
    const facts = this.#factsOf(request, error, status);
    const same = JSON.stringify(facts);
    const known = this.#groups.get(same);
    const frameIds = this.#trailed(facts, frameId, same);
    const group: RefusedConnection = known
      ? { ...known, count: known.count + 1, lastAt: now, frameIds }
      : { ...facts, id: this.#nextId++, count: 1, firstAt: now, lastAt: now, frameIds };
    this.#groups.set(same, networkOf(facts.address), group);
    this.#notify(group);
  }

  /**
   * Notes what a client asks for besides, as an OAuth server after a refusal, or a session that is over: where it was
   * refused, its entry has that frame too. Such a request makes no entry.
   */
  followed(request: IncomingMessage, frameId: string): void {
    this.#followed(request, frameId);
  }

  #followed(request: IncomingMessage, frameId: string | undefined): void {
    const client = clientOf(request);
    const trail = this.#trails.get(trailOf(client));
    const group = trail && this.#groups.get(trail.group);
    if (!trail || !group) return;
    const changed = { ...group, frameIds: this.#trailed(client, frameId, trail.group) };
    this.#groups.set(trail.group, networkOf(client.address), changed);
    this.#notify(changed);
  }

  /** All that are kept; the one that was tried last is last. */
  all(): readonly RefusedConnection[] {
    return [...this.#groups.values()];
  }

  /** Calls `listener` with each entry that is new or grows, at once. Returns how to stop. */
  onChange(listener: (changed: RefusedConnection) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a client has asked for sessions that are over more than twice within a minute. */
  #isStale(request: IncomingMessage, now: number): boolean {
    const client = clientOf(request);
    const key = trailOf(client);
    const times = [...(this.#stale.get(key) ?? []), now].slice(-STALE.tries);
    this.#stale.set(key, networkOf(client.address), times);
    return times.length === STALE.tries && now - (times[0] ?? now) <= STALE.ms;
  }

  #notify(group: RefusedConnection): void {
    for (const listener of this.#listeners) listener(group);
  }

  /** The last frames of a client, with one that is new. */
  #trailed(client: RefusedClient, frameId: string | undefined, group: string): readonly string[] {
    const key = trailOf(client);
    const frameIds = [...(this.#trails.get(key)?.frameIds ?? []), ...(frameId === undefined ? [] : [frameId])].slice(
      -MOST_TRIED_FRAMES,
    );
    this.#trails.set(key, networkOf(client.address), { frameIds, group });
    return frameIds;
  }

  #factsOf(request: IncomingMessage, { code, message }: HubError, status: number) {
    const { authorization, 'user-agent': agent } = request.headers;
    // A page of another site may try any number of paths: it is one that tried.
    const isStranger = code === 'host_refused' || code === 'origin_refused';
    const [path = ''] = isStranger ? [] : (request.url ?? '').split('?', 1);
    // So is a client with a wrong key that goes through all files.
    const shown = path.replace(/^(\/(?:files|uploads))\/.*$/u, '$1/…');
    const client = agent === undefined ? '' : seen(agent, MOST_CLIENT_CHARACTERS);
    return {
      status,
      code,
      message: seen(message, MOST_MESSAGE_CHARACTERS),
      request: seen(`${request.method ?? ''} ${shown}`.trim(), MOST_REQUEST_CHARACTERS),
      key: sentKeyOf(this.#hub.state, authorization),
      address: clientAddress(request),
      ...(client === '' ? {} : { client }),
    };
  }
}

type RefusedClient = Pick<RefusedConnection, 'address' | 'client'>;

function clientOf(request: IncomingMessage): RefusedClient {
  const { 'user-agent': agent = '' } = request.headers;
  return { address: clientAddress(request), client: seen(agent, MOST_CLIENT_CHARACTERS) };
}

function trailOf({ address, client = '' }: RefusedClient): string {
  return `${address}\n${client}`;
}

/** A key that stands where none belongs, as in an address. */
const KEY_ANYWHERE = /sbx_[\w-]+/gu;

/** What a client says, as it may be shown: without keys and what nobody sees, and cut. */
function seen(text: string, characters: number): string {
  const keyless = text.slice(0, characters * 2).replaceAll(KEY_ANYWHERE, 'sbx_…');
  return shortened(fewMarks(withoutHidden(keyless)), characters);
}
