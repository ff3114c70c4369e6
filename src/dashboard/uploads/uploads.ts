import { createStore, type StoreApi } from 'zustand';
import type { HubError } from '../../protocol/errors.ts';
import type { LocalFile } from '../../protocol/local-file.ts';
import type { DroppedVersion } from '../receipts/drop-progress.ts';
import type { DroppedFile } from './dropped-files.ts';
import { localTransfer, type LocalUploadApi } from './local-transfer.ts';
import type { UploadReport, UploadTarget, UploadTransfer } from './upload-transfer.ts';
import { tusTransfer } from './tus-transfer.ts';

/** An upload of this page, or in the desktop app of a file on this machine's disk. */
export interface UploadItem {
  readonly id: number;
  readonly workspace: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly status: 'waiting' | 'sending' | 'done' | 'failed';
  /** Id of the upload that the hub reads from its disk. */
  readonly uploadId?: string;
  /** Why it failed. */
  readonly error?: HubError;
  /** The version that it made, once that was looked up. */
  readonly dropped?: DroppedVersion;
}

/** Bytes of a file that have arrived; `received` has those of files that the hub reads itself. */
export function sentBytesOf(item: UploadItem, received: ReadonlyMap<string, number>): number {
  const { status, uploadId, sentBytes } = item;
  return status === 'sending' && uploadId !== undefined ? (received.get(uploadId) ?? 0) : sentBytes;
}

export interface UploadsOptions {
  /** The tus endpoint, e.g. `http://127.0.0.1:7337/uploads`. */
  readonly endpoint: string;
  readonly hub: LocalUploadApi;
  /** Undefined while the hub can be reached; else settles when it can be again. */
  readonly untilLive: () => Promise<void> | undefined;
  /** How many files are sent at once. Default 3. */
  readonly atOnce?: number;
}

type TransferOf = (target: UploadTarget, report: UploadReport) => UploadTransfer;

/** Files that people drop: a few are sent at once, each resumes by itself after a broken connection. */
export class UploadQueue {
  /** Newest last; done ones stay until they are dismissed. */
  readonly store: StoreApi<{ readonly items: readonly UploadItem[] }> = createStore(() => ({
    items: [] as readonly UploadItem[],
  }));
  readonly #options: UploadsOptions;
  readonly #transfers = new Map<number, UploadTransfer>();
  readonly #makers = new Map<number, TransferOf>();
  #nextId = 1;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Queues files for a folder of a workspace (`''` is the top). A name that is there becomes a new version. */
  add(files: readonly DroppedFile[], workspace: string, folder = ''): void {
    const { endpoint } = this.#options;
    this.#queue(
      files.map(({ file, path }) => ({
        path,
        sizeBytes: file.size,
        transferOf: (target, report) => tusTransfer(file, target, endpoint, report),
      })),
      workspace,
      folder,
    );
  }

  /** Queues files of this machine, as {@link add} does those of the page. */
  addLocal(files: readonly LocalFile[], workspace: string, folder = ''): void {
    const { hub, untilLive } = this.#options;
    this.#queue(
      files.map((found) => ({
        path: found.path,
        sizeBytes: found.sizeBytes,
        transferOf: (target, report) => localTransfer(found, target, { hub, untilLive }, report),
      })),
      workspace,
      folder,
    );
  }

  /** Cancels an upload, or removes a finished one from the list. */
  async remove(id: number): Promise<void> {
    const transfer = this.#transfers.get(id);
    const item = this.#item(id);
    this.#transfers.delete(id);
    this.#makers.delete(id);
    this.store.setState(({ items }) => ({ items: items.filter((each) => each.id !== id) }));
    this.#next();
    if (item?.status !== 'done') await transfer?.cancel();
  }

  /** Tries a failed one again: a file of the page from where it stopped, a file on disk from the start. */
  retry(id: number): void {
    if (this.#item(id)?.status !== 'failed') return;
    this.#change(id, ({ error: _gone, uploadId: _old, ...item }) => ({ ...item, status: 'waiting' }));
    this.#next();
  }

  /** Sends a failed one to another path, as when its name has characters that nobody sees. */
  retryAs(id: number, path: string): void {
    const item = this.#item(id);
    const transferOf = this.#makers.get(id);
    if (item?.status !== 'failed' || !transferOf) return;
    this.#transfers.set(id, transferOf({ workspace: item.workspace, path }, this.#reportOf(id)));
    this.#change(id, (failed) => ({ ...failed, path }));
    this.retry(id);
  }

  /** Keeps which version a finished one made: later its path may have another. */
  noteDropped(id: number, dropped: DroppedVersion): void {
    this.#change(id, (item) => ({ ...item, dropped }));
  }

  /** Removes all finished ones from the list. */
  clearDone(): void {
    for (const { id, status } of this.store.getState().items) {
      if (status !== 'done') continue;
      this.#transfers.delete(id);
      this.#makers.delete(id);
    }
    this.store.setState(({ items }) => ({ items: items.filter(({ status }) => status !== 'done') }));
  }

  #queue(
    files: readonly { readonly path: string; readonly sizeBytes: number; readonly transferOf: TransferOf }[],
    workspace: string,
    folder: string,
  ): void {
    const added = files.map(({ path: below, sizeBytes, transferOf }): UploadItem => {
      const id = this.#nextId;
      this.#nextId += 1;
      const path = folder === '' ? below : `${folder}/${below}`;
      this.#makers.set(id, transferOf);
      this.#transfers.set(id, transferOf({ workspace, path }, this.#reportOf(id)));
      return { id, workspace, path, sizeBytes, sentBytes: 0, status: 'waiting' };
    });
    this.store.setState(({ items }) => ({ items: [...items, ...added] }));
    this.#next();
  }

  #reportOf(id: number): UploadReport {
    return {
      sent: (sentBytes) => this.#change(id, (item) => ({ ...item, sentBytes })),
      known: (uploadId) => this.#change(id, (item) => ({ ...item, uploadId })),
      done: () => {
        this.#change(id, (item) => ({ ...item, status: 'done', sentBytes: item.sizeBytes }));
        this.#next();
      },
      failed: (error) => {
        this.#change(id, (item) => ({ ...item, status: 'failed', error }));
        this.#next();
      },
    };
  }

  #next(): void {
    const { items } = this.store.getState();
    const busy = items.filter(({ status }) => status === 'sending').length;
    for (const item of items
      .filter(({ status }) => status === 'waiting')
      .slice(0, (this.#options.atOnce ?? 3) - busy)) {
      this.#send(item);
    }
  }

  #send({ id }: UploadItem): void {
    const transfer = this.#transfers.get(id);
    if (!transfer) return;
    this.#change(id, (item) => ({ ...item, status: 'sending' }));
    transfer.start();
  }

  #item(id: number): UploadItem | undefined {
    return this.store.getState().items.find((item) => item.id === id);
  }

  #change(id: number, to: (item: UploadItem) => UploadItem): void {
    this.store.setState(({ items }) => ({ items: items.map((item) => (item.id === id ? to(item) : item)) }));
  }
}
