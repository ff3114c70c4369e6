import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import type { UploadState } from '../../protocol/state.ts';
import type { Hub, Told } from '../hub.ts';
import type { Origin } from '../rule.ts';
import { cancelUpload, createUpload, finishUpload, isBegunBy } from '../rules/uploads.ts';
import type { CreateUploadCommand, OpenedUpload, UploadSource } from '../rules/uploads.ts';
import { abortable } from '../disk/abortable.ts';
import { checksumMismatch } from '../disk/blob-store.ts';
import { contentTypeOf, mediaType } from '../files/content-type.ts';
import { diskError } from '../disk/disk.ts';
import type { Files } from '../files/files.ts';
import { PartialFile } from '../disk/partial-file.ts';
import { pastUpload, type UploadStatus } from './past-uploads.ts';
import { alreadyFinished, notTheSender, offsetMismatch, tooLong } from './upload-errors.ts';

/** At least this long between two ticks of one upload. */
const TICK_EVERY_MS = 200;
/** An upload that is past its time and still receiving is looked at again so much later. */
const RECHECK_MS = 60_000;
/** While the disk refuses the end of an expired upload. */
const MIN_WAIT_MS = 1000;
const HUB: Origin = { actor: { kind: 'hub' } };

export type UploadCreateInput = CreateUploadCommand;

export interface AppendOptions {
  /** Who sends; whoever started the upload when omitted. */
  readonly origin?: Origin;
  readonly signal?: AbortSignal;
  /** What the file is said to come from. Default `upload`. */
  readonly source?: UploadSource;
  /** Of this piece alone: nothing of it is kept when it does not match. */
  readonly checksum?: { readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'; readonly base64: string };
}

/**
 * Contents that arrive piece by piece, over as many connections and launches of the hub as it takes.
 * When the last byte is in, the file is written and the upload finished in one commit. An upload
 * whose file cannot be written is cancelled, so that its sender hears of it and none waits for ever.
 */
export class Uploads {
  readonly #hub: Hub;
  readonly #files: Files;
  readonly #folder: string;
  readonly #parts = new Map<string, PartialFile>();
  /** Appends and finishes under way, at most one an upload. */
  readonly #busy = new Map<string, { readonly stop: AbortController; readonly done: Promise<unknown> }>();
  readonly #removals = new Set<Promise<void>>();
  readonly #unsubscribe: () => void;
  #expiryTimer: unknown;
  #isClosed = false;

  constructor(hub: Hub, files: Files) {
    this.#hub = hub;
    this.#files = files;
    this.#folder = join(hub.dataDir, 'uploads');
    this.#unsubscribe = hub.subscribe((batch) => this.#hear(batch));
  }

