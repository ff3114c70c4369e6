import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { HubError } from '../../protocol/errors.ts';

/** Larger reads take fewer turns of the loop. */
export const READ_BYTES = 256 * 1024;
/** Contents up to this size are read as a whole and checked before anything of them is given. */
export const CHECKED_FIRST_BYTES = 1024 * 1024;

/** Of a content up to this size a part is given after all of it was read once, and found sound. */
export const CHECKED_FOR_PARTS_BYTES = 64 * 1024 * 1024;

/** The chunks of a content; the last one only if the hash of all is right, which `onRead` learns. */
export async function* checked(
  stream: Readable,
  sha256: string,
  onRead: (isSound: boolean) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const seen = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (held) yield held;
    seen.update(chunk);
    held = chunk;
  }
  const isSound = seen.digest('hex') === sha256;
  onRead(isSound);
  if (!isSound) throw damagedContent(sha256);
  if (held) yield held;
}

/** Throws the error of a content that is not there, or that the disk does not give. */
export function unreadable(sha256: string, cause: unknown): never {
  throw new HubError(
    'storage_failed',
    `Content ${sha256} cannot be read from the data directory; restore it from a backup, or write the same bytes again.`,
    { cause },
  );
}

/** The error of a content whose bytes are others than they were. */
export function damagedContent(sha256: string): HubError {
  return new HubError(
    'storage_failed',
    `Content ${sha256} is damaged on the disk of the hub, and is not given as this version; restore it from a backup, or write the same bytes again.`,
    { details: { sha256 } },
  );
}

/** Whether a file has this content. */
export async function isContent(file: string, sha256: string, signal?: AbortSignal): Promise<boolean> {
  const seen = createHash('sha256');
  const stream = createReadStream(file, { highWaterMark: READ_BYTES, ...(signal && { signal }) });
  for await (const chunk of stream) seen.update(chunk as Buffer);
  return seen.digest('hex') === sha256;
}

/** The refusal of a content that differs from the announced one. */
export function checksumMismatch(announced: string, found: string, algorithm = 'sha256'): HubError {
  const name = algorithm.toUpperCase().replace('SHA', 'SHA-');
  return new HubError('checksum_mismatch', `The content has ${name} ${found}, not ${announced}; send it again.`, {
    details: { announced, found },
  });
}
