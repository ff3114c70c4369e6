import { hash } from 'node:crypto';
import { canonicalJson } from '../../../../protocol/canonical-json.ts';

/** First 16 hex digits of the SHA-256 of the arguments' canonical JSON: equal calls have equal digests. */
export function argsDigest(args: unknown): string {
  const text = canonicalJson(args);
  return text === '{}' ? NO_ARGUMENTS : digestOf(text);
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}

/** The commonest digest, made once. */
const NO_ARGUMENTS = digestOf('{}');
