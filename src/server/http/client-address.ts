import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { isPublicAddress } from './exposure.ts';

/** Connections that come from the proxy in front of the hub. */
const fromProxy = new WeakSet<Socket>();

/**
 * Believes what a connection says of where its requests come from: for a hub behind a proxy. A peer that the internet
 * routes is no proxy of such a hub ({@link checkExposure}), and is not believed.
 */
export function believeForwarded(socket: Socket): void {
  if (socket.remoteAddress !== undefined && !isPublicAddress(plain(socket.remoteAddress))) fromProxy.add(socket);
}

/**
 * The IP address of the client of a request. Behind a proxy it is the last one of `X-Forwarded-For`, which the proxy
 * itself adds; what stands before it is the client's own word. That of the connection where the header has none.
 */
export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
  return forwardedAddress(headers, socket) ?? socket.remoteAddress ?? '';
}

/** Where a request comes from, as sessions have it: `127.0.0.1:50122`, or the address alone where a proxy forwarded it, which has no port (`[2001:db8::1]`). */
export function remoteOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
  const forwarded = forwardedAddress(headers, socket);
  if (forwarded !== undefined) return isIP(forwarded) === 6 ? `[${forwarded}]` : forwarded;
  return `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
}

function forwardedAddress(headers: IncomingMessage['headers'], socket: Socket): string | undefined {
  const given = headers['x-forwarded-for'];
  if (given === undefined || !fromProxy.has(socket)) return undefined;
  const last = String(given).split(',').at(-1)?.trim() ?? '';
  // Some proxies add the port.
  const address = /^\[([\da-f:.]+)\](?::\d+)?$/iu.exec(last)?.[1] ?? /^([\d.]+):\d+$/u.exec(last)?.[1] ?? last;
  return isIP(address) === 0 ? undefined : plain(address);
}

/** An IPv4 address that came as one of IPv6. */
function plain(address: string): string {
  return /^::ffff:(\d+(?:\.\d+){3})$/iu.exec(address)?.[1] ?? address;
}

/**
 * What one host can have of addresses: its IPv4 address, or the network of its IPv6 address (64 bits, written
 * `2001:db8:0:1::/64`), in which it takes a new one whenever it likes.
 */
export function networkOf(address: string): string {
  const [bare = ''] = plain(address).split('%', 1); // without the zone of a link-local one
  if (isIP(bare) !== 6) return bare;
  const [before = '', after] = bare.split('::', 2);
  const groups = (part = ''): string[] => part.split(':').filter((group) => group !== '');
  const [first, last] = [groups(before), groups(after)];
  const zeros = 8 - first.length - last.length - (bare.includes('.') ? 1 : 0); // 1.2.3.4 stands for two
  const network = [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
