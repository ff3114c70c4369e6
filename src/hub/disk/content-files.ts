import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A name that no file of the folder has. */
export function newName(incoming: string): string {
  return join(incoming, randomBytes(12).toString('hex'));
}

/** Whether a file has exactly these bytes; false where the disk does not give them. Waits for the disk in this turn. */
export function hasBytes(file: string, bytes: Uint8Array): boolean {
  return attempt(() => readFileSync(file))?.equals(bytes) ?? false;
}

/** What `act` answers; undefined where it throws. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
