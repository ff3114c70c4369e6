import { HubError } from '../../protocol/errors.ts';
import type { FileRecord } from '../../protocol/records.ts';
import type { UploadState } from '../../protocol/state.ts';
import type { Hub, EncodedEvent } from '../hub.ts';
import { HUB, type Origin } from '../rule.ts';
import type { Committed } from '../store/applied.ts';
import { FollowUps } from '../store/follow-ups.ts';
import { cancelUpload, createUpload, finishUpload, mustBeSender } from '../rules/uploads.ts';
import type { CreateUploadCommand, OpenedUpload, UploadSource } from '../rules/uploads.ts';
import { abortable } from '../disk/abortable.ts';
import { checksumMismatch } from '../disk/checked-content.ts';
import { contentTypeOf, mediaType } from '../files/content-type.ts';
import type { Files } from '../files/files.ts';
import { UploadExpiry } from './upload-expiry.ts';
import { UploadParts } from './upload-parts.ts';
import { pastUpload, type UploadStatus, workspaceOfUpload } from './past-uploads.ts';
import { alreadyFinished, offsetMismatch, tooLong } from './upload-errors.ts';

/** At least this long between two ticks of one upload. */
const TICK_EVERY_MS = 200;

export type UploadCreateInput = CreateUploadCommand;

export interface AppendOptions {
  /** The sender; by default the actor that began the upload. */
  readonly origin?: Origin;
  readonly signal?: AbortSignal;
  /** Checksum of this piece alone; if it does not match, nothing of the piece is kept. */
  readonly checksum?: { readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'; readonly base64: string };
}

/**
 * Contents that arrive in pieces, over any number of connections and restarts. With the last byte the file is
 * written and the upload finished in one commit. If the file cannot be written, the upload is cancelled, so
 * that its sender learns of it.
 */
export class Uploads {
  readonly #hub: Hub;
  readonly #files: Files;
  readonly #parts: UploadParts;
  /** Appends and finishes under way, at most one an upload. */
  readonly #busy = new Map<string, { readonly stop: AbortController; readonly done: Promise<unknown> }>();
  readonly #followUps = new FollowUps();
  readonly #expiry: UploadExpiry;
  readonly #unsubscribe: () => void;
  #isClosed = false;

