import otlp from '@opentelemetry/otlp-transformer/build/src/generated/root.js';
import { expect, test } from 'vitest';
import { toOtlp, type OtlpSpan } from '../../src/protocol/export/otlp.ts';
import { spanIdOf, traceIdOf } from '../../src/protocol/export/trace-ids.ts';
import type { FrameContent, FrameRecord } from '../../src/protocol/frame-record.ts';

/** OTLP's message as its makers generated it; the type of their module does not name it. */
const { ExportTraceServiceRequest } = (otlp as unknown as Schema).opentelemetry.proto.collector.trace.v1;

interface Message {
  readonly verify: (message: object) => string | null;
  readonly fromObject: (message: object) => object;
  readonly toObject: (message: object) => object;
}
interface Schema {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: { readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: Message } } };
    };
  };
}

const trace = 'ab'.repeat(16);
const parent = 'cd'.repeat(8);

function frame(place: number, more: Partial<FrameRecord> = {}): FrameRecord {
  const usual = { at: 1_800_000_000_000 + place, elapsedMs: place, kind: 'request', direction: 'in' } as const;
  return { id: `frm_a_${place}`, place, ...usual, outcome: 'ok', sizeBytes: 1, masked: 0, body: 'whole', ...more };
}

const body = (value: unknown, cut = false) => {
  const text = JSON.stringify(value);
  return { encoding: 'utf8' as const, text, sizeBytes: text.length, cut };
};
const request = {
  line: 'POST /mcp HTTP/1.1',
  headers: [
    ['MCP-Protocol-Version', '2025-11-25'],
    ['User-Agent', 'codex/1'],
  ],
} as const;

const exchange = 'frm_a_1';
const contents: readonly FrameContent[] = [
  { frame: frame(1, { kind: 'exchange', method: 'POST', subject: '/mcp', status: 200, latencyMs: 12.5 }), request },
  {
    frame: frame(2, {
      exchange,
      method: 'tools/call',
      tool: 'file_read',
      rpcId: 7,
      pair: 'frm_a_3',
      latencyMs: 4,
      sessionId: 'ses_1',
    }),
    request,
    body: body({ params: { arguments: { path: 'a.md' }, _meta: { traceparent: `00-${trace}-${parent}-01` } } }),
  },
  {
    frame: frame(3, { exchange, kind: 'response', direction: 'out', pair: 'frm_a_2' }),
    body: body({ result: { ok: 1 } }),
  },
  {
    frame: frame(4, {
      method: 'tools/call',
      tool: 'lock_acquire',
      rpcId: 'x',
      outcome: 'error',
      code: 'locked',
      pair: 'frm_a_5',
    }),
    body: body({ params: { arguments: {} } }, true),
  },
  {
    frame: frame(6, {
      method: 'resources/read',
      subject: 'signalbox://guide',
      outcome: 'error',
      code: -32602,
      pair: 'frm_a_7',
    }),
  },
  {
    frame: frame(7, { kind: 'response', direction: 'out' }),
    body: body({ error: { code: -32602, message: 'No such resource' } }),
  },
  {
    frame: frame(8, {
      kind: 'notification',
      direction: 'out',
      method: 'notifications/resources/updated',
      subject: 'file:a',
    }),
  },
  { frame: frame(9, { kind: 'keep-alive', direction: 'out' }) },
  { frame: frame(10, { kind: 'exchange', method: 'GET', subject: '/sse', status: 500, outcome: 'error' }) },
];

const spans = toOtlp(contents).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
const of = (place: number): OtlpSpan | undefined => spans.find(({ spanId }) => spanId === spanIdOf(`frm_a_${place}`));
const named = (span: OtlpSpan | undefined): Record<string, string> =>
  Object.fromEntries(span?.attributes.map(({ key, value }) => [key, Object.values(value).join()]) ?? []);

test('[WR13] requests, notifications and exchanges are spans, named as the conventions for MCP have it', () => {
  expect(spans.map(({ name }) => name)).toEqual([
    'POST',
    'tools/call file_read',
    'tools/call lock_acquire',
    'resources/read',
    'notifications/resources/updated',
    'GET',
  ]);
  const read = of(2);
  expect(read).toMatchObject({
    traceId: trace,
    parentSpanId: parent,
    kind: 2,
    startTimeUnixNano: '1800000000002000000',
    endTimeUnixNano: '1800000000006000000',
    links: [{ traceId: traceIdOf(exchange), spanId: spanIdOf(exchange) }],
    status: {},
  });
  expect(named(read)).toMatchObject({
    'mcp.method.name': 'tools/call',
    'mcp.session.id': 'ses_1',
    'mcp.protocol.version': '2025-11-25',
    'jsonrpc.request.id': '7',
    'gen_ai.tool.name': 'file_read',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.call.arguments': '{"path":"a.md"}',
    'gen_ai.tool.call.result': '{"ok":1}',
  });
  expect(named(of(1))).toMatchObject({ 'http.response.status_code': '200', 'user_agent.original': 'codex/1' });
  expect(named(of(4))).toMatchObject({ 'error.type': 'tool_error', 'signalbox.error.code': 'locked' });
  expect(named(of(4))).not.toHaveProperty('gen_ai.tool.call.arguments'); // its body was cut
  expect(of(6)?.status).toEqual({ code: 2, message: 'No such resource' });
  expect(named(of(6))).toMatchObject({
    'error.type': '-32602',
    'rpc.response.status_code': '-32602',
    'mcp.resource.uri': 'signalbox://guide',
  });
  expect(of(8)?.kind).toBe(3);
  expect(named(of(10))).toMatchObject({ 'error.type': '500' });
});

test('[WR13] the export is what the schema of OTLP takes, and its ids are the same each time', () => {
  for (const { traceId, spanId } of spans) {
    expect([traceId, spanId]).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/u),
      expect.stringMatching(/^[0-9a-f]{16}$/u),
    ]);
  }
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  expect(toOtlp(contents.slice(0, 4)).resourceSpans[0]?.scopeSpans[0]?.spans).toEqual(spans.slice(0, 3));
  // The schema has ids as bytes and times as integers; its JSON has them as hex and as texts.
  const typed = JSON.parse(JSON.stringify(toOtlp(contents)), (key, value: unknown) => {
    if (/^(?:traceId|spanId|parentSpanId)$/u.test(key)) return [...Buffer.from(String(value), 'hex')];
    return /UnixNano$|^intValue$/u.test(key) ? { low: Number(value) | 0, high: 0, unsigned: true } : value;
  }) as object;
  expect(ExportTraceServiceRequest.verify(typed)).toBeNull();
  const kept = ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.fromObject(typed)) as ReturnType<
    typeof toOtlp
  >;
  expect(kept.resourceSpans[0]?.scopeSpans[0]?.spans.map(({ name }) => name)).toEqual(spans.map(({ name }) => name));
  const wrong = { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 7 }] }] }] };
  expect(ExportTraceServiceRequest.verify(wrong)).not.toBeNull();
});
