import { open } from 'node:fs/promises';
import { reasonOf, Unreadable } from './job-work.ts';

const HEAD_BYTES = 64 * 1024;

/** The first 64 KiB of a content, or all of a smaller one: enough to tell its type. Throws {@link Unreadable}. */
export async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new Unreadable(`The stored content cannot be opened: ${reasonOf(error)}`);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
