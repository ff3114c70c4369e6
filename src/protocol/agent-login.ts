/** Logins that may wait for the person at the same time: in all, and from one address. */
export const MOST_LOGINS = 20;
export const MOST_LOGINS_OF_ADDRESS = 10;

/** Where the answer goes: to a program of the machine that the browser is on, to a site, or to an app by its scheme. */
export type ReturnKind = 'loopback' | 'web' | 'app';

/** A client that wants to log in, and waits for the person. Kept until that is decided or over, never logged. */
export interface WaitingLogin {
  /** For the calls about it; the page in the browser has another, which is a secret. */
  readonly id: string;
  /** Stands on the page in the browser too, so that the person can compare. */
  readonly code: string;
  /** What the client calls itself: its own word, which nobody has checked. */
  readonly client: string;
  /** The address that the answer goes to, whole. */
  readonly returnsTo: string;
  readonly returnKind: ReturnKind;
  /** IP address of the browser that opened the page. */
  readonly address: string;
  /** Ms since the epoch. */
  readonly askedAt: number;
  readonly endsAt: number;
}

/** A push: all that wait, the oldest first. */
export interface LoginNews {
  readonly waiting: readonly WaitingLogin[];
}
