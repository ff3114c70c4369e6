import type { FrameContent } from '../frame-record.ts';
import { connectionFindings } from './doctor-connection.ts';
import type { DeviationCode } from './deviations.ts';
import { headerOf, jsonOf, refusalCode, requestTarget } from './heads.ts';
import type { DiagramSource, Finding } from './model.ts';

/** Where clients look for an OAuth server, but for where a login is. */
const OAUTH =
  /^\/(?:\.well-known\/(?:oauth|openid)(?!-(?:protected-resource\/agent\/mcp|authorization-server\/agent)\/?$)[^?]*|(?:oauth2?|connect)\/.*|(?:register|token|authorize|introspect|userinfo|jwks)\/?)$/u;

/** What deviates, each on its row, in the order of rows. A row of an exchange or a message has the id of its frame. */
export function findingsOf(source: DiagramSource): readonly Finding[] {
  const found = source.frames.flatMap((frame): readonly Finding[] => {
    if (frame.kind !== 'exchange') return [];
    const content = source.contents.get(frame.id) ?? { frame };
    return exchangeCodes(content, source).map((code) => ({ code, rowId: frame.id }));
  });
  return [...found, ...connectionFindings(source)];
}

function exchangeCodes(content: FrameContent, { sentKey }: DiagramSource): readonly DeviationCode[] {
  const { frame, request } = content;
  const { subject = '', status, method } = frame;
  const isElsewhere = request !== undefined && hasKeyElsewhere(content);
  const codes: DeviationCode[] = isElsewhere ? ['key_elsewhere'] : [];
  if (OAUTH.test(subject)) return ['oauth_discovery'];
  switch (refusalCode(content)) {
    case 'host_refused':
      return ['blocked_host'];
    case 'origin_refused':
      return ['blocked_origin'];
    case 'key_revoked':
      return [...codes, 'revoked_key'];
    case 'key_expired':
      return [...codes, 'expired_key'];
    case 'key_suspended':
      return [...codes, 'suspended_key'];
    case 'unauthorized':
      return [...codes, ...(request ? wrongKey(content, sentKey, isElsewhere) : [])];
    case 'session_unknown':
      return ['stale_session'];
    default:
  }
  if (status === 406 || isNarrow(content)) return [...codes, 'wrong_accept'];
  if (status === 405 && method === 'POST' && /^\/sse\/?$/u.test(subject)) return [...codes, 'post_to_sse'];
  if (status === 404) return [...codes, 'wrong_path'];
  if (status === 400) return [...codes, ...badRequest(content)];
  return codes;
}

function wrongKey(
  { request }: FrameContent,
  sentKey: DiagramSource['sentKey'],
  isElsewhere: boolean,
): readonly DeviationCode[] {
  const sent = headerOf(request, 'authorization');
  if (sent === undefined) return isElsewhere ? [] : ['no_key'];
  if (sentKey === 'unfilled') return ['unfilled_key'];
  return [/^bearer +\S+$/iu.test(sent) ? 'unknown_key' : 'malformed_key'];
}

/** A key in the address or in a header of another name; secrets are masked there, and still begin like one. */
function hasKeyElsewhere({ request }: FrameContent): boolean {
  const target = requestTarget(request);
  if (/sbx_/u.test(target) || /[?&](?:key|api_?key|token|access_token)=[^&]/iu.test(target)) return true;
  return (
    request?.headers.some(([name, value]) => name.toLowerCase() !== 'authorization' && /\bsbx_/u.test(value)) === true
  );
}

/** A POST to `/mcp` that does not take both forms of an answer: this hub serves it, others refuse it. */
function isNarrow({ frame, request }: FrameContent): boolean {
  const accept = headerOf(request, 'accept')?.toLowerCase();
  if (accept === undefined || frame.method !== 'POST' || !/^\/mcp\/?$/u.test(frame.subject ?? '')) return false;
  return !['application/json', 'text/event-stream'].every((type) => accept.includes(type) || accept.includes('*/*'));
}

function badRequest(content: FrameContent): readonly DeviationCode[] {
  const { request, body, frame, answer } = content;
  if (request === undefined) return [];
  if (headerOf(request, 'host') === undefined) return ['blocked_host'];
  if (/MCP-Protocol-Version|is not spoken here/u.test(answer?.text ?? '')) return ['version_mismatch'];
  const { method } = jsonOf(body);
  const isMessage = typeof method === 'string' && method !== 'initialize';
  const isNameless = headerOf(request, 'mcp-session-id') === undefined && frame.sessionId === undefined;
  if (isNameless && (isMessage || frame.method === 'GET') && /^\/mcp\/?$/u.test(frame.subject ?? '')) {
    return ['no_initialize'];
  }
  return [];
}
