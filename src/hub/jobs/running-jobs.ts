import { jobKinds } from '../../jobs/kinds.ts';
import { timeFor, type AnyJobKind } from '../../jobs/job-kind.ts';
import { HubError } from '../../protocol/errors.ts';
import type { JobRecord } from '../../protocol/records.ts';
import type { JobState } from '../../protocol/state.ts';
import { contentTypeOf } from '../files/content-type.ts';
import type { Files } from '../files/files.ts';
import type { Hub } from '../hub.ts';
import { nameOf, plainName } from '../paths/path.ts';
import { HUB, type Origin } from '../rule.ts';
import { failJob, succeedJob } from '../rules/job-ends.ts';
import { retryLater, startJob } from '../rules/jobs.ts';
import type { JobMessage } from './job-messages.ts';
import { pinSource } from './job-source.ts';
import { checkedOutcome, tooMuchOutput, timedOut, type CheckedOutcome, type Failure } from './outcome.ts';
import { OutputFile } from './output-file.ts';
import { ProcessRunner } from './process-runner.ts';
import type { Runner } from './runner.ts';
import { Turns, waitOf } from './turns.ts';

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
  /** What the work said of the file that it writes. */
  wrote: { readonly name?: string | undefined; readonly mime?: string | undefined };
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
  /** Begins what waits to be tried again. */
  #later: unknown;
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
      const job = this.#turns.next(this.#hub.state.jobs.values(), this.#hub.now());
      if (!job) break;
      this.#turns.begin(job);
      this.#begin(job);
    }
    this.#pumpLater();
  }

  /** Comes back when the first of those that wait to be tried again may begin. */
  #pumpLater(): void {
    const { timers, state } = this.#hub;
    timers.clearTimeout(this.#later);
    if (this.#isClosed) return;
    const now = this.#hub.now();
    let waitMs = Infinity;
    for (const job of state.jobs.values()) {
      const own = job.status === 'queued' ? waitOf(job, now) : 0;
      if (own > 0) waitMs = Math.min(waitMs, own);
    }
    if (waitMs < Infinity) this.#later = timers.setTimeout(() => this.pump(), waitMs);
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
    this.#hub.timers.clearTimeout(this.#later);
    for (const run of this.#runs.values()) run.stop.abort();
    await Promise.allSettled(this.#ending);
    await this.#runner.close();
  }

  #begin(job: JobState): void {
    this.#hub.commit(startJob, { jobId: job.id }, causedBy(job));
    const startedAt = this.#hub.timers.elapsed();
    const run: Run = { job, stop: new AbortController(), startedAt, log: [], fraction: 0, logged: 0, wrote: {} };
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
    const kind = this.#kinds.get(job.kind);
    if (!kind) return this.#end(run, { ok: false, code: 'gone', message: `This hub does no ${job.kind} any more.` });
    const source = await pinSource(this.#hub, this.#files, kind, job, run.stop.signal);
    if (source instanceof HubError) return this.#end(run, { ok: false, code: source.code, message: source.message });
    const output = kind.output && new OutputFile(this.#hub.dataDir, kind.output.sizeBytes, this.#hub.timers);
    const sizeBytes = source.file?.sizeBytes ?? source.files?.reduce((sum, each) => sum + each.sizeBytes, 0);
    const timeMs = timeFor(kind.limits, sizeBytes);
    const timer = this.#hub.timers.setTimeout(() => this.#fail(run, timedOut(kind, timeMs)), timeMs);
    try {
      // Cancelled, too slow, or the hub is closing: a process that is begun now would not be ended.
      if (run.stop.signal.aborted) return run.failure && this.#end(run, run.failure);
      output?.watch(({ code, message }) => this.#fail(run, { ok: false, code, message }));
      const outcome = await this.#runner.run(
        {
          kind: job.kind,
          input: job.input ?? {},
          ...(source.file && { file: source.file }),
          ...(source.files && { files: source.files }),
          ...(output && { output: { location: output.location, maxBytes: output.maxBytes } }),
        },
        {
          signal: run.stop.signal,
          memoryMiB: kind.limits.memoryMiB,
          onMessage: (message) => this.#onMessage(run, kind, message),
        },
      );
      const checked = run.failure ?? checkedOutcome(kind, outcome);
      if (checked.ok && output) await this.#endWithFile(run, kind, checked.result, output);
      else this.#end(run, checked);
    } finally {
      this.#hub.timers.clearTimeout(timer);
      source.release();
      await output?.discard();
    }
  }

  /** Makes the file that a job wrote a version, and ends the job, in one commit; fails the job where that is refused. */
  async #endWithFile(run: Run, kind: AnyJobKind, result: Record<string, unknown>, output: OutputFile): Promise<void> {
    const { job } = run;
    try {
      const staged = await output.stage(this.#files.blobs);
      await this.#files.changes.commitStaged(staged, async () => {
        const { sha256, sizeBytes, head } = staged;
        const target = job.output?.path ?? '';
        const name = nameOf(target) || plainName(run.wrote.name ?? kind.name);
        const mime = await contentTypeOf(head, name, run.wrote.mime);
        if (!this.#isCurrent(run)) throw new HubError('cancelled', 'The job ended before its file was taken.');
        const next = kind.next?.(job.input ?? {}) ?? [];
        const command = { ...this.#endOf(run), result, wrote: { name, sha256, sizeBytes, mime }, next };
        return this.#hub.commit(succeedJob, command, causedBy(job));
      });
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      // What the disk refuses is no fault of the job: it is taken up again when the disk is back.
      if (error.code === 'storage_failed' && this.#hub.storage.status !== 'ok') return;
      this.#end(run, { ok: false, code: error.code, message: error.message });
    }
  }

  /** Ends a job's work for what it did; that comes to the log once the work has ended. */
  #fail(run: Run, failure: Failure): void {
    run.failure ??= failure;
    run.stop.abort();
  }

  /** Puts the end into the log, unless this run is over already. */
  #end(run: Run, outcome: CheckedOutcome): void {
    if (!this.#isCurrent(run)) return;
    const end = this.#endOf(run);
    const origin = causedBy(run.job);
    if (outcome.ok) this.#hub.commit(succeedJob, { ...end, result: outcome.result }, origin);
    else if (outcome.mayPass) this.#hub.commit(retryLater, { ...end, ...outcome.mayPass, ...outcome }, origin);
    else this.#hub.commit(failJob, { ...end, code: outcome.code, message: outcome.message }, origin);
  }

  #endOf(run: Run): { readonly jobId: string; readonly ms: number; readonly log: readonly string[] } {
    return { jobId: run.job.id, ms: Math.round(this.#hub.timers.elapsed() - run.startedAt), log: run.log };
  }

  /** Whether a run may still end its job: it was not cancelled or undone, and the hub is not closing. */
  #isCurrent({ job }: Run): boolean {
    const current = this.#hub.state.jobs.get(job.id);
    return !this.#isClosed && current?.status === 'running' && current.queuedSeq === job.queuedSeq;
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
    if (message.kind === 'wrote') {
      run.wrote = message;
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