  /**
   * To be called once after the start: removes parts of uploads that are no longer open, and
   * finishes those whose last byte came in just before the hub ended.
   */
  async recover(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) {
      if (!this.#hub.state.uploads.has(name)) await rm(join(this.#folder, name), { force: true });
    }
    for (const upload of [...this.#hub.state.uploads.values()]) {
      if ((await this.#part(upload.id).sizeBytes()) < upload.sizeBytes) continue;
      // Not awaited: reading gigabytes back must not delay the start.
      void this.#exclusively(upload.id, () => this.#finish(upload, { actor: upload.startedBy })).catch(
        (error: unknown) => {
          this.#hub.logger?.warn({ err: error, uploadId: upload.id }, 'A complete upload could not become a file');
        },
      );
    }
    this.#watchExpiry();
  }

  /** Opens an upload. One of 0 bytes is finished at once, caused by what the opening was, or else by that. */
  async create(origin: Origin, input: UploadCreateInput, source?: UploadSource): Promise<OpenedUpload> {
    const { workspace, path, sizeBytes, lockId, fence } = input;
    const mime = mediaType(input.mime);
    const sha256 = input.sha256?.toLowerCase();
    await mkdir(this.#folder, { recursive: true }).catch(diskError);
    const upload = await this.#hub.execute(
      createUpload,
      { workspace, path, sizeBytes, sha256, mime, lockId, fence },
      origin,
    );
    this.#watchExpiry();
    if (sizeBytes === 0) {
      const caused = { cause: upload.seq, ...origin };
      await this.#exclusively(upload.id, () => this.#finish(upload, caused, source));
    }
    return upload;
  }

  /** How far an upload is; `gone` when it was cancelled or has expired, `not_found` when it never was. */
  async status(uploadId: string): Promise<UploadStatus> {
    const upload = this.#hub.state.uploads.get(uploadId);
    if (!upload) return this.#past(uploadId);
    const receivedBytes = await this.#part(uploadId).sizeBytes();
    if (receivedBytes < upload.sizeBytes) {
      await this.#hub.durable();
      return { upload, receivedBytes };
    }
    // All is there, so its sender will not send again: it must not be told before there is a file.
    const busy = this.#busy.get(uploadId);
    if (busy) await busy.done.catch(() => undefined); // what came of it is asked next
    else await this.#exclusively(uploadId, () => this.#finish(upload, { actor: upload.startedBy }));
    return this.#past(uploadId);
  }

  /** Ends an upload without a file and removes what came of it. `conflict` for one that has become a file. */
  async cancel(origin: Origin, uploadId: string, reason: string): Promise<void> {
    if (!this.#hub.state.uploads.has(uploadId)) {
      await this.#past(uploadId);
      throw alreadyFinished(uploadId);
    }
    await this.#hub.execute(cancelUpload, { uploadId, reason }, origin);
    await this.#discard(uploadId, reason);
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
    const sender = options.origin?.actor;
    if (sender?.kind === 'agent' && !isBegunBy(sender, upload)) throw notTheSender(uploadId);
    return this.#exclusively(uploadId, async (stop) => {
      const signal = options.signal ? AbortSignal.any([stop, options.signal]) : stop;
      const part = this.#part(uploadId);
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
              if (found !== checksum.base64) throw checksumMismatch(checksum.base64, found);
            },
          },
        }),
      });
      signal.throwIfAborted();
      if (receivedBytes === upload.sizeBytes) {
        await this.#finish(upload, options.origin ?? { actor: upload.startedBy }, options.source);
      }
      return receivedBytes;
    });
  }

  /** Breaks off what is arriving; it can be resumed after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    if (this.#expiryTimer !== undefined) this.#hub.timers.clearTimeout(this.#expiryTimer);
    const closed = new HubError('hub_closed', 'The hub is closing; resume the upload when it is back.');
    const busy = [...this.#busy.values()];
    for (const { stop } of busy) stop.abort(closed);
    await Promise.allSettled(busy.map(({ done }) => done));
    await Promise.all(this.#removals);
  }

  async #finish(upload: UploadState, origin: Origin, source: UploadSource = 'upload'): Promise<void> {
    try {
      const { file, sha256, sizeBytes, head } = await this.#part(upload.id).finish();
      if (upload.sha256 !== undefined && upload.sha256 !== sha256) throw checksumMismatch(upload.sha256, sha256);
      const mime = await contentTypeOf(head, upload.path, upload.mime);
      const staged = await this.#files.blobs.adopt({ file, sha256, sizeBytes, head });
      const command = { uploadId: upload.id, sha256, sizeBytes, mime, source };
      await this.#files.commitStaged(staged, () => this.#hub.execute(finishUpload, command, origin));
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
    await this.#forget(upload.id);
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
    await this.#hub.durable();
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

  #part(uploadId: string): PartialFile {
    let part = this.#parts.get(uploadId);
    if (!part) {
      part = new PartialFile(join(this.#folder, uploadId));
      this.#parts.set(uploadId, part);
    }
    return part;
  }

  #hear(batch: readonly Told[]): void {
    for (const { event } of batch) {
      if (event.type === 'upload.cancelled') void this.#discard(event.uploadId, event.reason);
      if (event.type === 'key.revoked') {
        this.#cancelAll(({ startedBy }) => startedBy.kind === 'agent' && startedBy.key === event.keyId, 'key_revoked');
      }
    }
  }

  #cancelAll(which: (upload: UploadState) => boolean, reason: string): void {
    for (const { id } of [...this.#hub.state.uploads.values()].filter(which)) {
      this.cancel(HUB, id, reason).catch((error: unknown) => {
        this.#hub.logger?.warn(
          { err: error, uploadId: id, reason },
          'An upload could not be cancelled; it will expire',
        );
      });
    }
  }

  async #discard(uploadId: string, reason: string): Promise<void> {
    const busy = this.#busy.get(uploadId);
    busy?.stop.abort(new HubError('gone', `Upload ${uploadId} was cancelled (${reason}).`, { details: { reason } }));
    await this.#forget(uploadId);
  }

  async #forget(uploadId: string): Promise<void> {
    this.#parts.delete(uploadId);
    // What cannot be removed now is removed at the next start.
    const removal = rm(join(this.#folder, uploadId), { force: true }).catch(() => undefined);
    this.#removals.add(removal);
    await removal;
    this.#removals.delete(removal);
  }

  #watchExpiry(): void {
    if (this.#isClosed) return;
    if (this.#expiryTimer !== undefined) this.#hub.timers.clearTimeout(this.#expiryTimer);
    this.#expiryTimer = undefined;
    const now = this.#hub.now();
    let next = Infinity;
    for (const { id, expiresAt } of this.#hub.state.uploads.values()) {
      next = Math.min(next, this.#busy.has(id) ? Math.max(expiresAt, now + RECHECK_MS) : expiresAt);
    }
    if (next === Infinity) return;
    // Timers cannot wait longer than 2^31 ms.
    const waitMs = Math.min(Math.max(MIN_WAIT_MS, next - now), 2 ** 31 - 1);
    this.#expiryTimer = this.#hub.timers.setTimeout(() => {
      this.#cancelAll(({ id, expiresAt }) => expiresAt <= this.#hub.now() && !this.#busy.has(id), 'expired');
      this.#watchExpiry();
    }, waitMs);
  }
}
