import { PRODUCT_VERSION } from '../version.ts';
import type { FrameBody, FrameContent, FrameHead } from '../frame-record.ts';

/** A text in an archive, with what it is. */
interface HarContent {
  readonly size: number;
  readonly mimeType: string;
  readonly text?: string;
  readonly encoding?: 'base64';
  readonly comment?: string;
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** What a request and a response have in common. */
interface HarMessage {
  readonly httpVersion: string;
  readonly cookies: readonly never[];
  readonly headers: readonly NamedValue[];
}

export interface HarEntry {
  readonly startedDateTime: string;
  readonly time: number;
  readonly request: HarMessage & {
    readonly method: string;
    readonly url: string;
    readonly queryString: readonly NamedValue[];
    readonly headersSize: -1;
    readonly bodySize: number;
    readonly postData?: { readonly mimeType: string; readonly text: string; readonly comment?: string };
  };
  readonly response: HarMessage & {
    readonly status: number;
    readonly statusText: string;
    readonly content: HarContent;
    readonly redirectURL: '';
    readonly headersSize: -1;
    readonly bodySize: -1;
  };
  readonly cache: Readonly<Record<string, never>>;
  readonly timings: { readonly send: 0; readonly wait: number; readonly receive: 0 };
  readonly comment?: string;
}

/** An archive of HTTP exchanges: HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/). */
export interface Har {
  readonly log: {
    readonly version: '1.2';
    readonly creator: { readonly name: string; readonly version: string };
    readonly entries: readonly HarEntry[];
    readonly comment?: string;
  };
}

/**
 * Recorded frames as HTTP exchanges, in the order in which they began. Messages are in the exchange that carried them;
 * those whose exchange's head was not kept are left out, and counted in the archive's comment.
 *
 * @param contents oldest first
 * @param url where the hub is
 */
export function toHar(contents: readonly FrameContent[], url: string): Har {
  const exchanges = new Map<string, FrameContent[]>();
  let left = 0;
  for (const content of contents) {
    const id = content.frame.kind === 'exchange' ? content.frame.id : content.frame.exchange;
    if (id === undefined || !content.request) {
      left += 1;
      continue;
    }
    const others = exchanges.get(id);
    if (others) others.push(content);
    else exchanges.set(id, [content]);
  }
  const entries = [...exchanges.values()].flatMap((parts) => entryOf(parts, url) ?? []);
  const creator = { name: 'Signalbox', version: PRODUCT_VERSION };
  const comment = `${left} frames are not in here: no head of an HTTP exchange was kept of them`;
  return { log: { version: '1.2', creator, entries, ...(left === 0 ? {} : { comment }) } };
}

function entryOf(parts: readonly FrameContent[], url: string): HarEntry | undefined {
  const exchange = parts.find(({ frame }) => frame.kind === 'exchange');
  const [first] = parts;
  const head = exchange?.request ?? first?.request;
  if (!head || !first) return undefined;
  const [method = 'GET', path = '/', httpVersion = 'HTTP/1.1'] = head.line.split(' ');
  const address = addressOf(path, url);
  const sent = [...(exchange?.body ? [exchange.body] : []), ...bodiesOf(parts, 'in')];
  const came = [...(exchange?.answer ? [exchange.answer] : []), ...bodiesOf(parts, 'out')];
  const time = exchange?.frame.latencyMs ?? Math.max(0, ...parts.map(({ frame }) => frame.latencyMs ?? 0));
  const post = sent.length === 0 ? undefined : joined(sent);
  return {
    startedDateTime: new Date(first.frame.at).toISOString(),
    time,
    request: {
      method,
      url: address.href,
      httpVersion,
      cookies: [],
      headers: headersOf(head),
      queryString: [...address.searchParams].map(([name, value]) => ({ name, value })),
      headersSize: -1,
      bodySize: post?.size ?? 0,
      ...(post && {
        postData: {
          mimeType: valueOf(head, 'content-type') ?? 'application/json',
          text: post.text,
          ...(post.comment === undefined ? {} : { comment: post.comment }),
        },
      }),
    },
    response: responseOf(parts, came),
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
  };
}

function responseOf(parts: readonly FrameContent[], came: readonly FrameBody[]): HarEntry['response'] {
  const head = parts.find(({ response }) => response)?.response;
  const [, version, status, statusText = ''] = /^(\S+) (\d{3}) ?(.*)$/u.exec(head?.line ?? '') ?? [];
  const known = parts.find(({ frame }) => frame.kind === 'exchange')?.frame.status ?? 0;
  const { size, text, encoding, comment } = joined(came);
  const mimeType = (head && valueOf(head, 'content-type')) ?? 'application/json';
  return {
    status: status === undefined ? known : Number(status),
    statusText,
    httpVersion: version ?? 'HTTP/1.1',
    cookies: [],
    headers: head ? headersOf(head) : [],
    content: {
      size,
      mimeType,
      ...(came.length === 0 ? {} : { text }),
      ...(encoding === undefined ? {} : { encoding }),
      ...(comment === undefined ? {} : { comment }),
    },
    redirectURL: '',
    headersSize: -1,
    bodySize: -1,
  };
}

function bodiesOf(parts: readonly FrameContent[], direction: 'in' | 'out'): readonly FrameBody[] {
  return parts.flatMap(({ frame, body }) =>
    frame.kind !== 'exchange' && frame.direction === direction && body ? [body] : [],
  );
}

interface Joined {
  readonly size: number;
  readonly text: string;
  readonly encoding?: 'base64';
  readonly comment?: string;
}

/** Bodies as one text, each message on a line of its own. */
function joined(bodies: readonly FrameBody[]): Joined {
  const size = bodies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const comment = bodies.some(({ cut }) => cut)
    ? 'Only the beginning is kept here of what was over 256 KiB.'
    : undefined;
  const note = comment === undefined ? {} : { comment };
  const [only] = bodies;
  if (only && bodies.length === 1 && only.encoding === 'base64') {
    return { size, text: only.text, encoding: 'base64', ...note };
  }
  return { size, text: bodies.map(({ text }) => text).join('\n'), ...note };
}

function headersOf({ headers }: FrameHead): readonly NamedValue[] {
  return headers.map(([name, value]) => ({ name, value }));
}

function valueOf({ headers }: FrameHead, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** The address that was asked for; what is no path of a hub is kept as a query. */
function addressOf(path: string, url: string): URL {
  try {
    const address = new URL(path, url);
    return address.origin === new URL(url).origin ? address : new URL(`/?${encodeURIComponent(path)}`, url);
  } catch {
    return new URL(`/?${encodeURIComponent(path)}`, url);
  }
}
