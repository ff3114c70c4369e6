import { agentId } from '../../../protocol/agent-id.ts';
import type { FrameRecord } from '../../../protocol/frame-record.ts';

/** How long calls take, in ms: the median, and what 95 and 99 of 100 take at most. */
export interface Pace {
  /** A tool's name, or an agent's id. */
  readonly of: string;
  readonly count: number;
  /** How many went wrong. */
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Of fewer calls nobody can say what is usual. */
const LEAST_CALLS = 20;
/** What takes less is not slow, whatever is usual, in ms. */
const LEAST_SLOW_MS = 20;

/** How long the answered calls among these frames took, the tool or agent with most first. */
export function paces(frames: readonly FrameRecord[], by: 'tool' | 'agent'): readonly Pace[] {
  const calls = new Map<string, { readonly took: number[]; errors: number }>();
  for (const frame of frames) {
    const { kind, direction, latencyMs, outcome } = frame;
    if (kind !== 'request' || direction !== 'in' || latencyMs === undefined) continue;
    const of = by === 'tool' ? frame.tool : frame.keyId && agentId(frame.keyId, frame.agent);
    if (of === undefined) continue;
    let known = calls.get(of);
    if (!known) calls.set(of, (known = { took: [], errors: 0 }));
    known.took.push(latencyMs);
    if (outcome !== 'ok') known.errors += 1;
  }
  return [...calls]
    .map(([of, { took, errors }]) => {
      const sorted = Float64Array.from(took).sort();
      const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      return { of, count: sorted.length, errors, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
    })
    .toSorted((one, other) => other.count - one.count);
}

/**
 * From which time on a call of each tool is slow, in ms: over what 95 of 100 take, and over twice the median. Tools of
 * which too few calls are known are left out.
 */
export function slowFrom(byTool: readonly Pace[]): ReadonlyMap<string, number> {
  const known = byTool.filter(({ count }) => count >= LEAST_CALLS);
  return new Map(known.map(({ of, p50, p95 }) => [of, Math.max(p95, 2 * p50, LEAST_SLOW_MS)]));
}
