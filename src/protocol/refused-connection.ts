import type { HubErrorCode } from './errors.ts';

/** Kinds of refused connections that are kept at most, and those from one address. */
export const MOST_REFUSED = 100;
export const MOST_REFUSED_OF_ADDRESS = 50;
/** Exchanges of a client whose frames are remembered, the last ones. */
export const MOST_TRIED_FRAMES = 12;

/** What a refused request had for a key, without the key: the last two characters tell one from another. */
export type SentKey =
  | { readonly kind: 'none' }
  /** The header is not `Bearer` and a key. */
  | { readonly kind: 'malformed' }
  /** The name of a variable, or a placeholder, stands where the key should be. */
  | { readonly kind: 'unfilled' }
  | { readonly kind: 'unknown'; readonly end?: string }
  /** One that the hub knows: it may be revoked, expired or suspended, or the request was refused for something else. */
  | { readonly kind: 'known'; readonly keyId: string; readonly end?: string };

/** Refused requests to connect that differ in nothing but their time. Kept until the hub ends, never logged. */
export interface RefusedConnection {
  /** Unique in a launch of the hub. */
  readonly id: number;
  /** HTTP status that was answered. */
  readonly status: number;
  readonly code: HubErrorCode;
  /** The message of the refusal, cut at 500 characters. */
  readonly message: string;
  /** As `POST /mcp`; the method alone where it came for another site. */
  readonly request: string;
  readonly key: SentKey;
  /** IP address that it came from. */
  readonly address: string;
  /** Its `User-Agent`. */
  readonly client?: string;
  readonly count: number;
  /** Ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Ids of the frames of what the client last asked for, oldest first: also where it looked after it was refused. */
  readonly frameIds: readonly string[];
}

/** A push: all that are kept, or those that are new or were tried again. */
export interface RefusedNews {
  readonly kind: 'all' | 'changed';
  readonly connections: readonly RefusedConnection[];
}

/** A list, the last tried first, after news of it. It has as many as the hub keeps. */
export function withRefused(
  before: readonly RefusedConnection[],
  { kind, connections }: RefusedNews,
): readonly RefusedConnection[] {
  const byId = new Map((kind === 'all' ? [] : before).map((one) => [one.id, one]));
  for (const one of connections) byId.set(one.id, one);
  return [...byId.values()].sort((a, b) => b.lastAt - a.lastAt || b.id - a.id).slice(0, MOST_REFUSED);
}
