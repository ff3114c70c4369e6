import { Readable } from 'node:stream';

/**
 * Backed by the file's own buffering: the web stream adds none, so nothing is read ahead of a slow
 * client. Node has two types for its one web stream, hence the assertion.
 */
export function webStream(stream: Readable): ConstructorParameters<typeof Response>[0] {
  const web: unknown = Readable.toWeb(stream, { strategy: { highWaterMark: 0 } });
  return web as ConstructorParameters<typeof Response>[0];
}
