import type { Socket } from 'node:net';
import type { Hub } from '../../hub/hub.ts';
import { authenticate, isSecretGood } from '../../hub/permission.ts';
import { HubError } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { KeyState } from '../../protocol/state.ts';
import { answersOpenOn, type UsedSecret } from './auth.ts';
import { cutSocket, endOf } from './cut-answers.ts';

/** How often the clock is read while a time runs, in ms: it may be set meanwhile. */
const EVERY_MS = 500;

const REPLACED = 'Its key was given a new secret, and the time of the old one is over.';

/**
 * Ends what a secret opened once it is not good any more. Each request is checked anyway; this is for what is open.
 * Streams and calls of a key that is over end with their sessions (see session-access.ts), which leaves uploads and
 * downloads. Of one that was given a new secret the sessions stay, and a client with the new one goes on in them: all
 * that the old one opened ends here, streams and calls with a word. Connections are looked at when that happens, and
 * when a time is over.
 */
export class EndedSecrets {
  readonly #hub: Hub;
  readonly #sockets: ReadonlySet<Socket>;
  /** Ids of keys that end, or whose old secret does, at a time to come. */
  readonly #ending = new Set<string>();
  readonly #stop: () => void;
  /** The first of those times, in ms since the epoch. */
  #next = Number.POSITIVE_INFINITY;
  #handle: unknown;

  constructor(hub: Hub, sockets: ReadonlySet<Socket>) {
    this.#hub = hub;
    this.#sockets = sockets;
    for (const id of hub.state.keys.keys()) this.#ending.add(id);
    this.#stop = hub.subscribe((batch) => {
      let [isChanged, isOver] = [false, false];
      for (const { event } of batch) {
        const key = keyOf(event);
        if (!key) continue;
        this.#ending.add(key.id);
        isChanged = true;
        isOver ||= key.isOver;
      }
      if (isOver) this.#look();
      else if (isChanged) this.#wait();
    });
    this.#wait();
  }

  close(): void {
    this.#stop();
    this.#hub.timers.clearTimeout(this.#handle);
  }

  #look(): void {
    for (const socket of this.#sockets) {
      for (const [response, secret] of answersOpenOn(socket)) {
        const why = this.#whyNot(secret);
        if (!why) continue;
        const answer = endOf(response);
        // What a wire has not answered yet it refuses by itself once the key is over.
        if (!why.isReplaced && answer?.isOfSession !== false) continue;
        if (answer) answer.end(why.error, why.reason);
        else cutSocket(socket, why.reason);
      }
    }
    this.#wait();
  }

  /** Why a secret that was good is not good any more. */
  #whyNot({ keyId, sha256 }: UsedSecret): { error: HubError; reason: string; isReplaced: boolean } | undefined {
    const { state } = this.#hub;
    const key = state.keys.get(keyId);
    const now = this.#hub.now();
    const found = authenticate(state, key?.secretSha256 ?? sha256, now);
    if (found instanceof HubError) return { error: found, reason: found.message, isReplaced: false };
    if (isSecretGood(found, sha256, now)) return undefined;
    const error = new HubError(
      'key_expired',
      `The key ${found.name} was given a new secret, and the time of the one that this came with is over. Use the new one, or ask the person at the desk.`,
    );
    return { error, reason: REPLACED, isReplaced: true };
  }

  #wait(): void {
    const now = this.#hub.now();
    this.#next = Number.POSITIVE_INFINITY;
    for (const id of this.#ending) {
      const next = nextEnd(this.#hub.state.keys.get(id), now);
      if (next === undefined) this.#ending.delete(id);
      else this.#next = Math.min(this.#next, next);
    }
    this.#arm();
  }

  #arm(): void {
    this.#hub.timers.clearTimeout(this.#handle);
    if (this.#ending.size === 0) return;
    const wait = Math.max(0, Math.min(this.#next - this.#hub.now(), EVERY_MS));
    this.#handle = this.#hub.timers.setTimeout(() => {
      if (this.#hub.now() >= this.#next) this.#look();
      else this.#arm();
    }, wait);
  }
}

/** The key that an event changes, and whether a secret of it may be over with that. */
function keyOf(event: HubEvent): { readonly id: string; readonly isOver: boolean } | undefined {
  switch (event.type) {
    case 'key.rotated':
    case 'key.refreshed':
    case 'key.revoked':
    case 'key.suspended':
      return { id: event.keyId, isOver: true };
    case 'key.created':
    case 'key.updated':
      return { id: event.keyId, isOver: false };
    default:
      return undefined;
  }
}

/** When a key ends, or its old secret, whichever comes first; undefined for a key of which nothing ends. */
function nextEnd(key: KeyState | undefined, now: number): number | undefined {
  if (!key || key.revokedAt !== undefined) return undefined;
  const ends = [key.expiresAt, key.oldSecret?.until].filter((at) => at !== undefined && at > now);
  return ends.length === 0 ? undefined : Math.min(...ends.map(Number));
}
