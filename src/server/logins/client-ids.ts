import { z } from 'zod';
import type { LoginSigner } from './login-signer.ts';

/** Most addresses that one client may register, and the most bytes that its id may have. */
export const MOST_REDIRECT_URIS = 10;
export const MOST_CLIENT_ID = 4_096;

/** What the hub knows of a client that registered itself: what it said then. */
export interface RegisteredClient {
  readonly id: string;
  /** What it calls itself. */
  readonly name: string;
  readonly redirectUris: readonly string[];
  /** Seconds since the epoch. */
  readonly issuedAt: number;
}

const saidSchema = z.object({ n: z.string(), r: z.array(z.string()), t: z.number() });

/**
 * Ids that say themselves what a client registered, signed: registering keeps nothing, so nobody fills anything by it,
 * and an id is good as long as the secret of the data directory.
 */
export class ClientIds {
  readonly #signer: LoginSigner;

  constructor(signer: LoginSigner) {
    this.#signer = signer;
  }

  /** A new id; undefined if it would have too many bytes. */
  register(client: Omit<RegisteredClient, 'id'>): RegisteredClient | undefined {
    const said: z.infer<typeof saidSchema> = { n: client.name, r: [...client.redirectUris], t: client.issuedAt };
    const text = Buffer.from(JSON.stringify(said)).toString('base64url');
    const id = `${text}.${this.#signer.sign(`client ${text}`)}`;
    return id.length > MOST_CLIENT_ID ? undefined : { ...client, id };
  }

  /** What was registered under an id; undefined for one that this hub never gave. */
  read(id: string): RegisteredClient | undefined {
    if (id.length > MOST_CLIENT_ID) return undefined;
    const [, text = '', signature = ''] = /^([\w-]+)\.([\w-]{43})$/u.exec(id) ?? [];
    if (text === '' || !this.#signer.isSigned(`client ${text}`, signature)) return undefined;
    const {
      n: name,
      r: redirectUris,
      t: issuedAt,
    } = saidSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { id, name, redirectUris, issuedAt };
  }
}
