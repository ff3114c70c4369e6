/** Ids of a trace and a span, in lower-case hex of 32 and 16 digits. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
}

/** The id of the trace of a frame: the same in every export. */
export function traceIdOf(frameId: string): string {
  return hashed(`trace ${frameId}`) + hashed(`${frameId} trace`);
}

/** The id of the span of a frame: the same in every export. */
export function spanIdOf(frameId: string): string {
  return hashed(frameId);
}

/**
 * What a message says of the trace that it belongs to: `traceparent` in `params._meta`, as W3C Trace Context writes it.
 * Undefined where it says nothing, or nothing valid.
 *
 * @param message parsed JSON-RPC
 */
export function traceParentOf(message: unknown): TraceParent | undefined {
  const text = ['params', '_meta', 'traceparent'].reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    message,
  );
  const [, traceId = '', spanId = ''] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/u.exec(String(text)) ?? [];
  return /[1-9a-f]/u.test(traceId) && /[1-9a-f]/u.test(spanId) ? { traceId, spanId } : undefined;
}

/** FNV-1a of 64 bits, in hex; never all zeros, which is no id. */
function hashed(text: string): string {
  let sum = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at++) {
    sum = BigInt.asUintN(64, (sum ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  }
  return (sum === 0n ? 1n : sum).toString(16).padStart(16, '0');
}
