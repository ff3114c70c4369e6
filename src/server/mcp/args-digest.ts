import { hash } from 'node:crypto';
import { canonicalJson } from '../../hub/log/canonical-json.ts';

/** First 16 hex digits of the SHA-256 of the arguments' canonical JSON: equal calls have equal digests. */
export function argsDigest(args: unknown): string {
  return hash('sha256', canonicalJson(args), 'hex').slice(0, 16);
}
