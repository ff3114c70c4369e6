import { hash } from 'node:crypto';

/** The previous hash of the first event. */
export const GENESIS_HASH = '0'.repeat(64);

/** Hex SHA-256 over the hash of the event before (hex) followed by the event's canonical JSON. */
export function chainHash(prevHash: string, json: string): string {
  return hash('sha256', prevHash + json, 'hex');
}
