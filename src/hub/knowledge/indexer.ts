import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { FILE_TEXT } from '../../jobs/file-text/text-passage.ts';
import { HubError } from '../../protocol/errors.ts';
import type { Files } from '../files/files.ts';
import type { Hub, EncodedEvent } from '../hub.ts';
import type { JobOutcome } from '../jobs/job-messages.ts';
import type { Runner } from '../jobs/runner.ts';
import { logFile } from '../log/schema.ts';
import { nameOf } from '../paths/path.ts';
import { IndexClient } from './index-client.ts';
import { IndexNews } from './index-news.ts';
import type { IndexAsk, IndexAsks, IndexOutcome, IndexStatus, IndexTask } from './index-messages.ts';

/** Files that are read at the same time; one is read while another is written. */
const AT_ONCE = 2;
/** What reading one may take. */
const MOST_MS = 5 * 60_000;
const MEMORY_MIB = 1_024;
const MOST_TEXT_BYTES = 128 * 1024 * 1024;
/** A thread that was lost, and work that the disk did not take, is begun again after so long. */
const AGAIN_MS = 5_000;

/** Keeps the indexes of workspaces as the log's list of files is: has files read, and tells what is ready. */
export class Indexer {
  readonly #hub: Hub;
  readonly #files: Files;
  readonly #runner: Runner;
  readonly #folder: string;
  readonly #news: IndexNews;
  /** How the workspaces stand that are indexed; nothing until all of their files were looked at. */
  readonly #watched = new Map<string, IndexStatus | undefined>();
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Resolves when something has changed. */
  #moved = Promise.withResolvers<void>();
  #client: IndexClient;
  #isLost = false;
  /** Set while nothing is read until all files have been looked at again. */
  #again: unknown;

  constructor(hub: Hub, files: Files, runner: Runner) {
    this.#hub = hub;
    this.#files = files;
    this.#runner = runner;
    this.#folder = path.join(hub.dataDir, 'knowledge');
    this.#news = new IndexNews(hub);
    this.#client = this.#start();
  }

  /** How a workspace stands; undefined where it is not indexed, or not looked at yet. */
  statusOf(workspace: string): IndexStatus | undefined {
    return this.#watched.get(workspace);
  }

  ask<Name extends IndexAsk>(name: Name, query: IndexAsks[Name]['query']): Promise<IndexAsks[Name]['answer']> {
    return this.#client.ask(name, query);
  }

