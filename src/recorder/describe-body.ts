import { type FrameKind, frameKinds, type FrameOutcome, frameOutcomes } from '../protocol/frame-record.ts';
import type { ReadBody } from './batch-reader.ts';

/** What a message says of itself. */
export interface MessageDescription {
  readonly kind: number;
  readonly outcome: number;
  readonly method?: string | undefined;
  readonly tool?: string | undefined;
  readonly subject?: string | undefined;
  readonly rpc?: string | number | undefined;
  readonly code?: string | number | undefined;
  readonly seq?: number | undefined;
}

const described = (
  kind: FrameKind,
  outcome: FrameOutcome,
  rest: Omit<MessageDescription, 'kind' | 'outcome'> = {},
): MessageDescription => ({
  kind: frameKinds.indexOf(kind),
  outcome: frameOutcomes.indexOf(outcome),
  ...rest,
});

/** Reads from its body what a frame is, where nobody said so: what is sent again, progress, a comment. */
export function describe(body: ReadBody | undefined): MessageDescription {
  const text = body === undefined ? '' : Buffer.from(body.bytes).toString('utf8');
  if (text.startsWith(':')) return described(text === ': ping\n\n' ? 'keep-alive' : 'comment', 'ok');
  const message = parsed(text);
  if (!message) return described('event', 'ok', { method: /^event: (.*)$/mu.exec(text)?.[1] });
  const { method, id, params } = message;
  const rpc = typeof id === 'string' || typeof id === 'number' ? id : undefined;
  if (typeof method === 'string') {
    const { name, uri, _meta: meta } = record(params);
    const event = record(record(meta)['dev.signalbox/event']);
    const named = typeof name === 'string' ? name : undefined;
    return described(rpc === undefined ? 'notification' : 'request', rpc === undefined ? 'ok' : 'pending', {
      method,
      rpc,
      tool: method === 'tools/call' ? named : undefined,
      subject:
        typeof event['type'] === 'string'
          ? event['type']
          : method === 'tools/call'
            ? undefined
            : (named ?? (typeof uri === 'string' ? uri : undefined)),
      seq: typeof event['seq'] === 'number' ? event['seq'] : undefined,
    });
  }
  const error = record(message['error']);
  const result = record(message['result']);
  const content = record(result['structuredContent']);
  const code =
    typeof error['code'] === 'number'
      ? error['code']
      : result['isError'] === true
        ? typeof content['code'] === 'string'
          ? content['code']
          : 'internal'
        : undefined;
  return described('response', code === undefined ? 'ok' : 'error', { rpc, code });
}

function parsed(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return record(JSON.parse(text));
  } catch {
    return undefined; // an event with other data
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
