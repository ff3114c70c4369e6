import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toTest } from './test-link.ts';

type Handler = (request: Request) => Promise<Response>;

let opened: Promise<string> | undefined;
let handler: Handler | undefined;

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly { scheme: string; privileges: Record<string, boolean> }[]): void {
    toTest({ schemes });
  },
  handle(scheme: string, given: Handler): void {
    if (scheme !== 'app') throw new Error(`The stand-in serves app:// only, not ${scheme}`);
    handler = given;
  },
};

/**
 * A plain Chromium cannot be taught a scheme, so `app://signalbox` is carried over a loopback
 * port; the handler sees the URL as Electron would give it.
 */
export function carrier(): Promise<string> {
  opened ??= new Promise((resolve) => {
    const server = createServer((incoming, outgoing) => {
      void answer(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
    });
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
    server.unref();
  });
  return opened;
}

async function answer(
  incoming: import('node:http').IncomingMessage,
  outgoing: import('node:http').ServerResponse,
): Promise<void> {
  if (!handler) throw new Error('Nothing handles app://');
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name !== 'host' && name !== 'origin' && value !== undefined) headers.set(name, String(value));
  }
  const aborted = new AbortController();
  outgoing.on('close', () => aborted.abort());
  const response = await handler(
    new Request(`app://signalbox${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers,
      signal: aborted.signal,
      ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
    }),
  );
  const answered = Object.fromEntries(response.headers);
  const policy = answered['content-security-policy'];
  // The policy names the page's own address, which is another here.
  if (policy !== undefined) {
    answered['content-security-policy'] = policy.replaceAll('app://signalbox', await carrier());
  }
  outgoing.writeHead(response.status, answered);
  if (response.body) await pipeline(response.body, outgoing);
  else outgoing.end();
}
