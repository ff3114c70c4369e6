import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HubError } from '../protocol/errors.ts';
import { HUB_LOCK_FILE, hubLockSchema } from '../protocol/hub-lock.ts';
import { usualDataDir } from '../server/usual-data-dir.ts';
import { CommandFailure, EXIT, type CliHost } from './host.ts';
import type { TalkOptions } from './command-options.ts';

/** Address and admin token of a running hub. */
export interface HubAddress {
  readonly url: string;
  readonly adminToken: string;
}

/**
 * The hub that a command is for: the one named by `--url` and `--admin-token`, else the one that runs
 * on the data directory. A token of the data directory is sent to that hub alone, never to another URL.
 *
 * @throws CommandFailure with exit code 3 when no hub runs there, 2 when `--url` is no address
 */
export async function findHub(options: TalkOptions, host: CliHost): Promise<HubAddress> {
  const url = options.url?.replace(/\/+$/u, '');
  if (url !== undefined && !/^https?:$/u.test(URL.parse(url)?.protocol ?? '')) {
    throw new CommandFailure(
      new HubError('invalid_argument', `--url takes an address such as http://127.0.0.1:7337, not "${url}".`),
      EXIT.usage,
    );
  }
  if (url !== undefined && options.adminToken !== undefined) return { url, adminToken: options.adminToken };

  const dataDir = options.dataDir ?? usualDataDir(host.env);
  const lock = await readLockFile(path.join(dataDir, HUB_LOCK_FILE));
  if (lock === undefined) {
    throw noHub(
      url !== undefined
        ? `The hub at ${url} needs its token, given with --admin-token: no hub is running on ${dataDir} whose token could be read.`
        : `No hub is running on ${dataDir}; start one with "signalbox serve", or name one with --url and --admin-token.`,
    );
  }
  if (url !== undefined && new URL(url).origin !== new URL(lock.url).origin) {
    throw noHub(
      `The hub on ${dataDir} is at ${lock.url}, not at ${url}: give the token of that one with --admin-token.`,
    );
  }
  return { url: lock.url, adminToken: options.adminToken ?? lock.adminToken };
}

/** The failure of a command that found no hub to talk to: `hub_closed`, exit code 3. */
export function noHub(message: string): CommandFailure {
  return new CommandFailure(new HubError('hub_closed', message), EXIT.noHub);
}

const addressSchema = hubLockSchema.pick({ url: true, adminToken: true });

/** The address in a lock file; undefined where there is none, or the hub does not listen yet. */
async function readLockFile(file: string): Promise<HubAddress | undefined> {
  try {
    const { url, adminToken } = addressSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return url === undefined || adminToken === undefined ? undefined : { url, adminToken };
  } catch {
    return undefined;
  }
}
