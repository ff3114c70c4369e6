import type { FrameContent, FrameHead, FrameRecord } from '../frame-record.ts';
import { PRODUCT_VERSION } from '../version.ts';
import { otlpAttributes, type OtlpAttribute, type OtlpValues } from './otlp-attributes.ts';
import { spanIdOf, traceIdOf, traceParentOf } from './trace-ids.ts';

/** A span of OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hex, times as texts. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 2 is SERVER, 3 CLIENT. */
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2 is ERROR; absent: not set. */
  readonly status: { readonly code?: 2; readonly message?: string };
}

/** What an OTLP endpoint takes by POST at `/v1/traces` with `Content-Type: application/json`. */
export interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}

/**
 * Recorded frames as spans: one for each request with its answer, each notification, and each HTTP exchange, which the
 * messages that it carried link to. Names and attributes are those of the semantic conventions for MCP
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/); what these have no name for begins with `signalbox.`. A
 * message that carries a `traceparent` in its `_meta` is part of that trace; every other one is a trace of its own.
 *
 * @param contents oldest first; with bodies, arguments and results of tools are attributes too
 */
export function toOtlp(contents: readonly FrameContent[]): OtlpTraces {
  const byId = new Map(contents.map((content) => [content.frame.id, content]));
  const spans = contents.flatMap((content) => {
    const { kind, pair } = content.frame;
    if (kind === 'exchange') return [spanOfExchange(content)];
    if (kind !== 'request' && kind !== 'notification') return [];
    return [spanOfMessage(content, pair === undefined ? undefined : byId.get(pair))];
  });
  const resource = { attributes: otlpAttributes({ 'service.name': 'signalbox', 'service.version': PRODUCT_VERSION }) };
  const scope = { name: 'signalbox.wire', version: PRODUCT_VERSION };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] };
}

function spanOfExchange({ frame, request }: FrameContent): OtlpSpan {
  const { id, method = 'GET', subject, status, code } = frame;
  const isFailed = status !== undefined && status >= 500;
  return {
    traceId: traceIdOf(id),
    spanId: spanIdOf(id),
    name: method,
    kind: 2,
    ...timesOf(frame),
    attributes: otlpAttributes({
      'http.request.method': method,
      'url.path': subject,
      'http.response.status_code': status,
      'user_agent.original': headerOf(request, 'user-agent'),
      'error.type': isFailed ? String(code ?? status) : undefined,
      ...ofSignalbox(frame),
    }),
    links: [],
    status: isFailed ? { code: 2 } : {},
  };
}

function spanOfMessage(content: FrameContent, reply: FrameContent | undefined): OtlpSpan {
  const { frame, body, request } = content;
  const { id, method = '', tool, subject, rpcId, code, exchange, direction } = frame;
  const isFailed = frame.outcome === 'error' || frame.outcome === 'refused';
  const sent = parsed(body?.text, body?.cut);
  const came = parsed(reply?.body?.text, reply?.body?.cut);
  const parent = traceParentOf(sent);
  const prompt = method === 'prompts/get' ? subject : undefined;
  const target = tool ?? prompt;
  const message = memberOf(memberOf(came, 'error'), 'message');
  return {
    traceId: parent?.traceId ?? traceIdOf(id),
    spanId: spanIdOf(id),
    ...(parent && { parentSpanId: parent.spanId }),
    name: target === undefined ? method : `${method} ${target}`,
    kind: direction === 'in' ? 2 : 3,
    ...timesOf(frame),
    attributes: otlpAttributes({
      'mcp.method.name': method,
      'mcp.session.id': frame.sessionId,
      'mcp.protocol.version': headerOf(request, 'mcp-protocol-version'),
      'mcp.resource.uri': method.includes('resources/') ? subject : undefined,
      'jsonrpc.request.id': rpcId === undefined ? undefined : String(rpcId),
      'rpc.response.status_code': typeof code === 'number' ? String(code) : undefined,
      'gen_ai.tool.name': tool,
      'gen_ai.operation.name': tool === undefined ? undefined : 'execute_tool',
      'gen_ai.prompt.name': prompt,
      'gen_ai.tool.call.arguments':
        tool === undefined ? undefined : jsonOf(memberOf(memberOf(sent, 'params'), 'arguments')),
      'gen_ai.tool.call.result': tool === undefined ? undefined : jsonOf(memberOf(came, 'result')),
      'error.type': isFailed ? errorType(code) : undefined,
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
      'signalbox.error.code': isFailed && typeof code === 'string' ? code : undefined,
      ...ofSignalbox(frame),
    }),
    links: exchange === undefined ? [] : [{ traceId: traceIdOf(exchange), spanId: spanIdOf(exchange) }],
    status: isFailed ? { code: 2, ...(typeof message === 'string' ? { message } : {}) } : {},
  };
}

/** What the conventions have no name for. */
function ofSignalbox(frame: FrameRecord): OtlpValues {
  return {
    'signalbox.frame.id': frame.id,
    'signalbox.key.id': frame.keyId,
    'signalbox.agent': frame.agent,
    'signalbox.workspace.id': frame.workspace,
    'signalbox.wire': frame.wire,
    'signalbox.outcome': frame.outcome,
  };
}

/** A tool that answered `isError` has a code in words. */
function errorType(code: string | number | undefined): string {
  if (code === undefined) return '_OTHER';
  return typeof code === 'number' ? String(code) : 'tool_error';
}

/** Nanoseconds since the epoch; the end is that of the answer, where there was one. */
function timesOf({ at, latencyMs = 0 }: FrameRecord): Pick<OtlpSpan, 'startTimeUnixNano' | 'endTimeUnixNano'> {
  const start = BigInt(Math.round(at * 1000)) * 1000n;
  const end = start + BigInt(Math.round(latencyMs * 1000)) * 1000n;
  return { startTimeUnixNano: String(start), endTimeUnixNano: String(end) };
}

function headerOf(head: FrameHead | undefined, wanted: string): string | undefined {
  return head?.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** What a whole body says; undefined for one that was cut, or that is no JSON. */
function parsed(text: string | undefined, isCut: boolean | undefined): unknown {
  if (text === undefined || isCut) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