  /** Takes note of what happened: workspaces that were switched on or off, and files that changed. */
  follow(batch: readonly EncodedEvent[]): void {
    const changed = new Map<string, Set<string>>();
    for (const { event } of batch) {
      switch (event.type) {
        case 'file.written':
        case 'file.moved':
        case 'file.copied':
        case 'file.deleted':
        case 'file.restored': {
          if (!this.#watched.has(event.workspace)) break;
          const ids = changed.get(event.workspace) ?? new Set();
          changed.set(event.workspace, ids.add(event.fileId));
          break;
        }
        case 'workspace.updated':
          if (event.intelligence !== undefined) this.match();
          break;
        case 'workspace.deleted':
          this.match();
          break;
        default:
      }
    }
    const seq = batch.at(-1)?.event.seq ?? 0;
    for (const [workspace, ids] of changed) {
      this.#do('changed', { workspace, fileIds: [...ids], seq });
    }
  }

  /** Indexes the workspaces that are switched on, and forgets all others. */
  match(): void {
    const { workspaces } = this.#hub.state;
    for (const workspace of this.#watched.keys()) {
      if (workspaces.get(workspace)?.intelligence === true) continue;
      this.#watched.delete(workspace);
      this.#news.forget(workspace);
      this.#do('drop', { workspace });
    }
    for (const { id, intelligence } of workspaces.values()) {
      if (intelligence && !this.#watched.has(id)) this.#watch(id);
    }
  }

  /** Resolves once all that has happened so far is in the indexes. */
  async settled(): Promise<void> {
    for (;;) {
      await this.#hub.durable();
      // It is answered after all that was asked before.
      await this.#client.ask('totals', { workspace: '' });
      const isDone = this.#watched.values().every((status) => status?.files.queued === 0);
      if (this.#running.size === 0 && isDone) return;
      await this.#moved.promise;
    }
  }

  /** Ends it: what was being read is read again at the next start. */
  async close(): Promise<void> {
    this.#hub.timers.clearTimeout(this.#again);
    this.#stop.abort();
    this.#news.close();
    await Promise.allSettled(this.#running);
    await this.#client.close();
    await this.#runner.close();
    await rm(this.#incoming, { recursive: true, force: true });
  }

  get #incoming(): string {
    return path.join(this.#folder, 'incoming');
  }

  #start(): IndexClient {
    const on = this.#hub.state.workspaces.values().filter(({ intelligence }) => intelligence);
    return new IndexClient({
      folder: this.#folder,
      logFile: logFile(this.#hub.dataDir),
      workspaces: [...on.map(({ id }) => id)],
      onStatus: ({ workspace, status, settled }) => {
        if (!this.#watched.has(workspace)) return;
        this.#watched.set(workspace, status);
        this.#news.note(workspace, status, settled);
        this.#move();
        this.#pump();
      },
      onLost: (error) => {
        this.#isLost = true;
        this.#retry(error, 'The thread of the index ended; it is started again');
      },
    });
  }

  #watch(workspace: string): void {
    if (!this.#watched.has(workspace)) this.#watched.set(workspace, undefined);
    const { seq } = this.#hub.state;
    // The thread reads what is on disk.
    void this.#hub.durable(seq).then(
      () => this.#do('watch', { workspace, seq }),
      () => this.#retry(undefined, 'The index waits for the disk'),
    );
  }

  /** Asks for what must happen; where it fails, all files are looked at again after a while. */
  #do<Name extends 'watch' | 'drop' | 'changed'>(name: Name, query: IndexAsks[Name]['query']): void {
    this.#client.ask(name, query).catch((error: unknown) => {
      if (name !== 'drop') this.#retry(error, 'The index could not take note of changes; it looks again');
    });
  }

  /** Reads nothing for a while, then looks at all files again. */
  #retry(error: unknown, message: string): void {
    if (this.#stop.signal.aborted || this.#again !== undefined) return;
    this.#hub.logger?.warn({ err: error }, message);
    this.#again = this.#hub.timers.setTimeout(() => {
      this.#again = undefined;
      if (this.#isLost) {
        this.#isLost = false;
        this.#client = this.#start();
      }
      for (const workspace of this.#watched.keys()) this.#watch(workspace);
    }, AGAIN_MS);
  }

  /** Has files read as long as there are any. */
  #pump(): void {
    if (this.#again !== undefined) return;
    let queued = 0;
    for (const status of this.#watched.values()) queued += status?.files.queued ?? 0;
    while (!this.#stop.signal.aborted && this.#running.size < Math.min(AT_ONCE, queued)) {
      const one = this.#one()
        .catch((error: unknown) => {
          this.#retry(error, 'A file could not be indexed; it is tried again');
          return false;
        })
        .then((didRead) => {
          this.#running.delete(one);
          this.#move();
          if (didRead) this.#pump();
        });
      this.#running.add(one);
    }
  }

  #move(): void {
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }

  /** Reads the next file. @returns whether there was one */
  async #one(): Promise<boolean> {
    const client = this.#client;
    const task = await client.ask('next', {});
    if (!task) return false;
    const output = path.join(this.#incoming, randomBytes(12).toString('hex'));
    try {
      const outcome = await this.#read(task, output);
      if (outcome) await client.ask('store', { task, outcome });
      else await client.ask('release', { task });
    } catch (error) {
      await client.ask('release', { task }).catch(() => undefined); // it is lost with the thread
      throw error;
    } finally {
      await rm(output, { force: true });
    }
    return true;
  }

  /** Has a process read a file; nothing where that was broken off. */
  async #read(task: IndexTask, output: string): Promise<IndexOutcome | undefined> {
    const { sha256, sizeBytes, mime } = task;
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    const release = this.#files.blobs.pin(sha256);
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    this.#stop.signal.addEventListener('abort', abort, { once: true });
    let isLate = false;
    const timer = this.#hub.timers.setTimeout(() => {
      isLate = true;
      stop.abort();
    }, MOST_MS);
    try {
      const location = await this.#files.blobs.soundFile(sha256, sizeBytes);
      if (location instanceof HubError) return failed(location.message);
      if (this.#stop.signal.aborted) return undefined;
      const outcome = await this.#runner.run(
        {
          kind: FILE_TEXT,
          input: {},
          file: { location, name: nameOf(task.path), sizeBytes, sha256, mime },
          output: { location: output, maxBytes: MOST_TEXT_BYTES },
        },
        { signal: stop.signal, memoryMiB: MEMORY_MIB, onMessage: () => undefined },
      );
      if (this.#stop.signal.aborted) return undefined;
      return isLate ? failed(`Reading it took longer than ${MOST_MS / 60_000} minutes.`) : read(outcome, output);
    } finally {
      this.#hub.timers.clearTimeout(timer);
      this.#stop.signal.removeEventListener('abort', abort);
      release();
    }
  }
}

function read(outcome: JobOutcome, location: string): IndexOutcome {
  if (outcome.ok) return { ok: true, location };
  const isUnsupported = outcome.code === 'unsupported' || outcome.code === 'too_large';
  return { ok: false, state: isUnsupported ? 'unsupported' : 'failed', why: outcome.message };
}

function failed(why: string): IndexOutcome {
  return { ok: false, state: 'failed', why };
}
