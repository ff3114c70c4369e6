import { refusalOf } from '../../response-refusal.ts';
import { chunkBytes, previewLimitBytes } from './text-window.ts';

/** The next chunk of a file, and whether it is the last one shown. */
export interface TextChunk {
  readonly bytes: Uint8Array;
  /** The file ends here. */
  readonly isEnd: boolean;
  /** As the hub names it, where it knows. */
  readonly charset: string | undefined;
}

/**
 * Reads the next chunk of a file by range.
 *
 * @param start offset in bytes; @param sizeBytes of the whole file
 * @throws HubError as the hub answered, e.g. `gone` for a purged version
 */
export async function readChunk(
  url: string,
  start: number,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<TextChunk> {
  const end = Math.min(start + chunkBytes, sizeBytes);
  const response = await fetch(url, { signal, headers: { Range: `bytes=${start}-${end - 1}` } });
  if (!response.ok) throw await refusalOf(response);
  const body = new Uint8Array(await response.arrayBuffer());
  // A server may answer a range with the whole file (200).
  const bytes = response.status === 206 ? body : body.subarray(start, end);
  const charset = /;\s*charset=([\w.-]+)/iu.exec(response.headers.get('content-type') ?? '')?.[1];
  return { bytes, isEnd: end >= sizeBytes, charset };
}

/** Whether a preview may read on from `readBytes`. */
export function mayReadOn(readBytes: number, sizeBytes: number): boolean {
  return readBytes < sizeBytes && readBytes < previewLimitBytes;
}
