import { randomBytes } from 'node:crypto';
import type { Hub } from '../../hub/hub.ts';
import { freeName } from '../../hub/rules/keys.ts';
import { isSameName } from '../../hub/rules/names.ts';
import { MOST_LOGINS, MOST_LOGINS_OF_ADDRESS, type WaitingLogin } from '../../protocol/agent-login.ts';
import { HubError } from '../../protocol/errors.ts';
import { networkOf } from '../http/client-address.ts';
import { AddressRate } from './address-rate.ts';
import { shortCode } from './code-words.ts';
import type { LoginAsked, LoginGrant } from './login-asked.ts';
import type { LoginBoard } from './login-board.ts';
import { LoginCodes } from './login-codes.ts';

/** How long a login waits for the person, in ms. */
export const LOGIN_WAIT_MS = 5 * 60_000;
/** How long a decision waits for the page in the browser that asks for it, in ms. */
const PICK_UP_MS = 60_000;
/** Decided logins whose page has not come yet, at most. */
const MOST_DECIDED = 20;
/** New logins that one address may ask for within a minute. */
const ASKS_PER_MINUTE = 20;

/** A login as its page in the browser sees it. */
export type LoginPage = { readonly login: WaitingLogin; readonly asked: LoginAsked } & (
  | { readonly status: 'waiting'; readonly formToken: string }
  | { readonly status: 'allowed'; readonly code: string }
  | { readonly status: 'denied' }
);

interface LoginEntry {
  readonly page: string;
  readonly formToken: string;
  readonly asked: LoginAsked;
  readonly login: WaitingLogin;
  /** Elapsed ms at which it is over. */
  until: number;
  decided?: { readonly grant: LoginGrant; readonly code: string } | 'denied';
}

/**
 * The logins that wait for the person, and those whose page has not fetched the decision yet. In memory: strangers ask,
 * so nothing of it is logged until the person has let one in. One waits for each client, and a bounded number in all and
 * of one address; when that is reached new ones are refused, so that what the person looks at stays as it is.
 */
export class WaitingLogins {
  readonly codes: LoginCodes;
  readonly #hub: Pick<Hub, 'state' | 'now' | 'timers'>;
  readonly #board: LoginBoard;
  readonly #rate: AddressRate;
  /** By the secret id of its page, the oldest first. */
  readonly #entries = new Map<string, LoginEntry>();
  #timer: unknown;

  constructor(hub: Pick<Hub, 'state' | 'now' | 'timers'>, board: LoginBoard) {
    this.#hub = hub;
    this.#board = board;
    this.#rate = new AddressRate(ASKS_PER_MINUTE, hub.timers.elapsed);
    this.codes = new LoginCodes(hub.timers.elapsed);
  }

