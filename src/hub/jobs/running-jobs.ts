import { jobKinds } from '../../jobs/kinds.ts';
import type { AnyJobKind } from '../../jobs/job-kind.ts';
import type { JobRecord } from '../../protocol/records.ts';
import type { JobState } from '../../protocol/state.ts';
import type { Files } from '../files/files.ts';
import type { Hub } from '../hub.ts';
import { nameOf } from '../paths/path.ts';
import { HUB, type Origin } from '../rule.ts';
import { failJob, startJob, succeedJob } from '../rules/jobs.ts';
import type { JobMessage } from './job-messages.ts';
import { checkedOutcome, tooMuchOutput, timedOut, type CheckedOutcome, type Failure } from './outcome.ts';
import { ProcessRunner } from './process-runner.ts';
import type { Runner } from './runner.ts';
import { Turns } from './turns.ts';

/** Of a job's log, the last lines are kept, each up to so long. */
const KEPT_LINES = 200;
const LINE_LENGTH = 500;

export interface RunningJobsOptions {
  /** Default: processes on the Node that runs the hub. */
  readonly runner?: Runner;
  /** Default: all of them. */
  readonly kinds?: readonly AnyJobKind[];
}

/** A job at work, or on its way out of it. */
interface Run {
  readonly job: JobState;
  readonly stop: AbortController;
  readonly startedAt: number;
  readonly log: string[];
  fraction: number;
  /** Of what it logged so far, in characters. */
  logged: number;
  /** Why the hub ended it, where it was the hub. */
  failure?: Failure;
}

/** Begins queued jobs as slots and turns allow, and puts their end into the log. */
export class RunningJobs {
  readonly #hub: Hub;
  readonly #files: Files;
  readonly #runner: Runner;
  readonly #kinds: ReadonlyMap<string, AnyJobKind>;
  readonly #turns: Turns;
  readonly #runs = new Map<string, Run>();
  readonly #ending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(hub: Hub, files: Files, { runner = new ProcessRunner(), kinds = jobKinds }: RunningJobsOptions) {
    this.#hub = hub;
    this.#files = files;
    this.#runner = runner;
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
    this.#turns = new Turns({
      slots: runner.slots,
      atOnce: (kind) => this.#kinds.get(kind)?.limits.atOnce ?? 1,
    });
  }

  kind(name: string): AnyJobKind | undefined {
    return this.#kinds.get(name);
  }

  get kindNames(): readonly string[] {
    return [...this.#kinds.keys()];
  }

  /** Begins what may begin. */
  pump(): void {
    while (!this.#isClosed && this.#hub.storage.status === 'ok' && this.#ending.size < this.#runner.slots) {
      const job = this.#turns.next(this.#hub.state.jobs.values());
      if (!job) return;
      this.#turns.begin(job);
      this.#begin(job);
    }
  }

  has(jobId: string): boolean {
    return this.#runs.has(jobId);
  }

  /** What a job logged so far. */
  logOf(jobId: string): readonly string[] {
    return this.#runs.get(jobId)?.log ?? [];
  }

  /** Ends a job's work; its end is in the log already. */
  stop(jobId: string): void {
    this.#runs.get(jobId)?.stop.abort();
  }

  /** Ends work on what is not running any more: a failed write undid it. */
  dropStale(): void {
    for (const run of this.#runs.values()) {
      const current = this.#hub.state.jobs.get(run.job.id);
      if (current?.status !== 'running') run.stop.abort();
    }
  }

  /** A job as the log has it, with its progress and log so far while it runs. */
  live(job: JobRecord): JobRecord {
    const run = this.#runs.get(job.id);
    if (job.status !== 'running' || !run || run.job.queuedSeq !== job.queuedSeq) return job;
    return { ...job, fraction: run.fraction, log: [...run.log] };
  }

  /** Ends all work, and begins no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const run of this.#runs.values()) run.stop.abort();
    await Promise.allSettled(this.#ending);
    await this.#runner.close();
  }

  #begin(job: JobState): void {
    this.#hub.commit(startJob, { jobId: job.id }, causedBy(job));
    const startedAt = this.#hub.timers.elapsed();
    const run: Run = { job, stop: new AbortController(), startedAt, log: [], fraction: 0, logged: 0 };
    this.#runs.set(job.id, run);
    const ended = this.#work(run)
      .catch((error: unknown) => this.#hub.logger?.error({ err: error, jobId: job.id }, 'A job could not be ended'))
      .finally(() => {
        this.#ending.delete(ended);
        if (this.#runs.get(job.id) === run) this.#runs.delete(job.id);
        this.pump();
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
    const timer = this.#hub.timers.setTimeout(() => this.#fail(run, timedOut(kind)), kind.limits.timeMs);
    try {
      const { sha256, sizeBytes, mime } = version;
      const location = await this.#files.blobs.soundFile(sha256, sizeBytes);
      if (typeof location !== 'string')
        return this.#end(run, { ok: false, code: location.code, message: location.message });
      // Cancelled, too slow, or the hub is closing: a process that is begun now would not be ended.
      if (run.stop.signal.aborted) return run.failure && this.#end(run, run.failure);
      const file = { location, name: nameOf(job.path), sizeBytes, sha256, mime };
      const outcome = await this.#runner.run(
        { kind: job.kind, input: job.input ?? {}, file },
        {
          signal: run.stop.signal,
          memoryMiB: kind.limits.memoryMiB,
          onMessage: (message) => this.#onMessage(run, kind, message),
        },
      );
      this.#end(run, run.failure ?? checkedOutcome(kind, outcome));
    } finally {
      this.#hub.timers.clearTimeout(timer);
      release();
    }
  }

  /** Ends a job's work for what it did; that comes to the log once the work has ended. */
  #fail(run: Run, failure: Failure): void {
    run.failure ??= failure;
    run.stop.abort();
  }

  /** Puts the end into the log, unless this run is over already: cancelled, undone, or the hub is closing. */
  #end(run: Run, outcome: CheckedOutcome): void {
    const { job, log } = run;
    const current = this.#hub.state.jobs.get(job.id);
    if (this.#isClosed || current?.status !== 'running' || current.queuedSeq !== job.queuedSeq) return;
    const ms = Math.round(this.#hub.timers.elapsed() - run.startedAt);
    const end = { jobId: job.id, ms, log };
    if (outcome.ok) this.#hub.commit(succeedJob, { ...end, result: outcome.result }, causedBy(job));
    else this.#hub.commit(failJob, { ...end, code: outcome.code, message: outcome.message }, causedBy(job));
  }

  #onMessage(run: Run, kind: AnyJobKind, message: JobMessage): void {
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
    run.logged += message.line.length;
    if (run.logged > kind.limits.outputBytes) return this.#fail(run, tooMuchOutput(kind));
    const line = message.line.slice(0, LINE_LENGTH);
    run.log.push(line);
    if (run.log.length > KEPT_LINES) run.log.shift();
    this.#hub.tick({ type: 'job.log', jobId, workspace, line, at });
  }
}

/** The origin of all that comes of a job: the hub, because the job was queued. */
export function causedBy(job: JobState): Origin {
  return { ...HUB, cause: job.queuedSeq };
}
