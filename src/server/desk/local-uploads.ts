import { createReadStream } from 'node:fs';
import type { Uploads } from '../../hub/uploads/uploads.ts';
import type { Hub } from '../../hub/hub.ts';
import type { HubAnswers } from '../../protocol/api.ts';
import type { localFileCalls } from '../../protocol/calls/local-files.ts';
import { HubError } from '../../protocol/errors.ts';
import type { Cause } from '../../protocol/envelope.ts';
import { PERSON } from '../../hub/rule.ts';
import type { CallDeps } from './deps.ts';
import { localFile, cannotRead } from './local-files.ts';

interface Begun {
  readonly file: string;
  readonly sizeBytes: number;
  readonly cause: Cause;
}

/**
 * Uploads of files on this machine: the hub reads them itself, in constant memory. Events, progress and
 * cancelling are as for an upload over HTTP.
 */
export class LocalUploads {
  readonly #uploads: Uploads;
  readonly #hub: Hub;
  /** Begun, and not yet sent. */
  readonly #begun = new Map<string, Begun>();
  readonly #sending = new Map<string, Promise<void>>();

  constructor({ hub, uploads }: Pick<CallDeps, 'hub' | 'uploads'>) {
    this.#hub = hub;
    this.#uploads = uploads;
  }

  /** Opens an upload for a file of this machine; its content follows with {@link send}. */
  async begin(workspace: string, path: string, given: string): Promise<{ readonly uploadId: string }> {
    this.#forgetEnded();
    const { file, sizeBytes } = await localFile(given);
    const { id, seq } = await this.#uploads.create(PERSON, { workspace, path, sizeBytes, source: 'import' });
    if (sizeBytes > 0) this.#begun.set(id, { file, sizeBytes, cause: seq });
    return { uploadId: id };
  }

  /**
   * Reads the content in; resolves when the file is written. Whatever ends it before ends the upload too:
   * `not_found` for content that cannot be read, `conflict` where it became shorter meanwhile, `gone` when
   * the upload was cancelled, and what writing a file may refuse. A page that lost its channel asks again: it
   * then waits for the same read, or gets its outcome.
   */
  async send(uploadId: string): Promise<void> {
    const begun = this.#begun.get(uploadId);
    if (!begun) return this.#sending.get(uploadId) ?? this.#outcome(uploadId);
    this.#begun.delete(uploadId);
    const sent = this.#read(uploadId, begun).finally(() => this.#sending.delete(uploadId));
    this.#sending.set(uploadId, sent);
    return sent;
  }

  async #read(uploadId: string, { file, sizeBytes, cause }: Begun): Promise<void> {
    try {
      const origin = { ...PERSON, cause };
      const received = await this.#uploads.append(uploadId, 0, bytesOf(file, sizeBytes), { origin });
      if (received < sizeBytes) {
        throw new HubError('conflict', `${file} became shorter while it was read; take it in again.`);
      }
    } catch (error) {
      const reason = error instanceof HubError ? error.code : 'internal';
      // It may have ended by itself.
      await this.#uploads.cancel(PERSON, uploadId, reason).catch(() => undefined);
      throw error;
    }
  }

  /** Throws unless it became a file, which an empty one does at once. */
  async #outcome(uploadId: string): Promise<void> {
    const { finished } = await this.#uploads.status(uploadId);
    if (!finished) throw new HubError('conflict', `Nobody reads in ${uploadId} any more; take the file in again.`);
  }

  /** An upload that was cancelled or expired before it was sent will never be sent. */
  #forgetEnded(): void {
    for (const id of this.#begun.keys()) if (!this.#hub.state.uploads.has(id)) this.#begun.delete(id);
  }
}

export type LocalFileCalls = Pick<HubAnswers, keyof typeof localFileCalls>;

/** The calls that take files by their paths, for everybody but the desktop's own window: refused. */
export const noLocalCalls: LocalFileCalls = {
  localFiles: notHere,
  localUploadBegin: notHere,
  localUploadSend: notHere,
};

async function notHere(): Promise<never> {
  throw new HubError('conflict', 'Only the desktop app takes files by path: drop them into the page to upload them.');
}

/** Only as many bytes as the upload was opened for: a file that has grown is read up to its old size. */
async function* bytesOf(file: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { end: sizeBytes - 1, highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw cannotRead(file, error);
  }
}
