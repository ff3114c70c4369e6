import { DetailedError, Upload } from 'tus-js-client';
import { createStore, type StoreApi } from 'zustand';
import { fromWire, HubError } from '../../protocol/errors.ts';
import type { DroppedFile } from './dropped-files.ts';

/** A file on its way from this page to the hub. */
export interface UploadItem {
  readonly id: number;
  readonly workspace: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly status: 'waiting' | 'sending' | 'done' | 'failed';
  /** Why it failed. */
  readonly error?: HubError;
}

export interface UploadsOptions {
  /** The tus endpoint, e.g. `http://127.0.0.1:7337/uploads`. */
  readonly endpoint: string;
  /** How many files are sent at once. Default 3. */
  readonly atOnce?: number;
}

interface Entry {
  readonly file: File;
  upload?: Upload;
}

/** Files that people drop: a few are sent at once, each resumes by itself after a broken connection. */
export class Uploads {
  /** Newest last; done ones stay until they are dismissed. */
  readonly store: StoreApi<{ readonly items: readonly UploadItem[] }> = createStore(() => ({
    items: [] as readonly UploadItem[],
  }));
  readonly #options: UploadsOptions;
  readonly #entries = new Map<number, Entry>();
  #nextId = 1;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Queues files for a folder of a workspace (`''` is the top). A name that is there becomes a new version. */
  add(files: readonly DroppedFile[], workspace: string, folder = ''): void {
    const added = files.map(({ file, path }): UploadItem => {
      const id = this.#nextId;
      this.#nextId += 1;
      this.#entries.set(id, { file });
      const target = folder === '' ? path : `${folder}/${path}`;
      return { id, workspace, path: target, sizeBytes: file.size, sentBytes: 0, status: 'waiting' };
    });
    this.store.setState(({ items }) => ({ items: [...items, ...added] }));
    this.#next();
  }

  /** Stops one and has the hub forget what it got of it; or takes a finished one off the list. */
  async remove(id: number): Promise<void> {
    const upload = this.#entries.get(id)?.upload;
    const item = this.#item(id);
    this.#entries.delete(id);
    this.store.setState(({ items }) => ({ items: items.filter((each) => each.id !== id) }));
    this.#next();
    if (upload && item?.status !== 'done') await upload.abort(true).catch(() => undefined); // it expires by itself
  }

  /** Sends a failed one again, from where it stopped. */
  retry(id: number): void {
    if (this.#item(id)?.status !== 'failed') return;
    this.#change(id, ({ error: _gone, ...item }) => ({ ...item, status: 'waiting' }));
    this.#next();
  }

  /** Takes all finished ones off the list. */
  clearDone(): void {
    for (const { id, status } of this.store.getState().items) if (status === 'done') this.#entries.delete(id);
    this.store.setState(({ items }) => ({ items: items.filter(({ status }) => status !== 'done') }));
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

  #send({ id, workspace, path }: UploadItem): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#change(id, (item) => ({ ...item, status: 'sending' }));
    entry.upload ??= new Upload(entry.file, {
      endpoint: this.#options.endpoint,
      metadata: { workspace, path, ...(entry.file.type === '' ? {} : { filetype: entry.file.type }) },
      retryDelays: [0, 500, 1_500, 4_000, 8_000],
      storeFingerprintForResuming: false,
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 423 || status >= 500; // all else is the hub's word
      },
      onProgress: (sentBytes) => this.#change(id, (item) => ({ ...item, sentBytes })),
      onSuccess: () => {
        this.#change(id, (item) => ({ ...item, status: 'done', sentBytes: item.sizeBytes }));
        this.#next();
      },
      onError: (error) => {
        this.#change(id, (item) => ({ ...item, status: 'failed', error: problemOf(error) }));
        this.#next();
      },
    });
    entry.upload.start();
  }

  #item(id: number): UploadItem | undefined {
    return this.store.getState().items.find((item) => item.id === id);
  }

  #change(id: number, to: (item: UploadItem) => UploadItem): void {
    this.store.setState(({ items }) => ({ items: items.map((item) => (item.id === id ? to(item) : item)) }));
  }
}

/** The hub's refusal out of an HTTP answer, or that there was none. */
function problemOf(error: Error): HubError {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
  if (!body) return new HubError('hub_closed', 'The connection broke and could not be made again. Try again.');
  try {
    const parsed: unknown = JSON.parse(body);
    return fromWire(typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : parsed);
  } catch {
    return new HubError('internal', body.slice(0, 200));
  }
}
