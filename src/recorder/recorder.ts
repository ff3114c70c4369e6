import { Worker } from 'node:worker_threads';
import { fromWire, HubError } from '../protocol/errors.ts';
import type { FrameContent, FramesPage, RecorderFailure, RecorderHealth } from '../protocol/frame-record.ts';
import type { RecorderKept, RecorderSettings } from '../protocol/recorder-settings.ts';
import type { FrameBatch } from './batch-layout.ts';
import { bytesOfBody, type ExchangeInput, type FrameInput, type SharedInput, type StreamInput } from './frame-input.ts';
import { FramePacker } from './frame-packer.ts';
import type {
  AskName,
  FramesQuery,
  FromRecorder,
  PurgeQuery,
  RecorderAsks,
  FrameTail,
  ToRecorder,
} from './messages.ts';
import { PendingAsks } from './pending-asks.ts';
import type { RecorderOptions } from './recorder-options.ts';
import { RecorderState } from './recorder-state.ts';
import { threadUrl } from './thread-url.ts';
import { WaitingBytes } from './waiting-bytes.ts';

/** How long frames wait to be handed over together, in ms: what a crash of the hub may lose, with the time of a write. */
const FLUSH_MS = 50;
const BATCH_ROWS = 2_048;
const BATCH_BYTES = 1024 * 1024;
/** Bytes that may wait for the thread; frames past the share of their key are dropped, and counted. */
const WAITING_BYTES = 48 * 1024 * 1024;

