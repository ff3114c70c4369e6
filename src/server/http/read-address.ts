import { networkInterfaces } from 'node:os';
import { checkExposure } from './exposure.ts';
import { publicOrigin } from './public-address.ts';
import { readTls, type Tls } from './tls.ts';

export interface AddressOptions {
  readonly publicUrl?: string;
  readonly allowRemote?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
  readonly now?: () => number;
}

/** How a hub is reached, as the person said: checked before anything is opened. @throws HubError `invalid_argument` */
export function readAddress(
  options: AddressOptions,
  host: string,
): {
  readonly publicUrl: string | undefined;
  readonly tls: Tls | undefined;
  readonly readOwnTls: () => Tls | undefined;
} {
  const publicUrl = options.publicUrl === undefined ? undefined : publicOrigin(options.publicUrl);
  const readOwnTls = (): Tls | undefined =>
    readTls(
      { cert: options.tlsCert, key: options.tlsKey },
      { host, publicOrigin: publicUrl, now: (options.now ?? Date.now)() },
    );
  const tls = readOwnTls();
  checkExposure({
    host,
    allowRemote: options.allowRemote ?? false,
    hasTls: tls !== undefined,
    behindProxy: options.behindProxy ?? false,
    publicOrigin: publicUrl,
    ownAddresses: () => Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
  });
  return { publicUrl, tls, readOwnTls };
}