  /**
   * Takes a login in, in place of an earlier one of the same client.
   *
   * @returns the secret id of its page, or `rate_limited`, `limit_reached`
   */
  ask(asked: LoginAsked): string | HubError {
    this.#expire();
    const tooMany = this.#rate.take(asked.address) ?? this.#noRoom(asked);
    if (tooMany) return tooMany;
    for (const entry of this.#entries.values()) {
      if (entry.asked.client.id === asked.client.id) this.#entries.delete(entry.page);
    }
    const askedAt = this.#hub.now();
    const { client, redirectUri, returnKind, address } = asked;
    const login: WaitingLogin = {
      id: `lgn_${randomBytes(12).toString('base64url')}`,
      code: shortCode(Array.from(this.#entries.values(), (entry) => entry.login.code)),
      client: client.name,
      returnsTo: redirectUri,
      returnKind,
      address,
      askedAt,
      endsAt: askedAt + LOGIN_WAIT_MS,
    };
    const page = randomBytes(24).toString('base64url');
    const formToken = randomBytes(24).toString('base64url');
    this.#entries.set(page, { page, formToken, asked, login, until: this.#elapsed() + LOGIN_WAIT_MS });
    this.#changed();
    return page;
  }

  /** A login by the secret id of its page; undefined once it is over. A code is good for a minute from its first look. */
  look(page: string): LoginPage | undefined {
    this.#expire();
    const entry = this.#entries.get(page);
    if (!entry) return undefined;
    const { login, asked, decided, formToken } = entry;
    if (decided === undefined) return { login, asked, status: 'waiting', formToken };
    if (decided === 'denied') return { login, asked, status: 'denied' };
    this.codes.handOut(decided.code);
    return { login, asked, status: 'allowed', code: decided.code };
  }

  /** @throws HubError `gone`, `invalid_argument`, `name_taken`, `not_found` */
  allow(id: string, grant: LoginGrant): void {
    const entry = this.#waiting(id);
    const name = freeName(this.#hub.state, grant.name);
    if (name instanceof HubError) throw name;
    if (this.codes.grants().some((other) => isSameName(other.name, name))) {
      throw new HubError('name_taken', `A client that is just coming in has the name ${name}. Choose another.`);
    }
    if (!this.#hub.state.workspaces.has(grant.workspace)) {
      throw new HubError('not_found', 'There is no such workspace any more; choose another.');
    }
    const given = { ...grant, name };
    this.#decide(entry, { grant: given, code: this.codes.make({ grant: given, asked: entry.asked }, PICK_UP_MS) });
  }

  /** @throws HubError `gone` */
  deny(id: string): void {
    this.#decide(this.#waiting(id), 'denied');
  }

  close(): void {
    this.#hub.timers.clearTimeout(this.#timer);
  }

  #waiting(id: string): LoginEntry {
    this.#expire();
    const entry = this.#entries.values().find(({ login }) => login.id === id);
    if (entry?.decided === undefined && entry) return entry;
    throw new HubError(
      'gone',
      entry
        ? 'This login was decided already.'
        : 'This login is over: it waited for five minutes, or its client asked anew. Look at the list again.',
    );
  }

  #decide(entry: LoginEntry, decided: LoginEntry['decided'] & {}): void {
    entry.decided = decided;
    entry.until = this.#elapsed() + PICK_UP_MS;
    const before = [...this.#entries.values()].filter((one) => one.decided !== undefined);
    if (before.length > MOST_DECIDED) this.#entries.delete(before[0]?.page ?? '');
    this.#changed();
  }

  #noRoom({ client, address }: LoginAsked): HubError | undefined {
    const others = [...this.#entries.values()].filter(
      ({ decided, asked }) => decided === undefined && asked.client.id !== client.id,
    );
    const network = networkOf(address);
    const ofAddress = others.filter(({ asked }) => networkOf(asked.address) === network);
    if (others.length < MOST_LOGINS && ofAddress.length < MOST_LOGINS_OF_ADDRESS) return undefined;
    const [most, whose] =
      others.length < MOST_LOGINS ? [MOST_LOGINS_OF_ADDRESS, 'of this address '] : [MOST_LOGINS, ''];
    return new HubError(
      'limit_reached',
      `There are ${most} logins ${whose}waiting already. Allow or deny some at the desk, or wait five minutes.`,
      { retryAfterMs: LOGIN_WAIT_MS },
    );
  }

  #elapsed(): number {
    return this.#hub.timers.elapsed();
  }

  #expire(): void {
    const now = this.#elapsed();
    let isLess = false;
    for (const { page, until } of this.#entries.values()) {
      if (until <= now) isLess = this.#entries.delete(page) || isLess;
    }
    if (isLess) this.#changed();
  }

  #changed(): void {
    const entries = [...this.#entries.values()];
    this.#board.set(entries.filter(({ decided }) => decided === undefined).map(({ login }) => login));
    const { timers } = this.#hub;
    timers.clearTimeout(this.#timer);
    const next = Math.min(...entries.map(({ until }) => until));
    if (entries.length > 0) this.#timer = timers.setTimeout(() => this.#expire(), Math.max(0, next - this.#elapsed()));
  }
}
