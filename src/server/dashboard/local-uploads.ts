import { createReadStream } from 'node:fs';
import type { Uploads } from '../../hub/files/uploads.ts';
import { HubError } from '../../protocol/errors.ts';
import type { Cause } from '../../protocol/events.ts';
import type { LocalFile } from '../../protocol/local-file.ts';
import { PERSON, type CallDeps } from './deps.ts';
import { localFile, localFiles, unreadable } from './local-files.ts';

interface Begun {
  readonly file: string;
  readonly sizeBytes: number;
  readonly cause: Cause;
}

/**
 * Uploads whose content lies on this machine: the hub reads it itself, in constant memory, and all
 * else is as with an upload over HTTP: the same events, progress, and ways to end it.
 */
export class LocalUploads {
  readonly #uploads: Uploads;
  readonly #isAllowed: boolean;
  /** Begun, and not yet sent. */
  readonly #begun = new Map<string, Begun>();

  constructor({ uploads, importPaths }: Pick<CallDeps, 'uploads' | 'importPaths'>) {
    this.#uploads = uploads;
    this.#isAllowed = importPaths;
  }

  /** What {@link localFiles} finds. `conflict` where the host does not hand over paths. */
  async list(paths: readonly string[]): Promise<readonly LocalFile[]> {
    this.#mustBeAllowed();
    return localFiles(paths);
  }

  /** Opens an upload for a file of this machine; its content follows with {@link send}. */
  async begin(workspace: string, path: string, given: string): Promise<{ readonly uploadId: string }> {
    this.#mustBeAllowed();
    const { file, sizeBytes } = await localFile(given);
    const { id, seq } = await this.#uploads.create(PERSON, { workspace, path, sizeBytes }, 'import');
    if (sizeBytes > 0) this.#begun.set(id, { file, sizeBytes, cause: seq });
    return { uploadId: id };
  }

  /**
   * Reads the content in; resolves when the file is written. Whatever ends it before ends the upload too:
   * `not_found` for content that cannot be read, `conflict` where it became shorter meanwhile, `gone` when
   * the upload was cancelled, and what writing a file may refuse.
   */
  async send(uploadId: string): Promise<void> {
    const begun = this.#begun.get(uploadId);
    if (!begun) return; // an empty file is there already
    this.#begun.delete(uploadId);
    const { file, sizeBytes, cause } = begun;
    try {
      const origin = { ...PERSON, cause };
      const received = await this.#uploads.append(uploadId, 0, bytesOf(file, sizeBytes), { origin, source: 'import' });
      if (received < sizeBytes) {
        throw new HubError('conflict', `${file} became shorter while it was read; take it in again.`);
      }
    } catch (error) {
      const reason = error instanceof HubError ? error.code : 'internal';
      // It may have ended by itself: nothing waits for it then.
      await this.#uploads.cancel(PERSON, uploadId, reason).catch(() => undefined);
      throw error;
    }
  }

  #mustBeAllowed(): void {
    if (this.#isAllowed) return;
    throw new HubError('conflict', 'Only the desktop app takes files by path: drop them into the page to upload them.');
  }
}

/** As many bytes as the upload was opened for: a file that grows meanwhile is taken as it was. */
async function* bytesOf(file: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { end: sizeBytes - 1, highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadable(file, error);
  }
}
