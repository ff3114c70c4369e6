import type { FrameContent, FrameHead } from '../../../protocol/frame-record.ts';

/** What a shell is to take as it is. */
function quotedForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Headers that the client's own library writes, or that belong to one connection. */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'user-agent',
]);

/**
 * The HTTP request of a frame as a command for a shell; undefined where its head was not kept. A key that is masked
 * is read from `$SIGNALBOX_KEY`.
 *
 * @param url where the hub is
 */
export function asCurl({ request, body, frame }: FrameContent, url: string): string | undefined {
  if (!request) return undefined;
  const [method = 'GET', path = '/'] = request.line.split(' ');
  const parts = [`curl -X ${method} ${quotedForShell(new URL(path, url).href)}`];
  for (const [name, value] of request.headers) {
    if (OWN_HEADERS.has(name.toLowerCase())) continue;
    parts.push(`-H ${headerForShell(name, value)}`);
  }
  const text = frame.direction === 'in' && body?.encoding === 'utf8' ? body.text : '';
  if (text !== '') parts.push(`--data-raw ${quotedForShell(text)}`);
  return parts.join(' \\\n  ');
}

function headerForShell(name: string, value: string): string {
  if (name.toLowerCase() === 'authorization' && value.includes('••')) return `"${name}: Bearer $SIGNALBOX_KEY"`;
  return quotedForShell(`${name}: ${value}`);
}

/**
 * A request of an agent as a call of the official TypeScript client; undefined for what is no such request. The
 * arguments are the characters that were sent.
 */
export function asClientCall({ frame, body }: FrameContent): string | undefined {
  if (frame.kind !== 'request' || frame.direction !== 'in' || body?.encoding !== 'utf8' || body.cut) return undefined;
  let message: { readonly method?: unknown; readonly params?: unknown };
  try {
    message = JSON.parse(body.text) as typeof message;
  } catch {
    return undefined;
  }
  if (typeof message.method !== 'string') return undefined;
  const params = JSON.stringify(message.params ?? {}, undefined, 2);
  if (message.method === 'tools/call') return `const result = await client.callTool(${params});`;
  return `const result = await client.request(${JSON.stringify({ method: message.method })}, ${params});`;
}

/** A head as it was sent. */
export function headText({ line, headers }: FrameHead): string {
  return [line, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n');
}
