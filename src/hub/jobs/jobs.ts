import { jobKinds } from '../../jobs/kinds.ts';
import { parseInput, type AnyJobKind } from '../../jobs/job-kind.ts';
import { HubError } from '../../protocol/errors.ts';
import type { JobRecord, Page } from '../../protocol/records.ts';
import type { JobState } from '../../protocol/state.ts';
import type { Files } from '../files/files.ts';
import type { Hub, Told } from '../hub.ts';
import type { Origin } from '../rule.ts';
import { cancelJob, failJob, queueJob, requeueJob, retryJob, startJob, succeedJob } from '../rules/jobs.ts';
import { nameOf } from '../paths/path.ts';
import { findJob, listJobs, type JobListRequest } from './job-queries.ts';
import type { JobMessage } from './job-messages.ts';
import { checkedOutcome, timedOut, type CheckedOutcome } from './outcome.ts';
import type { Runner } from './runner.ts';
import { ThreadRunner } from './thread-runner.ts';

const KEPT_LINES = 200;
const LINE_LENGTH = 500;

export interface JobsOptions {
  readonly runner?: Runner;
  /** Default: all of them. */
  readonly kinds?: readonly AnyJobKind[];
}

export interface JobRequest {
  /** Name of a kind. */
  readonly kind: string;
  /** Id of a workspace. */
  readonly workspace: string;
  readonly path: string;
  /** The newest when left out. */
  readonly version?: number;
  /** The kind's own arguments. */
  readonly input?: Readonly<Record<string, unknown>>;
}

export interface JobWaitOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, message?: string) => void;
}

/** A job at work, or on its way out of it. */
interface Run {
  readonly job: JobState;
  readonly stop: AbortController;
  readonly startedAt: number;
  readonly log: string[];
  fraction: number;
}

/**
 * Long work: queued, then done by the {@link Runner}, its end in the log. What the hub's end cuts off is queued
 * again at the next start. Progress and log lines are ticks while it runs, the log's last lines are
 * in the event that ends it. Asking does not check roles: the caller must.
 */
export class Jobs {
  readonly #hub: Hub;
  readonly #files: Files;
  readonly #runner: Runner;
  readonly #kinds: ReadonlyMap<string, AnyJobKind>;
  readonly #runs = new Map<string, Run>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #stops: (() => void)[];
  #isClosed = false;

  constructor(hub: Hub, files: Files, { runner = new ThreadRunner(), kinds = jobKinds }: JobsOptions = {}) {
    this.#hub = hub;
    this.#files = files;
    this.#runner = runner;
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
    this.#stops = [
      hub.subscribe((batch) => this.#onEvents(batch)),
      hub.onStorage((storage) => {
        // What a failed write undid is not running any more, nor is what it queued.
        if (storage.status === 'ok') this.start();
        else this.#dropStale();
      }),
    ];
  }

