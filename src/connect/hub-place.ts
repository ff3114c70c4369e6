import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fromWire, HubError } from '../protocol/errors.ts';
import { HUB_LOCK_FILE, hubLockSchema } from '../protocol/hub-lock.ts';
import type { ConnectOptions } from './connect-options.ts';
import { ConnectionLost, type HubHttp, textOfBody } from './http.ts';

/** Where a hub is, and the key to it. */
export interface HubWithKey {
  /** Such as `http://127.0.0.1:7337`. */
  readonly url: string;
  readonly key: string;
}

/**
 * Finds the hub: at `--url`, else the one that runs on the data directory; and the key: `SIGNALBOX_KEY`, else one of its
 * own name that the hub gives to who can read the data directory.
 */
export class HubPlace {
  readonly #options: ConnectOptions;
  readonly #http: HubHttp;
  readonly #starting: Promise<void> | undefined;
  #name: string;
  #found: Promise<HubWithKey> | undefined;
  /** What that came to. */
  #last: HubWithKey | undefined;

  /** @param starting waited for before the hub is looked for */
  constructor(options: ConnectOptions, http: HubHttp, starting: Promise<void> | undefined) {
    this.#options = options;
    this.#http = http;
    this.#starting = starting;
    this.#name = options.as ?? 'agent';
  }

  /** The name of the key and of the agent; undefined where a key was given and no name. */
  get name(): string | undefined {
    return this.#options.as ?? (this.#options.key === undefined ? this.#name : undefined);
  }

  /** What the client calls itself, for where no name was given. Call it before the place is first asked for. */
  suggest(name: string): void {
    if (this.#options.as !== undefined) return;
    const fit = name
      .normalize('NFC')
      .replace(/[/\\\p{C}]/gu, '-')
      .trim()
      .slice(0, 64)
      .trim();
    if (fit !== '' && fit !== '.' && fit !== '..') this.#name = fit;
  }

  /** What tells one bridge's hub and name from another's, for what is kept of them. */
  get identity(): string {
    return JSON.stringify([this.#options.url ?? '', this.name ?? '']);
  }

  /**
   * The place as it was found last, or now.
   *
   * @throws HubError `hub_away` while no hub is there, otherwise why there is no key
   */
  async find(): Promise<HubWithKey> {
    this.#found ??= this.#look();
    const found = this.#found;
    try {
      const place = await found;
      if (this.#found === found) this.#last = place;
      return place;
    } catch (error) {
      if (this.#found === found) this.#found = undefined;
      throw error;
    }
  }

  /** The place is no more what it was: look again. */
  forget(place: HubWithKey | undefined): void {
    if (place === undefined || place !== this.#last) return; // it has been looked for since
    this.#found = undefined;
    this.#last = undefined;
  }

  async #look(): Promise<HubWithKey> {
    await this.#starting;
    const { url, key, dataDir } = this.#options;
    if (url !== undefined && key !== undefined) return { url, key };
    const lock = await readLock(dataDir);
    if (lock === undefined) {
      if (url === undefined) throw away(`No hub is running on ${dataDir}`);
      throw keyMissing(url, `no hub runs on ${dataDir} whose key could be had`);
    }
    if (key !== undefined) return { url: lock.url, key };
    if (url !== undefined && new URL(url).origin !== new URL(lock.url).origin) {
      throw keyMissing(url, `the hub on ${dataDir} is at ${lock.url}`);
    }
    return { url: lock.url, key: await this.#ownKey(lock) };
  }

  /** Asks the hub of the data directory for the key of this name. The admin token goes to that hub alone. */
  async #ownKey({ url, adminToken }: { readonly url: string; readonly adminToken: string }): Promise<string> {
    const { role, workspace } = this.#options;
    try {
      const response = await this.#http.ask(`${url}/api/connect-key`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: this.#name, ...(role && { role }), ...(workspace && { workspace }) }),
      });
      const answer: unknown = parsed(await textOfBody(response));
      const { secret, error } = (answer ?? {}) as { secret?: unknown; error?: unknown };
      if (response.statusCode === 200 && typeof secret === 'string') return secret;
      if (response.statusCode === 404 || error === undefined) throw anotherVersion(url);
      const refusal = fromWire(error);
      // The file has the token of a launch before, or of another hub at this address.
      if (refusal.code === 'unauthorized') throw away(`What answers at ${url} is not the hub of the data directory`);
      throw refusal;
    } catch (error) {
      if (error instanceof ConnectionLost) throw away(`The hub at ${url} does not answer (${error.message})`);
      throw error;
    }
  }
}

/** Whether a hub answers on a data directory. */
export async function isHubThere(dataDir: string, http: HubHttp): Promise<boolean> {
  const lock = await readLock(dataDir);
  if (!lock) return false;
  try {
    (await http.ask(`${lock.url}/health`, { method: 'GET', headers: {} })).resume();
    return true;
  } catch (error) {
    if (error instanceof ConnectionLost) return false;
    throw error;
  }
}

/** The hub cannot be reached now. `why` is a sentence without its end. */
export function away(why: string): HubError {
  return new HubError(
    'hub_away',
    `${why}. Ask the person to start Signalbox ("signalbox serve" or the app); this connection goes on by itself, so call again then.`,
    { retryAfterMs: 2_000 },
  );
}

function keyMissing(url: string, why: string): HubError {
  return new HubError(
    'unauthorized',
    `The hub at ${url} needs a key, and ${why}. Make one at its desk and set it as SIGNALBOX_KEY.`,
  );
}

function anotherVersion(url: string): HubError {
  return new HubError(
    'conflict',
    `The hub at ${url} is of another version, which gives no keys to "signalbox connect". Update it, or make a key at its desk and set it as SIGNALBOX_KEY.`,
  );
}

/** Where the hub of a data directory is, and the admin token of its launch; undefined where none is there. */
export async function readLock(
  dataDir: string,
): Promise<{ readonly url: string; readonly adminToken: string } | undefined> {
  try {
    const { url, adminToken } = hubLockSchema.parse(parsed(await readFile(path.join(dataDir, HUB_LOCK_FILE), 'utf8')));
    return url === undefined || adminToken === undefined ? undefined : { url, adminToken };
  } catch {
    return undefined; // none, or the hub is just starting
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
