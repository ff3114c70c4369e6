import type { Known, Schema } from './from-schema.ts';

/** A tool as `tools/list` has it. */
export interface ListedTool {
  readonly name: string;
  readonly inputSchema: Schema;
}

/** Who and what the inputs of a while are about. */
export interface Scene {
  readonly port: number;
  readonly adminToken: string;
  readonly workspace: string;
  /** Secret of the key that most inputs show. */
  readonly key: string;
  readonly tools: readonly ListedTool[];
  /** Sessions of `/mcp` by their revision. */
  readonly sessions: ReadonlyMap<string, string>;
  /** Where the session of `/sse` posts to. */
  readonly postPath: string;
  /** Ids, paths and the like that the hub has really given, by the name of an argument. */
  readonly known: Known;
}

/** One thing to send. */
export interface Input {
  readonly bytes: Buffer;
  /** Whether it is a whole request, so that an answer is owed. */
  readonly isWhole: boolean;
  /** Sent after the first answer: WebSocket frames. */
  readonly follows?: Buffer;
  /** The id of a request that is answered on the open stream of `/sse`. */
  readonly awaits?: string;
}

/** A request of HTTP/1.1. `length`: what `Content-Length` says, if not the truth. */
export function httpRequest(
  scene: Scene,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): Buffer {
  const all: Record<string, string> = { Host: `127.0.0.1:${scene.port}`, ...headers };
  if (body) all['Content-Length'] ??= String(body.length);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return body ? Buffer.concat([head, body]) : head;
}

export function keyHeader(key: string): Record<string, string> {
  return { Authorization: `Bearer ${key}` };
}

/** A text that can stand in a header: what cannot is left out. */
export function headerText(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7E]/gu, '').trim();
}
