import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

/** An event of a stream as it came; a comment has only `comment`. */
export interface WireEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data?: string;
  readonly comment?: string;
}

/** An open event stream, read event by event. */
export interface WireStream {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** All that came so far. */
  readonly events: readonly WireEvent[];
  /** The next event that has not been taken and fits; waits for it. Rejects when the stream ends before. */
  next(fits?: (event: WireEvent) => boolean): Promise<WireEvent>;
  /** The next JSON-RPC message that fits. */
  message(fits?: (message: RpcJson) => boolean): Promise<RpcJson>;
  /** Stops reading, so that the hub's queue fills. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Drops the connection. */
  drop(): void;
  /** Resolves when the stream has ended, from either side. */
  readonly ended: Promise<void>;
}

/** A JSON-RPC message, loosely. */
export interface RpcJson {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Record<string, unknown> & { readonly uri?: string; readonly _meta?: Record<string, unknown> };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> };
}

export interface StreamRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** What speaks a URL's protocol. */
function protocolOf(url: string): Pick<typeof http, 'request'> {
  return url.startsWith('https:') ? https : http;
}

/** A connection of its own; certificates of tests are trusted by nobody. */
function ownConnection(url: string): http.RequestOptions {
  if (!url.startsWith('https:')) return { agent: new http.Agent() };
  return { agent: new https.Agent({ rejectUnauthorized: false }) };
}

/** Opens a stream on a connection of its own. */
export function openStream(
  url: string,
  { method = 'GET', headers = {}, body }: StreamRequest = {},
): Promise<WireStream> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = protocolOf(url).request(
      url,
      {
        method,
        ...ownConnection(url),
        headers: {
          accept: 'text/event-stream',
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      },
      (response) => resolve(streamOf(request, response)),
    );
    request.on('error', reject);
    request.end(text);
  });
}

function streamOf(request: http.ClientRequest, response: http.IncomingMessage): WireStream {
  const events: WireEvent[] = [];
  const taken = new Set<WireEvent>();
  let wake: (() => void)[] = [];
  let over = false;
  let text = '';
  const wakeAll = (): void => {
    const waiting = wake;
    wake = [];
    for (const one of waiting) one();
  };
  const ended = new Promise<void>((resolve) => {
    response.on('close', () => {
      over = true;
      wakeAll();
      resolve();
    });
  });
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  response.setEncoding('utf8');
  response.on('data', (piece: string) => {
    text += piece;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      events.push(eventOf(text.slice(0, end)));
      text = text.slice(end + 2);
    }
    wakeAll();
  });
  const next = async (fits: (event: WireEvent) => boolean = () => true): Promise<WireEvent> => {
    for (;;) {
      const found = events.find((event) => !taken.has(event) && fits(event));
      if (found) {
        taken.add(found);
        return found;
      }
      if (over) throw new Error(`The stream ended before what was waited for; it had ${JSON.stringify(events)}`);
      await new Promise<void>((resolve) => wake.push(resolve));
    }
  };
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    next,
    async message(fits = () => true) {
      const event = await next(
        ({ data }) => data !== undefined && data.startsWith('{') && fits(JSON.parse(data) as RpcJson),
      );
      return JSON.parse(event.data ?? '') as RpcJson;
    },
    pause: () => response.pause(),
    resume: () => response.resume(),
    drop: () => request.destroy(),
    ended,
  };
}

function eventOf(block: string): WireEvent {
  const fields: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon === 0 ? 'comment' : line.slice(0, colon);
    fields[name] = line.slice(colon + 1).replace(/^ /u, '');
  }
  return fields;
}

/** One answered request. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  readonly json: RpcJson & { readonly error?: { readonly code: number | string; readonly message: string } };
}

/** Sends a request and reads the whole answer. A body that is no text is sent as JSON. */
export function ask(url: string, options: StreamRequest = {}): Promise<WireAnswer> {
  const { method = 'POST', headers = {}, body } = options;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = protocolOf(url).request(
      url,
      {
        method,
        ...ownConnection(url),
        headers: {
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (answer += piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: answer,
            get json() {
              return JSON.parse(answer) as WireAnswer['json'];
            },
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

/** Writes bytes on a socket and reads what comes until it is closed. */
export function talkRaw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => (answer += piece));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

export function bearer(secret: string): Record<string, string> {
  return { authorization: `Bearer ${secret}` };
}

/** A JSON-RPC request. */
export function rpc(
  id: string | number,
  method: string,
  params: Record<string, unknown> = {},
): Record<string, unknown> {
  return { jsonrpc: '2.0', id, method, params };
}

export function initialize(version = '2025-11-25', name = 'test-agent'): Record<string, unknown> {
  return rpc('init', 'initialize', {
    protocolVersion: version,
    capabilities: {},
    clientInfo: { name, version: '1.0.0' },
  });
}

/** The address to POST to that a `/sse` stream names first. */
export async function endpointOf(stream: WireStream, url: string): Promise<string> {
  const { data = '' } = await stream.next(({ event }) => event === 'endpoint');
  return new URL(data, url).href;
}