  constructor(hub: Hub, files: Files) {
    this.#hub = hub;
    this.#files = files;
    this.#parts = new UploadParts(hub.dataDir);
    this.#expiry = new UploadExpiry({
      hub,
      isBusy: (uploadId) => this.#busy.has(uploadId),
      expire: (uploadId) => this.#end(uploadId, 'expired'),
    });
    this.#unsubscribe = hub.subscribe((batch) => this.#onEvents(batch));
  }

  /**
   * Call once after the start: removes parts of uploads that are no longer open, and finishes those whose
   * last byte came just before the hub ended.
   */
  async recover(): Promise<void> {
    await this.#parts.makeFolder();
    await this.#parts.sweep((uploadId) => this.#hub.state.uploads.has(uploadId));
    for (const upload of [...this.#hub.state.uploads.values()]) {
      if ((await this.#parts.of(upload.id).sizeBytes()) < upload.sizeBytes) continue;
      // Not awaited: reading gigabytes back must not delay the start.
      void this.#exclusively(upload.id, () => this.#finish(upload, { actor: upload.startedBy })).catch(
        (error: unknown) => {
          this.#hub.logger?.warn({ err: error, uploadId: upload.id }, 'A complete upload could not become a file');
        },
      );
    }
    this.#expiry.changed();
  }

  /** {@link commitCreate}, answered once it is on disk. */
  create(origin: Origin, input: UploadCreateInput): Promise<OpenedUpload> {
    return this.#hub.durably(() => this.commitCreate(origin, input));
  }

  /** Opens an upload. One of 0 bytes is finished at once; its cause is that of the opening, or the opening itself. */
  async commitCreate(origin: Origin, input: UploadCreateInput): Promise<Committed<OpenedUpload>> {
    const { workspace, path, sizeBytes, lockId, fence, source } = input;
    const mime = mediaType(input.mime);
    const sha256 = input.sha256?.toLowerCase();
    await this.#parts.makeFolder();
    const command = { workspace, path, sizeBytes, sha256, mime, lockId, fence, source };
    const opened = this.#hub.commit(createUpload, command, origin);
    this.#expiry.changed();
    if (sizeBytes > 0) return opened;
    const { answer: upload, durable } = opened;
    const caused = { cause: upload.seq, ...origin };
    try {
      const finished = await this.#exclusively(upload.id, () => this.#commitFinish(upload, caused));
      return { ...finished, answer: upload };
    } catch (error) {
      await durable; // an upload that the disk has lost cannot be finished: throw that error
      throw error;
    }
  }

  /**
   * Keeps what the sender says of an upload, until that ends, for who asks for it again. One that the disk does not
   * take is only not given back.
   */
  async keepMetadata(uploadId: string, text: string): Promise<void> {
    if (this.#hub.state.uploads.has(uploadId)) await this.#parts.keepMetadata(uploadId, text);
  }

  /** What {@link keepMetadata} keeps; undefined where there is nothing. */
  metadataOf(uploadId: string): Promise<string | undefined> {
    return this.#parts.metadataOf(uploadId);
  }

  /** How far an upload is; `gone` when it was cancelled or has expired, `not_found` when it never was. */
  async status(uploadId: string): Promise<UploadStatus> {
    const upload = this.#hub.state.uploads.get(uploadId);
    if (!upload) return this.#past(uploadId);
    const receivedBytes = await this.#parts.of(uploadId).sizeBytes();
    if (receivedBytes < upload.sizeBytes) {
      await this.#hub.durable(this.#hub.changedSeq);
      return { upload, receivedBytes };
    }
    // All bytes are there, so the sender will not send again: answer only when there is a file.
    const busy = this.#busy.get(uploadId);
    if (busy) await busy.done.catch(() => undefined); // its outcome is read next
    else await this.#exclusively(uploadId, () => this.#finish(upload, { actor: upload.startedBy }));
    return this.#past(uploadId);
  }

  /** Id of the workspace of an upload, over or not; undefined where there is no such upload. Reads nothing else of it. */
  async workspaceOf(uploadId: string): Promise<string | undefined> {
    await this.#hub.durable(this.#hub.changedSeq);
    return this.#hub.state.uploads.get(uploadId)?.workspace ?? workspaceOfUpload(this.#hub.reader, uploadId);
  }

  /** {@link commitCancel}, answered once it is on disk and what came of the upload is removed. */
  async cancel(origin: Origin, uploadId: string, reason: string): Promise<void> {
    await this.#hub.durably(() => this.commitCancel(origin, uploadId, reason));
  }

  /** Ends an upload without a file. `conflict` if it has become a file. */
  async commitCancel(origin: Origin, uploadId: string, reason: string): Promise<Committed<void>> {
    if (!this.#hub.state.uploads.has(uploadId)) {
      await this.#past(uploadId);
      throw alreadyFinished(uploadId);
    }
    return this.#followUps.after(this.#hub.commit(cancelUpload, { uploadId, reason }, origin), () =>
      this.#discard(uploadId, reason),
    );
  }

  /**
   * Adds a piece at `offset` and answers how many bytes there are now. When `content` breaks off,
   * what has arrived stays. `offset_mismatch` (with the right offset in its details), `too_large`,
   * `checksum_mismatch`, `forbidden` for another key than began it, `conflict` when another piece is arriving; and at the last byte whatever
   * writing the file may refuse.
   */
  async append(
    uploadId: string,
    offset: number,
    content: AsyncIterable<Uint8Array>,
    options: AppendOptions = {},
  ): Promise<number> {
    const upload = this.#hub.state.uploads.get(uploadId);
    if (!upload) return (await this.#past(uploadId)).receivedBytes;
    const refused = options.origin && mustBeSender(options.origin.actor, upload);
    if (refused) throw refused;
    return this.#exclusively(uploadId, async (stop) => {
      const signal = options.signal ? AbortSignal.any([stop, options.signal]) : stop;
      const part = this.#parts.of(uploadId);
      const there = await part.sizeBytes();
      if (offset !== there) throw offsetMismatch(offset, there);
      const { checksum } = options;
      const receivedBytes = await part.append(abortable(content, signal), {
        check: (received, chunk) => {
          if (received + chunk > upload.sizeBytes) throw tooLong(upload);
        },
        wrote: this.#ticker(upload),
        ...(checksum && {
          verify: {
            algorithm: checksum.algorithm,
            check: (found: string) => {
              if (found !== checksum.base64) throw checksumMismatch(checksum.base64, found, checksum.algorithm);
            },
          },
        }),
      });
      signal.throwIfAborted();
      if (receivedBytes === upload.sizeBytes) {
        await this.#finish(upload, options.origin ?? { actor: upload.startedBy });
      }
      return receivedBytes;
    });
  }

  /** Breaks off pieces that are arriving; their uploads can be resumed after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#expiry.close();
    const closed = new HubError('hub_closed', 'The hub is closing; resume the upload when it is back.');
    const busy = [...this.#busy.values()];
    for (const { stop } of busy) stop.abort(closed);
    await Promise.allSettled(busy.map(({ done }) => done));
    await this.#followUps.done();
    await this.#parts.close();
  }

  async #finish(upload: UploadState, origin: Origin): Promise<void> {
    const { durable } = await this.#commitFinish(upload, origin);
    await durable;
  }

  async #commitFinish(upload: UploadState, origin: Origin): Promise<Committed<FileRecord>> {
    try {
      const { file, sha256, sizeBytes, head } = await this.#parts.of(upload.id).finish();
      if (upload.sha256 !== undefined && upload.sha256 !== sha256) throw checksumMismatch(upload.sha256, sha256);
      const mime = await contentTypeOf(head, upload.path, upload.mime);
      const staged = await this.#files.blobs.adopt({ file, sha256, sizeBytes, head });
      const source: UploadSource = upload.source ?? 'upload';
      const command = { uploadId: upload.id, sha256, sizeBytes, mime, source };
      const committed = await this.#files.changes.commitStaged(staged, async () =>
        this.#hub.commit(finishUpload, command, origin),
      );
      return this.#followUps.after(committed, () => this.#parts.remove(upload.id));
    } catch (error) {
      if (
        error instanceof HubError &&
        !['storage_failed', 'hub_closed'].includes(error.code) &&
        this.#hub.state.uploads.has(upload.id)
      ) {
        await this.#hub.execute(cancelUpload, { uploadId: upload.id, reason: error.code }, HUB);
      }
      throw error;
    }
  }

  async #exclusively<T>(uploadId: string, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new HubError('hub_closed', 'The hub is closing; resume the upload when it is back.');
    if (this.#busy.has(uploadId)) {
      throw new HubError('conflict', `Another request is sending to upload ${uploadId}; wait for its end.`, {
        retryAfterMs: 1000,
      });
    }
    const stop = new AbortController();
    const done = work(stop.signal);
    this.#busy.set(uploadId, { stop, done });
    try {
      return await done;
    } finally {
      this.#busy.delete(uploadId);
    }
  }

  async #past(uploadId: string): Promise<UploadStatus> {
    await this.#hub.durable(this.#hub.changedSeq);
    return pastUpload(this.#hub.reader, uploadId);
  }

  #ticker({ id: uploadId, workspace, sizeBytes }: UploadState): (receivedBytes: number) => void {
    let next = 0;
    return (receivedBytes) => {
      const at = this.#hub.now();
      if (at < next && receivedBytes < sizeBytes) return;
      next = at + TICK_EVERY_MS;
      this.#hub.tick({ type: 'upload.progress', uploadId, workspace, receivedBytes, at });
    };
  }

  #onEvents(batch: readonly EncodedEvent[]): void {
    for (const { event } of batch) {
      if (event.type === 'hub.clock_stepped') this.#expiry.changed(); // uploads end by the clock
      if (event.type === 'upload.cancelled') void this.#discard(event.uploadId, event.reason);
      if (event.type === 'key.revoked') {
        const orphaned = [...this.#hub.state.uploads.values()].filter(
          ({ startedBy }) => startedBy.kind === 'agent' && startedBy.key === event.keyId,
        );
        for (const { id } of orphaned) this.#end(id, 'key_revoked');
      }
    }
  }

  /** Ends an upload that its sender did not end. */
  #end(uploadId: string, reason: string): void {
    this.cancel(HUB, uploadId, reason).catch((error: unknown) => {
      this.#hub.logger?.warn({ err: error, uploadId, reason }, 'An upload could not be cancelled; it will expire');
    });
  }

  async #discard(uploadId: string, reason: string): Promise<void> {
    const busy = this.#busy.get(uploadId);
    busy?.stop.abort(new HubError('gone', `Upload ${uploadId} was cancelled (${reason}).`, { details: { reason } }));
    await this.#parts.remove(uploadId);
  }
}