  /** To be called after the hub's start: queues again what its end cut off, and begins. */
  start(): void {
    for (const job of [...this.#hub.state.jobs.values()]) {
      if (job.status === 'running' && !this.#runs.has(job.id))
        this.#hub.commit(requeueJob, { jobId: job.id }, causedBy(job));
    }
    this.#pump();
  }

  /**
   * Queues a job on a file's version. Answers when it is in the log.
   * @throws HubError `not_found` (kind, file or version), `invalid_argument`, `forbidden`, `too_large`, `conflict`
   */
  async queue(origin: Origin, { kind: name, input, ...file }: JobRequest): Promise<{ readonly jobId: string }> {
    const kind = this.#kinds.get(name);
    if (!kind) {
      const names = [...this.#kinds.keys()].join(', ');
      throw new HubError('not_found', `There is no kind of job called ${JSON.stringify(name)}; there is ${names}.`);
    }
    const parsed = parseInput(kind, input ?? {});
    if (parsed instanceof HubError) throw parsed;
    return this.#hub.execute(queueJob, { ...file, kind, input: parsed }, origin);
  }

  /** A job with its progress and log so far, or its end. `not_found`. */
  async get(jobId: string): Promise<JobRecord> {
    await this.#hub.durable();
    const job = findJob(this.#hub.reader, jobId);
    if (!job) throw new HubError('not_found', `There is no job ${jobId}; see job_list.`);
    return this.#live(job);
  }

  async list(request: JobListRequest = {}): Promise<Page<JobRecord>> {
    await this.#hub.durable();
    const page = listJobs(this.#hub.reader, request);
    return { ...page, items: page.items.map((job) => this.#live(job)) };
  }

  /** The job when it is over, or as it stands when the time is up. Rejects when `signal` aborts. */
  async wait(jobId: string, options: JobWaitOptions): Promise<JobRecord> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined); // it may be aborted before anybody waits for it
    const waiters = this.#waiters.get(jobId) ?? new Set();
    this.#waiters.set(jobId, waiters.add(resolve));
    const timer = this.#hub.timers.setTimeout(resolve, options.timeoutMs);
    const onAbort = (): void => reject(new HubError('cancelled', 'The wait was cancelled; the job goes on.'));
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted === true) onAbort();
    const stopTicks = this.#hub.onTick((tick) => {
      if (tick.type === 'job.progress' && tick.jobId === jobId) options.onProgress?.(tick.fraction, tick.message);
    });
    try {
      const job = await this.get(jobId);
      if (isOver(job)) return job;
      await promise;
      return await this.get(jobId);
    } finally {
      stopTicks();
      options.signal?.removeEventListener('abort', onAbort);
      this.#hub.timers.clearTimeout(timer);
      waiters.delete(resolve);
      if (waiters.size === 0) this.#waiters.delete(jobId);
    }
  }

  /** Ends a job that waits or runs, and its work with it. `conflict` when it is over, `not_found`. */
  async cancel(origin: Origin, jobId: string, reason: string): Promise<void> {
    if (!this.#hub.state.jobs.has(jobId)) await this.get(jobId);
    const log = this.#runs.get(jobId)?.log ?? [];
    await this.#hub.execute(cancelJob, { jobId, reason, log }, origin);
  }

  /** Queues a job that failed or was cancelled once more; it keeps its id. */
  async retry(origin: Origin, jobId: string): Promise<{ readonly jobId: string }> {
    return this.#hub.execute(retryJob, await this.get(jobId), origin);
  }

  /** Ends the work. What was worked on stays `running` in the log, and is queued at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    for (const waiters of this.#waiters.values()) for (const wake of waiters) wake();
    for (const run of this.#runs.values()) run.stop.abort();
    await Promise.allSettled(this.#ending);
    await this.#runner.close();
  }

  #pump(): void {
    if (this.#isClosed || this.#hub.storage.status !== 'ok') return;
    for (const job of this.#hub.state.jobs.values()) {
      if (this.#ending.size >= this.#runner.slots) return;
      if (job.status === 'queued') this.#begin(job);
    }
  }

  #begin(job: JobState): void {
    this.#hub.commit(startJob, { jobId: job.id }, causedBy(job));
    const run: Run = { job, stop: new AbortController(), startedAt: this.#hub.now(), log: [], fraction: 0 };
    this.#runs.set(job.id, run);
    const ended = this.#work(run)
      .catch((error: unknown) => this.#hub.logger?.error({ err: error, jobId: job.id }, 'A job could not be ended'))
      .finally(() => {
        this.#ending.delete(ended);
        if (this.#runs.get(job.id) === run) this.#runs.delete(job.id);
        this.#pump();
      });
    this.#ending.add(ended);
  }

  async #work(run: Run): Promise<void> {
    const { job } = run;
    const version = this.#hub.files.version(job.fileId, job.version);
    if (!version)
      return this.#end(run, { ok: false, code: 'gone', message: 'The file was purged before its turn came.' });
    const kind = this.#kinds.get(job.kind);
    if (!kind) return this.#end(run, { ok: false, code: 'gone', message: `This hub does no ${job.kind} any more.` });
    const release = this.#files.blobs.pin(version.sha256);
    let isLate = false;
    const timer = this.#hub.timers.setTimeout(() => {
      isLate = true;
      run.stop.abort();
    }, kind.limits.timeMs);
    try {
      const { sha256, sizeBytes, mime } = version;
      const file = { location: this.#files.blobs.pathOf(sha256), name: nameOf(job.path), sizeBytes, sha256, mime };
      const outcome = await this.#runner.run(
        { kind: job.kind, input: job.input ?? {}, file },
        {
          signal: run.stop.signal,
          memoryMiB: kind.limits.memoryMiB,
          onMessage: (message) => this.#onMessage(run, message),
        },
      );
      this.#end(run, isLate ? timedOut(kind) : checkedOutcome(kind, outcome));
    } finally {
      this.#hub.timers.clearTimeout(timer);
      release();
    }
  }

  /** Puts the end into the log, unless this run is over already: cancelled, undone, or the hub is closing. */
  #end(run: Run, outcome: CheckedOutcome): void {
    const { job, log } = run;
    const current = this.#hub.state.jobs.get(job.id);
    if (this.#isClosed || current?.status !== 'running' || current.queuedSeq !== job.queuedSeq) return;
    const ms = this.#hub.now() - run.startedAt;
    const end = { jobId: job.id, ms, log };
    if (outcome.ok) this.#hub.commit(succeedJob, { ...end, result: outcome.result }, causedBy(job));
    else this.#hub.commit(failJob, { ...end, code: outcome.code, message: outcome.message }, causedBy(job));
  }

  #onMessage(run: Run, message: JobMessage): void {
    const { id: jobId, workspace } = run.job;
    if (run.stop.signal.aborted) return;
    const at = this.#hub.now();
    if (message.kind === 'progress') {
      run.fraction = message.fraction;
      this.#hub.tick({
        type: 'job.progress',
        jobId,
        workspace,
        fraction: message.fraction,
        message: message.message,
        at,
      });
      return;
    }
    const line = message.line.slice(0, LINE_LENGTH);
    run.log.push(line);
    if (run.log.length > KEPT_LINES) run.log.shift();
    this.#hub.tick({ type: 'job.log', jobId, workspace, line, at });
  }

  #onEvents(batch: readonly Told[]): void {
    let isQueued = false;
    for (const { event } of batch) {
      switch (event.type) {
        case 'job.queued':
          isQueued = true;
          break;
        case 'job.cancelled':
          this.#runs.get(event.jobId)?.stop.abort();
          this.#wake(event.jobId);
          break;
        case 'job.succeeded':
        case 'job.failed':
          this.#wake(event.jobId);
          break;
        default:
      }
    }
    if (isQueued) this.#pump();
  }

  #wake(jobId: string): void {
    for (const wake of this.#waiters.get(jobId) ?? []) wake();
  }

  #dropStale(): void {
    for (const run of this.#runs.values()) {
      const current = this.#hub.state.jobs.get(run.job.id);
      if (current?.status !== 'running') run.stop.abort();
    }
  }

  #live(job: JobRecord): JobRecord {
    const run = this.#runs.get(job.id);
    if (job.status !== 'running' || !run || run.job.queuedSeq !== job.queuedSeq) return job;
    return { ...job, fraction: run.fraction, log: [...run.log] };
  }
}

function causedBy(job: JobState): Origin {
  return { actor: { kind: 'hub' }, cause: job.queuedSeq };
}

function isOver(job: JobRecord): boolean {
  return job.status !== 'queued' && job.status !== 'running';
}
