import { BlockList, isIP } from 'node:net';
import { HubError } from '../../protocol/errors.ts';
import { isLoopback } from './rate-limit.ts';

/** How a hub is to be reached, as the person said. */
export interface Exposure {
  readonly host: string;
  readonly allowRemote: boolean;
  /** Whether the hub speaks TLS itself. */
  readonly hasTls: boolean;
  readonly behindProxy: boolean;
  /** Origin of the public address. */
  readonly publicOrigin: string | undefined;
  /** All addresses of this machine, for a host such as `0.0.0.0`. */
  readonly ownAddresses: () => readonly string[];
}

/**
 * Checks that keys never travel in the clear between machines: an address that others reach needs the person's word
 * for it, and TLS, here or in a proxy whose address is then the one that is given out.
 *
 * @throws HubError `invalid_argument` with what to add
 */
export function checkExposure(exposure: Exposure): void {
  const { host, allowRemote, hasTls, behindProxy, publicOrigin, ownAddresses } = exposure;
  const wrong = (what: string): never => {
    throw new HubError('invalid_argument', what, { details: { host } });
  };
  if (behindProxy && publicOrigin === undefined) {
    wrong('--behind-proxy needs the address of the proxy: add --public-url https://hub.example.');
  }
  if (behindProxy && !hasTls && publicOrigin?.startsWith('http:')) {
    wrong(
      `The proxy at ${publicOrigin} has no TLS, so keys would travel in the clear: give it TLS, and an https: address.`,
    );
  }
  if (hasTls && publicOrigin?.startsWith('http:')) {
    wrong(`The hub speaks TLS, so ${publicOrigin} leads nowhere: begin --public-url with https:.`);
  }
  if (isLoopback(host)) return;
  if (!allowRemote) {
    wrong(
      `--host ${host} lets other machines in. If that is meant, add --allow-remote, and either --tls-cert and --tls-key, or --behind-proxy and --public-url.`,
    );
  }
  if (hasTls) {
    if (isEveryAddress(host) && publicOrigin === undefined) {
      wrong(
        `--host ${host || '""'} has no name for agents to use: add --public-url https://NAME, with a name of the certificate.`,
      );
    }
    return;
  }
  if (!behindProxy) {
    wrong(
      `On ${host} keys would travel in the clear: add --tls-cert and --tls-key, or put a proxy with TLS in front and add --behind-proxy and --public-url.`,
    );
  }
  const open = (isEveryAddress(host) ? ownAddresses() : [host]).find(isPublicAddress);
  if (open !== undefined) {
    wrong(
      `${open} is a public address: clients that reach it pass the proxy by, without TLS. Listen on 127.0.0.1 or on a private address behind the proxy.`,
    );
  }
}

/** Whether a host means every address of the machine. */
export function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '';
}

/** Whether an IP address is one that the internet routes (not private, shared, link-local or loopback). A name is not looked up. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 0) return false;
  return !notPublic().check(address, kind === 6 ? 'ipv6' : 'ipv4');
}

/** https://www.iana.org/assignments/iana-ipv4-special-registry and its sibling for IPv6. */
function notPublic(): BlockList {
  const networks = new BlockList();
  for (const [net, bits] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
  ] as const) {
    networks.addSubnet(net, bits, 'ipv4');
  }
  for (const [net, bits] of [
    ['::', 127],
    ['fc00::', 7],
    ['fe80::', 10],
  ] as const) {
    networks.addSubnet(net, bits, 'ipv6');
  }
  return networks;
}
