import { hash, randomBytes } from 'node:crypto';
import { HubError } from '../../protocol/errors.ts';
import type { LoginAsked, LoginGrant } from './login-asked.ts';

/** How long a code is good, in ms from when the browser was first sent back with it. */
export const CODE_MS = 60_000;
/** Codes that are remembered, the last ones: each stands for a decision of the person. */
const MOST_CODES = 100;

/** What a code stands for. */
export interface CodeGrant {
  readonly grant: LoginGrant;
  readonly asked: LoginAsked;
}

/** What a client shows with a code. */
export interface ShownCode {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  readonly verifier: string;
  readonly resource: string | undefined;
}

interface KeptCode extends CodeGrant {
  until: number;
  isHandedOut: boolean;
  /** Once it was used: the key that was made for it, or undefined where none was. */
  used?: Promise<string | undefined>;
}

/** A code that was good: the caller makes the key, and says which it is. */
export interface Redeemed extends CodeGrant {
  readonly kind: 'good';
  issued(keyId: string | undefined): void;
}

/** A code that was used before, and the key that was made for it. */
export interface Replayed {
  readonly kind: 'replayed';
  readonly key: Promise<string | undefined>;
}

/**
 * Authorization codes (RFC 6749, section 4.1.2): good for a minute and for one use, by the client that asked, with the
 * verifier of its challenge (RFC 7636). Any try uses a code up.
 */
export class LoginCodes {
  readonly #elapsed: () => number;
  readonly #codes = new Map<string, KeptCode>();

  /** @param elapsed ms on a clock that never jumps */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** @param waitMs how long it is kept until it is handed out */
  make(grant: CodeGrant, waitMs: number): string {
    const code = `sbc_${randomBytes(32).toString('base64url')}`;
    this.#codes.set(code, { ...grant, until: this.#elapsed() + waitMs, isHandedOut: false });
    const [oldest] = this.#codes.keys();
    if (this.#codes.size > MOST_CODES && oldest !== undefined) this.#codes.delete(oldest);
    return code;
  }

  /** The browser is sent back with it: its minute begins, once. */
  handOut(code: string): void {
    const kept = this.#codes.get(code);
    if (!kept || kept.isHandedOut) return;
    kept.isHandedOut = true;
    kept.until = this.#elapsed() + CODE_MS;
  }

  /** What was granted and has not been fetched yet. */
  grants(): readonly LoginGrant[] {
    this.#expire();
    return [...this.#codes.values()].filter(({ used }) => used === undefined).map(({ grant }) => grant);
  }

  redeem(shown: ShownCode): Redeemed | Replayed | HubError {
    this.#expire();
    const kept = this.#codes.get(shown.code);
    if (!kept || kept.asked.client.id !== shown.clientId) {
      return new HubError('unauthorized', 'This code is unknown, or its minute is over. Log in again.');
    }
    if (kept.used) return { kind: 'replayed', key: kept.used };
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    kept.used = promise;
    const wrong = whyWrong(kept.asked, shown);
    if (wrong === undefined) return { kind: 'good', grant: kept.grant, asked: kept.asked, issued: resolve };
    resolve(undefined);
    return new HubError('unauthorized', `${wrong} The code is used up: log in again.`);
  }

  #expire(): void {
    const now = this.#elapsed();
    for (const [code, { until }] of this.#codes) if (until <= now) this.#codes.delete(code);
  }
}

function whyWrong(asked: LoginAsked, shown: ShownCode): string | undefined {
  if (shown.redirectUri !== undefined && shown.redirectUri !== asked.redirectUri) {
    return 'The redirect_uri is not the one that the login was asked with.';
  }
  if (shown.resource !== undefined && shown.resource !== asked.resource) {
    return 'The resource is not the one that the login was asked for.';
  }
  // A challenge is public, so nothing is learnt by how long this takes.
  const made = /^[\w.~-]{43,128}$/u.test(shown.verifier) ? hash('sha256', shown.verifier, 'base64url') : undefined;
  return made === asked.challenge ? undefined : 'The code_verifier does not fit the code_challenge.';
}
