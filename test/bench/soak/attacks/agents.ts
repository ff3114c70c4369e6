import { connect, type Socket } from 'node:net';
import { ask, bearer, initialize, rpc } from '../../../support/wire-client.ts';
import { RawSse } from '../../support/raw-sse.ts';
import type { Site } from './attack.ts';
import { resultOf } from './neighbour.ts';

/** An agent on HTTP+SSE with the `n`th of the attackers' keys. */
export async function openAgent({ hub, keys }: Site, n = 0): Promise<RawSse> {
  return await RawSse.open(new URL('/sse', hub.url), keyAt(keys, n));
}

export function keyAt(keys: readonly string[], n: number): string {
  return keys[n % keys.length] ?? '';
}

export async function call(
  agent: RawSse,
  name: string,
  args: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return resultOf(await agent.request('tools/call', { name, arguments: args }));
}

/** Opens a session of Streamable HTTP; answers the headers of its requests, `undefined` where it is refused. */
export async function openSession(
  url: string,
  key: string,
  headers: Record<string, string> = {},
): Promise<Record<string, string> | undefined> {
  const opened = await ask(`${url}/mcp`, { headers: { ...bearer(key), ...headers }, body: initialize() });
  const session = opened.headers['mcp-session-id'];
  return typeof session === 'string' ? { ...bearer(key), 'mcp-session-id': session } : undefined;
}

/** The text of a POST to `/mcp`. */
export function postText(url: string, headers: Record<string, string>, body: string): string {
  const lines = Object.entries({
    host: new URL(url).host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** The body of a tool's call. */
export function callBody(id: number, name: string, args: Record<string, unknown> = {}): string {
  return JSON.stringify(rpc(id, 'tools/call', { name, arguments: args }));
}

/** A bare connection on which something is sent and nothing is read. */
export function deafSocket(url: string, text: string): Socket {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(text);
  return socket;
}

/** Does something so many times, some at a time; what fails is counted. */
export async function inTurns(
  times: number,
  atOnce: number,
  act: (n: number) => Promise<unknown>,
): Promise<{ readonly done: number; readonly refused: number; readonly why: string }> {
  let [next, refused, why] = [0, 0, ''];
  const worker = async (): Promise<void> => {
    while (next < times) {
      try {
        await act(next++);
      } catch (error) {
        refused++;
        why ||= error instanceof Error ? error.message : String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { done: times - refused, refused, why };
}

/** The code of a refusal, out of its text. */
export function codeIn(text: string): string {
  return /"code\\?":\\?"?([\w-]+)/u.exec(text)?.[1] ?? text.slice(0, 60);
}
