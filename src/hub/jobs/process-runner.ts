import { availableParallelism } from 'node:os';
import type { JobTask } from '../../jobs/job-task.ts';
import { workerUrl } from '../worker-url.ts';
import type { JobOutcome } from './job-messages.ts';
import { forkJobProcess, type StartJobProcess } from './job-process.ts';
import { JobWorker } from './job-worker.ts';
import type { Runner, RunOptions } from './runner.ts';

/** Processes without work end after so long. */
const IDLE_MS = 30_000;

export interface ProcessRunnerOptions {
  /** Default: on the Node that runs the hub. */
  readonly start?: StartJobProcess | undefined;
  /** Another module to run, for tests of what a broken one does. */
  readonly entry?: URL;
}

/** A process that has done a job of a kind, and waits for another. */
interface Idle {
  readonly worker: JobWorker;
  readonly kind: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * Works on jobs in processes of their own, made when they are needed. A process that has done its job does the next one
 * of its kind. If it is ended, or ends by itself, only its own job is lost.
 */
export class ProcessRunner implements Runner {
  readonly slots = Math.max(2, availableParallelism() - 1);
  readonly #start: StartJobProcess;
  readonly #entry: URL;
  readonly #busy = new Set<JobWorker>();
  /** The one that was used last is at the end. */
  #idle: readonly Idle[] = [];
  #isClosed = false;

  constructor({ start = forkJobProcess, entry = workerUrl('jobs/worker') }: ProcessRunnerOptions = {}) {
    this.#start = start;
    this.#entry = entry;
  }

  async run(task: JobTask, { signal, memoryMiB, onMessage }: RunOptions): Promise<JobOutcome> {
    const worker = this.#take(task.kind, memoryMiB);
    this.#busy.add(worker);
    const kill = (): void => worker.kill();
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      return await worker.run(task, onMessage);
    } finally {
      signal.removeEventListener('abort', kill);
      this.#busy.delete(worker);
      if (worker.isFree && !signal.aborted && !this.#isClosed) this.#keep(worker, task.kind);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const worker of this.#busy) worker.kill();
    for (const idle of this.#idle) this.#drop(idle);
  }

  #take(kind: string, memoryMiB: number): JobWorker {
    const kept = this.#idle.findLast((idle) => idle.kind === kind);
    if (kept) {
      this.#forget(kept);
      return kept.worker;
    }
    const [oldest] = this.#idle;
    if (oldest && this.#idle.length + this.#busy.size >= this.slots) this.#drop(oldest);
    const worker: JobWorker = new JobWorker(this.#start, this.#entry, memoryMiB, () => {
      const idle = this.#idle.find((each) => each.worker === worker);
      if (idle) this.#forget(idle);
    });
    return worker;
  }

  #keep(worker: JobWorker, kind: string): void {
    const idle: Idle = { worker, kind, timer: setTimeout(() => this.#drop(idle), IDLE_MS).unref() };
    this.#idle = [...this.#idle, idle];
  }

  #forget(idle: Idle): void {
    clearTimeout(idle.timer);
    this.#idle = this.#idle.filter((each) => each !== idle);
  }

  #drop(idle: Idle): void {
    this.#forget(idle);
    idle.worker.kill();
  }
}
