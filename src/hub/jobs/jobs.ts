import { parseInput } from '../../jobs/job-kind.ts';
import { HubError } from '../../protocol/errors.ts';
import type { JobPriority } from '../../protocol/events/jobs.ts';
import type { JobRecord, Page } from '../../protocol/records.ts';
import type { Files } from '../files/files.ts';
import type { Hub, EncodedEvent } from '../hub.ts';
import type { Origin } from '../rule.ts';
import { cancelJob, noJob, queueJob, requeueJob, retryJob } from '../rules/jobs.ts';
import type { WriteConditions } from '../rules/write-guard.ts';
import type { Committed } from '../store/applied.ts';
import { splitJob } from '../log/projections/split-job.ts';
import { findJob, findWorkspaceOfJob, listJobs, type JobListRequest } from './job-queries.ts';
import { causedBy, RunningJobs, type RunningJobsOptions } from './running-jobs.ts';

export interface JobRequest {
  /** Name of a kind. */
  readonly kind: string;
  /** Id of a workspace. */
  readonly workspace: string;
  /** Of the file or folder that it works on; left out for a kind that works on none. */
  readonly path?: string;
  /** The newest when left out. */
  readonly version?: number;
  /** The kind's own arguments. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Where the file goes that it writes; a folder where it ends with a slash. Default: where its kind puts it. */
  readonly into?: string;
  /** Of the write of that file. */
  readonly conditions?: WriteConditions;
  readonly priority?: JobPriority;
}

export interface JobWaitOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, message?: string) => void;
}

/**
 * Long work: queued, then done in a process of its own, its end in the log. What the hub's end cuts off is queued
 * again at the next start. Progress and log lines are ticks while it runs, the log's last lines are
 * in the event that ends it. Asking does not check roles: the caller must.
 */
export class Jobs {
  readonly #hub: Hub;
  readonly #running: RunningJobs;
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #stops: (() => void)[];

  constructor(hub: Hub, files: Files, options: RunningJobsOptions = {}) {
    this.#hub = hub;
    this.#running = new RunningJobs(hub, files, options);
    this.#stops = [
      hub.subscribe((batch) => this.#onEvents(batch)),
      hub.onStorage((storage) => {
        // What a failed write undid is not running any more, nor is what it queued.
        if (storage.status === 'ok') this.start();
        else this.#running.dropStale();
      }),
    ];
  }

  /** To be called after the hub's start: queues again what its end cut off, and begins. */
  start(): void {
    for (const job of [...this.#hub.state.jobs.values()]) {
      if (job.status === 'running' && !this.#running.has(job.id))
        this.#hub.commit(requeueJob, { jobId: job.id }, causedBy(job));
    }
    this.#running.pump();
  }

  /** {@link commitQueue}, answered once it is on disk. */
  queue(origin: Origin, request: JobRequest): Promise<{ readonly jobId: string }> {
    return this.#hub.durably(() => this.commitQueue(origin, request));
  }

  /**
   * Queues a job, on a file's version or a folder where its kind works on one.
   * @throws HubError `not_found` (kind, file or version), `invalid_argument`, `forbidden`, `too_large`, `conflict`
   */
  commitQueue(origin: Origin, { kind: name, input, ...file }: JobRequest): Committed<{ readonly jobId: string }> {
    const kind = this.#running.kind(name);
    if (!kind) {
      const names = this.#running.kindNames.join(', ');
      throw new HubError('not_found', `There is no kind of job called ${JSON.stringify(name)}; there is ${names}.`);
    }
    const parsed = parseInput(kind, input ?? {});
    if (parsed instanceof HubError) throw parsed;
    return this.#hub.commit(queueJob, { ...file, kind, input: parsed }, origin);
  }

  /** A job with its progress and log so far, or its end. `not_found`. */
  async get(jobId: string): Promise<JobRecord> {
    await this.#hub.durable(this.#hub.changedSeq);
    return this.onDisk(jobId);
  }

  /** Id of the workspace of a job, over or not; undefined where there is no such job. Reads nothing else of it. */
  async workspaceOf(jobId: string): Promise<string | undefined> {
    await this.#hub.durable(this.#hub.changedSeq);
    return findWorkspaceOfJob(this.#hub.reader, jobId);
  }

  /** {@link get} for a caller that has waited for the disk itself: the job as it is there by now. */
  onDisk(jobId: string): JobRecord {
    const job = findJob(this.#hub.reader, jobId);
    if (!job) throw noJob(jobId);
    return this.#running.live(job);
  }

  /** A page of jobs, the last queued first; of finished ones result and log are cut short, of running ones the log. */
  async list({ fits, ...request }: JobListRequest = {}): Promise<Page<JobRecord>> {
    await this.#hub.durable(this.#hub.changedSeq);
    const live = (job: JobRecord): JobRecord => splitJob(this.#running.live(job)).record;
    const page = listJobs(this.#hub.reader, { ...request, ...(fits && { fits: (job) => fits(live(job)) }) });
    return { ...page, items: page.items.map(live) };
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

  /** {@link commitCancel}, answered once it is on disk. */
  cancel(origin: Origin, jobId: string, reason: string): Promise<void> {
    return this.#hub.durably(() => this.commitCancel(origin, jobId, reason));
  }

  /** Ends a job that waits or runs, and its work with it. `conflict` when it is over, `not_found`. */
  async commitCancel(origin: Origin, jobId: string, reason: string): Promise<Committed<void>> {
    if (!this.#hub.state.jobs.has(jobId)) await this.get(jobId);
    const log = this.#running.logOf(jobId);
    return this.#hub.commit(cancelJob, { jobId, reason, log }, origin);
  }

  /** {@link commitRetry}, answered once it is on disk. */
  retry(origin: Origin, jobId: string): Promise<{ readonly jobId: string }> {
    return this.#hub.durably(() => this.commitRetry(origin, jobId));
  }

  /** Queues a job that failed or was cancelled once more; it keeps its id. Its end is read from the disk first. */
  async commitRetry(origin: Origin, jobId: string): Promise<Committed<{ readonly jobId: string }>> {
    return this.#hub.commit(retryJob, await this.get(jobId), origin);
  }

  /** Ends the work. What was worked on stays `running` in the log, and is queued at the next start. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    for (const waiters of this.#waiters.values()) for (const wake of waiters) wake();
    await this.#running.close();
  }

  #onEvents(batch: readonly EncodedEvent[]): void {
    let isQueued = false;
    for (const { event } of batch) {
      switch (event.type) {
        case 'job.queued':
          isQueued = true;
          break;
        case 'job.cancelled':
          this.#running.stop(event.jobId);
          this.#wake(event.jobId);
          break;
        case 'job.succeeded':
        case 'job.failed':
          this.#wake(event.jobId);
          break;
        default:
      }
    }
    if (isQueued) this.#running.pump();
  }

  #wake(jobId: string): void {
    for (const wake of this.#waiters.get(jobId) ?? []) wake();
  }
}

function isOver(job: JobRecord): boolean {
  return job.status !== 'queued' && job.status !== 'running';
}
