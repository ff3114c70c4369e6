import type { Dice } from './dice.ts';
import { headerText, httpRequest, keyHeader, type Input, type Scene } from './scene.ts';

const PATHS = [
  '/',
  '/sse',
  '/messages',
  '/mcp',
  '/health',
  '/uploads',
  '/files/',
  '/api/login',
  '/api/ws',
  '/.well-known/x',
  '/agent/mcp',
  '/agent/register',
  '/agent/token',
  '/agent/authorize',
];
const VERBS = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'];
const HEADERS = [
  'Accept',
  'Origin',
  'Host',
  'Content-Type',
  'Content-Length',
  'Transfer-Encoding',
  'Expect',
  'Upgrade',
  'Connection',
  'Cookie',
  'Content-Encoding',
  'X-Forwarded-Proto',
  'X-HTTP-Method-Override',
  'Mcp-Session-Id',
];

/** A request of which bytes are changed, headers doubled or values odd. It may be no request at all. */
export function rawHttpInput(dice: Dice, scene: Scene): Input {
  const headers: Record<string, string> = dice.chance(0.7) ? keyHeader(scene.key) : {};
  for (let more = dice.below(4); more > 0; more--) headers[dice.pick(HEADERS)] = dice.text();
  const path = dice.pick(PATHS) + (dice.chance(0.4) ? encodeURI(dice.text().toWellFormed()) : '');
  const body = dice.chance(0.5) ? Buffer.from(JSON.stringify(dice.value())) : undefined;
  const request = httpRequest(scene, dice.pick(VERBS), path, headers, body);
  return { bytes: dice.chance(0.7) ? dice.spoil(request) : request, isWhole: false };
}

/** Resumable uploads: every verb, with odd offsets, lengths, checksums and metadata. */
export function tusInput(dice: Dice, scene: Scene): Input {
  const known = scene.known['upload_id'] ?? [];
  const id =
    dice.chance(0.8) && known.length > 0 ? String(dice.pick(known)) : encodeURIComponent(dice.text().toWellFormed());
  const method = dice.pick(['POST', 'POST', 'HEAD', 'PATCH', 'PATCH', 'PATCH', 'DELETE', 'OPTIONS', 'GET']);
  const headers: Record<string, string> = { ...keyHeader(scene.key), 'Tus-Resumable': '1.0.0' };
  let body: Buffer | undefined;
  if (method === 'POST') {
    headers['Upload-Length'] = dice.chance(0.8) ? String(dice.below(2_000)) : headerText(dice.text());
    headers['Upload-Metadata'] = metadata(dice, scene);
  } else if (method === 'PATCH') {
    body = Buffer.alloc(dice.below(600), dice.text() || 'x');
    headers['Content-Type'] = 'application/offset+octet-stream';
    headers['Upload-Offset'] = dice.chance(0.7) ? String(dice.pick([0, 0, 1, 300, 600])) : headerText(dice.text());
  }
  if (dice.chance(0.15))
    headers['Upload-Checksum'] = `${dice.pick(['sha1', 'sha256', 'crc'])} ${headerText(dice.text())}`;
  if (dice.chance(0.1))
    headers['X-HTTP-Method-Override'] = dice.pick(['PATCH', 'DELETE', 'HEAD', headerText(dice.text())]);
  if (dice.chance(0.1)) headers[dice.pick(Object.keys(headers))] = headerText(dice.text());
  const path = method === 'POST' ? '/uploads' : `/uploads/${id}`;
  return { bytes: httpRequest(scene, method, path, headers, body), isWhole: isHonest(headers, body) };
}

function metadata(dice: Dice, { workspace }: Scene): string {
  const pair = (name: string, value: string): string => `${name} ${Buffer.from(value).toString('base64')}`;
  const pairs = [
    pair('workspace', dice.chance(0.8) ? workspace : dice.text()),
    pair('path', dice.chance(0.6) ? `up/${dice.below(50)}.bin` : dice.text()),
  ];
  if (dice.chance(0.2)) pairs.push(pair(dice.pick(['sha256', 'filetype', 'lock_token', 'fence']), dice.text()));
  return dice.chance(0.1) ? headerText(dice.text()) : pairs.join(',');
}

/** Downloads with ranges, conditions and addresses of all sorts. */
export function rangeInput(dice: Dice, scene: Scene): Input {
  const path = dice.chance(0.7) ? String(dice.pick(scene.known['path'] ?? ['plan.md'])) : dice.text();
  const workspace = dice.chance(0.9) ? scene.workspace : dice.text();
  const address = [workspace, ...path.split('/')].map((part) => encodeURIComponent(part.toWellFormed())).join('/');
  const version = dice.chance(0.2)
    ? `?version=${encodeURIComponent(String(dice.chance(0.5) ? dice.number() : dice.text().toWellFormed()))}`
    : '';
  const headers: Record<string, string> = keyHeader(scene.key);
  if (dice.chance(0.8)) headers['Range'] = range(dice);
  if (dice.chance(0.2)) headers['If-Range'] = headerText(dice.text());
  if (dice.chance(0.2))
    headers[dice.pick(['If-None-Match', 'If-Match'])] = dice.pick(['*', '"x"', headerText(dice.text())]);
  if (dice.chance(0.2)) headers[dice.pick(['If-Modified-Since', 'If-Unmodified-Since'])] = headerText(dice.text());
  return {
    bytes: httpRequest(scene, dice.pick(['GET', 'GET', 'HEAD']), `/files/${address}${version}`, headers),
    isWhole: true,
  };
}

function range(dice: Dice): string {
  const end = (): string => (dice.chance(0.3) ? '' : String(dice.number()));
  const parts = Array.from({ length: 1 + dice.below(3) }, () => `${end()}-${end()}`);
  return dice.chance(0.15)
    ? headerText(dice.text())
    : `${dice.pick(['bytes', 'bytes', 'bytes', 'lines'])}=${parts.join(',')}`;
}

/** Streams that are opened at a place of which the hub may never have heard. */
export function lastEventIdInput(dice: Dice, scene: Scene): Input {
  const [version, session] = dice.pick([...scene.sessions]);
  const ids = [...scene.sessions.values(), 'ses_0000000000000000'];
  const place = `${dice.pick(ids)}.${dice.number()}.${dice.pick(['e0', 'm', 'r1', headerText(dice.text())])}`;
  const lastEventId = dice.chance(0.6) ? place : headerText(dice.text());
  const headers = { ...keyHeader(scene.key), Accept: 'text/event-stream', 'Last-Event-ID': lastEventId };
  const isSse = dice.chance(0.3);
  const more: Record<string, string> = isSse ? {} : { 'Mcp-Session-Id': session, 'MCP-Protocol-Version': version };
  return { bytes: httpRequest(scene, 'GET', isSse ? '/sse' : '/mcp', { ...headers, ...more }), isWhole: true };
}

/** Whether the body is as long as its head says: else nobody owes an answer. */
function isHonest(headers: Readonly<Record<string, string>>, body: Buffer | undefined): boolean {
  return headers['Content-Length'] === undefined || headers['Content-Length'] === String(body?.length ?? 0);
}