/**
 * The recorder, as the hub's loop sees it. What is recorded is packed into buffers ({@link FramePacker}) and handed to
 * a thread with a database of its own; nothing here waits for a disk. Until {@link Recorder.open} frames wait.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #prefix: string;
  readonly #packer: FramePacker;
  readonly #asked = new PendingAsks();
  readonly #state: RecorderState;
  readonly #tails = new Map<number, (tail: FrameTail) => void>();
  #worker: Worker | undefined;
  #exited: Promise<void> = Promise.resolve();
  #count = 0;
  #asks = 0;
  #timer: unknown;
  /** Batches that wait for the thread to be started. */
  #early: Extract<ToRecorder, { kind: 'batch' }>[] = [];
  readonly #waiting: WaitingBytes;
  /** The key whose the bytes are that are packed now. */
  #packing: string | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#state = new RecorderState(options.logger);
    this.#prefix = `frm_${options.launchId}_`;
    this.#packer = new FramePacker({
      rows: BATCH_ROWS,
      bytes: BATCH_BYTES,
      onRow: (usedBytes) => this.#waiting.add(this.#packing, usedBytes),
      onBatch: (batch, usedBytes) => this.#hand(batch, usedBytes),
    });
    this.#waiting = new WaitingBytes(options.waitingBytes ?? WAITING_BYTES);
  }

  /** How many frames have passed since the launch. */
  get count(): number {
    return this.#count;
  }

  get health(): RecorderHealth {
    return this.#state.health;
  }

  /** Calls back when {@link health} has changed; returns how to stop. */
  onHealth(listener: () => void): () => void {
    return this.#state.onHealth(listener);
  }

  /** The id of a frame of this launch. */
  idOf(n: number): string {
    return this.#prefix + String(n);
  }

  /**
   * Records a frame; answers its number.
   *
   * @param head of an exchange: the request's, its lines between CRLF
   * @param key whose share of what waits it takes: where the party is not known yet, whose it probably is
   */
  record(input: FrameInput, head?: string, key = input.party?.key): number {
    // A gap is recorded before the frame that ends it.
    const hasRoom = this.#hasRoom(input, key, bytesOfBody(input.body) + (head?.length ?? 0));
    const n = ++this.#count;
    if (hasRoom) {
      this.#packing = key;
      const { now, timers } = this.#options;
      this.#packer.frame(n, now(), timers.elapsed(), input, head);
      this.#arm();
    }
    return n;
  }

  /** Records that a message to many was written on one more stream; answers the frame's number. */
  recordShared(input: SharedInput, stream: StreamInput): number {
    const hasRoom = this.#hasRoom(input, undefined, bytesOfBody(input.body));
    const n = ++this.#count;
    this.#packing = undefined; // it is of many
    if (hasRoom && !this.#packer.another(n, input.body, stream)) {
      const { now, timers } = this.#options;
      this.#packer.first(n, now(), timers.elapsed(), input, stream);
      this.#arm();
    }
    return n;
  }

  /** Records what became known of an exchange. */
  update(input: ExchangeInput): void {
    const key = input.party?.key;
    const bytes = (input.body?.length ?? 0) + (input.answer?.length ?? 0) + (input.head?.length ?? 0);
    if (!this.#state.isTaking || !this.#waiting.hasRoom(key, bytes)) return;
    this.#packing = key;
    const { now, timers } = this.#options;
    this.#packer.exchange(now(), timers.elapsed(), input);
    this.#arm();
  }

  /** Starts the thread. Where it cannot record, the hub goes on without: see {@link health}. */
  open(): void {
    const { folder, launchId, now } = this.#options;
    const worker = new Worker(threadUrl(), { name: 'recorder' });
    this.#worker = worker;
    worker.on('message', (message: FromRecorder) => this.#take(message));
    worker.on('error', (error: Error) =>
      this.#over({ code: 'recorder_failed', message: `The recorder ended: ${error.message}` }),
    );
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.unref();
    this.#post({ kind: 'open', folder, launchId, at: now() });
    for (const early of this.#early) this.#post(early, [early.batch.numbers.buffer, early.batch.bytes.buffer]);
    this.#early = [];
  }

  /** Writes what is left and ends the thread. */
  async close(): Promise<void> {
    this.#options.timers.clearTimeout(this.#timer);
    this.#packer.flush();
    this.#state.end();
    this.#worker?.ref();
    this.#post({ kind: 'close' });
    await this.#exited;
    this.#asked.failAll(closed());
  }

  /** @throws HubError `storage_failed` where nothing is recorded, `hub_closed` */
  page(query: FramesQuery): Promise<FramesPage> {
    return this.#ask('page', query);
  }

  /** @throws HubError `gone`, `storage_failed` */
  get(frameId: string): Promise<FrameContent> {
    return this.#ask('get', { frameId });
  }

  /** Bodies of frames as texts: see {@link RecorderAsks}. @throws HubError `storage_failed` */
  bodies(frameIds: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#ask('bodies', { frameIds });
  }

  /** At most 1 MiB of a body from a byte on. @throws HubError `gone`, `not_found`, `storage_failed` */
  part(query: RecorderAsks['part']['query']): Promise<RecorderAsks['part']['answer']> {
    return this.#ask('part', query);
  }

  /** What is recorded and for how long; changes what is given. @throws HubError `storage_failed` */
  async settings(change: Partial<RecorderSettings> = {}): Promise<RecorderSettings> {
    const settings = await this.#ask('settings', change);
    this.#state.turn(settings.on);
    return settings;
  }

  /** What is kept, and what of it is past the limits: the settings', but for those given. Nothing is removed. */
  look(limits: Partial<RecorderSettings> = {}): Promise<RecorderKept> {
    return this.#ask('keep', { now: this.#options.now(), dryRun: true, limits });
  }

  /** Removes what is past the limits; answers what is left. @throws HubError `storage_failed` */
  keep(): Promise<RecorderKept> {
    return this.#ask('keep', { now: this.#options.now(), dryRun: false });
  }

  /** Keeps a frame, its pair and its exchange whatever their age, or no longer. @throws HubError `gone` */
  pin(frameId: string, on: boolean): Promise<void> {
    return this.#ask('pin', { frameId, on, at: this.#options.now() });
  }

  /** Removes what concerns something that is gone for good: see {@link PurgeQuery}. */
  purge(query: PurgeQuery): Promise<number> {
    return this.#ask('purge', query);
  }

  /** Calls back with frames that are added or change from now on; returns how to stop. */
  tail(query: Pick<FramesQuery, 'sessionId' | 'filter'>, listener: (tail: FrameTail) => void): () => void {
    const id = ++this.#asks;
    this.#packer.flush();
    this.#tails.set(id, listener);
    this.#post({ kind: 'tail', id, query });
    return () => {
      if (this.#tails.delete(id)) this.#post({ kind: 'tail', id, query: undefined });
    };
  }

  #ask<Name extends AskName>(name: Name, query: RecorderAsks[Name]['query']): Promise<RecorderAsks[Name]['answer']> {
    const { isOver, failure } = this.#state;
    if (isOver || !this.#worker) return Promise.reject(failure ? noRecorder(failure) : closed());
    this.#packer.flush();
    const id = ++this.#asks;
    const answer = this.#asked.add<Name>(id);
    this.#post({ kind: 'ask', id, name, query });
    return answer;
  }

  /** Whether a frame can be recorded. What cannot is counted, and is recorded as a gap once there is room again. */
  #hasRoom(input: Pick<FrameInput, 'sizeBytes'>, key: string | undefined, bytes: number): boolean {
    if (!this.#state.isTaking) return false;
    if (!this.#waiting.hasRoom(key, bytes)) {
      this.#state.drop(1, input.sizeBytes ?? 0);
      return false;
    }
    const { now, timers } = this.#options;
    const gap = this.#state.takeGap(timers.elapsed());
    if (gap) {
      this.#count += 1;
      this.#packing = undefined;
      this.#packer.gap(this.#count, now(), timers.elapsed(), gap);
    }
    return true;
  }

  #arm(): void {
    this.#timer ??= this.#options.timers.setTimeout(() => {
      this.#timer = undefined;
      this.#packer.flush();
    }, FLUSH_MS);
  }

  #hand(batch: FrameBatch, usedBytes: number): void {
    this.#waiting.hand();
    const message: ToRecorder = { kind: 'batch', batch, usedBytes };
    if (this.#worker) this.#post(message, [batch.numbers.buffer, batch.bytes.buffer]);
    else this.#early.push(message);
  }

  #post(message: ToRecorder, transfer: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #take(message: FromRecorder): void {
    switch (message.kind) {
      case 'opened':
        return this.#state.turn(message.settings.on);
      case 'refused':
        return this.#over(message.failure);
      case 'wrote':
        this.#waiting.giveBack();
        this.#packer.giveBack(message.spent);
        return this.#state.wrote();
      case 'failed':
        this.#waiting.giveBack();
        this.#packer.giveBack(message.spent);
        this.#state.drop(message.frames, message.usedBytes);
        return this.#state.fail(message.failure);
      case 'answer':
        return this.#asked.answer(message.id, message.answer);
      case 'unanswered':
        return this.#asked.fail(message.id, fromWire(message.error));
      case 'tail':
        this.#tails.get(message.id)?.({ frames: message.frames, skipped: message.skipped });
        return;
      default:
        message satisfies never;
    }
  }

  #over(failure: RecorderFailure): void {
    this.#state.end();
    this.#early = [];
    this.#asked.failAll(noRecorder(failure));
    this.#state.fail(failure);
  }
}

function noRecorder({ code, message }: RecorderFailure): HubError {
  return new HubError('storage_failed', message, { details: { code } });
}

function closed(): HubError {
  return new HubError('hub_closed', 'The hub is closing.');
}
