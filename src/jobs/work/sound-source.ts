import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { SourceFile } from '../job-task.ts';
import { Unreadable } from './job-work.ts';

/** Reads a content to its end and compares its hash, before libraries read it. Throws {@link Unreadable} for a damaged one. */
export async function mustBeSound({ location, sha256 }: SourceFile): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(location, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Uint8Array);
  const found = hash.digest('hex');
  if (found !== sha256) throw new Unreadable(`The stored content is damaged: its SHA-256 is ${found}, not ${sha256}.`);
}
