import type { IncomingMessage } from 'node:http';
import type { Hub } from '../../hub/hub.ts';
import type { HubError, HubErrorCode } from '../../protocol/errors.ts';
import { fewMarks } from '../../protocol/names/few-marks.ts';
import { withoutHidden } from '../../protocol/names/hidden-characters.ts';
import { MOST_REFUSED, MOST_REFUSED_OF_ADDRESS, type RefusedConnection } from '../../protocol/refused-connections.ts';
import { shortened } from '../shortened.ts';
import { clientAddress } from './client-address.ts';
import { statusOf } from './http-errors.ts';
import { sentKeyOf } from './sent-key.ts';

const MOST_CLIENT_CHARACTERS = 120;
const MOST_REQUEST_CHARACTERS = 120;
const MOST_MESSAGE_CHARACTERS = 500;

/** Refusals that come after a client has got in, or of which it knows how to go on. */
const notOfConnecting: ReadonlySet<HubErrorCode> = new Set([
  'session_unknown',
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
 * Requests that differ in their time only are one entry with a count. Of one address half of all entries are kept, so
 * that one that tries thousands of keys does not push out what others tried.
 */
export class RefusedConnections {
  readonly #hub: Pick<Hub, 'now' | 'state'>;
  /** By what the requests have in common; the one that was tried last is last. */
  readonly #groups = new Map<string, RefusedConnection>();
  readonly #listeners = new Set<(changed: RefusedConnection) => void>();
  #nextId = 1;

  constructor(hub: Pick<Hub, 'now' | 'state'>) {
    this.#hub = hub;
  }

  /** Notes a request that is refused with `error`, unless that is not about connecting. */
  note(request: IncomingMessage, error: HubError, status = statusOf(error.code)): void {
    if (notOfConnecting.has(error.code)) return;
    const now = this.#hub.now();
    const facts = this.#factsOf(request, error, status);
    const same = JSON.stringify(facts);
    const known = this.#groups.get(same);
    this.#groups.delete(same);
    if (!known) this.#makeRoom(facts.address);
    const group: RefusedConnection = known
      ? { ...known, count: known.count + 1, lastAt: now }
      : { ...facts, id: this.#nextId++, count: 1, firstAt: now, lastAt: now };
    this.#groups.set(same, group);
    for (const listener of this.#listeners) listener(group);
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

  /** Lets go of what was not tried for longest: of the address if it has its share, else of all. */
  #makeRoom(address: string): void {
    const ofAddress = [...this.#groups].filter(([, group]) => group.address === address);
    const [oldest] = ofAddress.length >= MOST_REFUSED_OF_ADDRESS ? ofAddress : this.#groups;
    if (oldest && (ofAddress.length >= MOST_REFUSED_OF_ADDRESS || this.#groups.size >= MOST_REFUSED)) {
      this.#groups.delete(oldest[0]);
    }
  }
}

/** A key that stands where none belongs, as in an address. */
const KEY_ANYWHERE = /sbx_[\w-]+/gu;

/** What a client says, as it may be shown: without keys and what nobody sees, and cut. */
function seen(text: string, characters: number): string {
  const keyless = text.slice(0, characters * 2).replaceAll(KEY_ANYWHERE, 'sbx_…');
  return shortened(fewMarks(withoutHidden(keyless)), characters);
}
