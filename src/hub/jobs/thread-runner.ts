import { availableParallelism } from 'node:os';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { Tinypool } from 'tinypool';
import type { JobTask } from '../../jobs/job-task.ts';
import { workerUrl } from '../worker-url.ts';
import type { JobMessage, JobOutcome } from './job-messages.ts';
import type { Runner, RunOptions } from './runner.ts';

/** Threads without work go away after so long. */
const IDLE_MS = 30_000;

export interface ThreadRunnerOptions {
  /** Another thread's code, for tests of what a broken one does. */
  readonly entry?: string;
  /** Of JavaScript in each thread; a file that needs more ends the thread and fails its job. Default 768. */
  readonly memoryMiB?: number;
}

/** Works on jobs in threads, made when the first job comes. */
export class ThreadRunner implements Runner {
  readonly slots = Math.min(2, Math.max(1, availableParallelism() - 1));
  readonly #entry: string;
  readonly #memoryMiB: number;
  #pool: Promise<Tinypool> | undefined;

  constructor({ entry = workerUrl('jobs/worker').href, memoryMiB = 768 }: ThreadRunnerOptions = {}) {
    this.#entry = entry;
    this.#memoryMiB = memoryMiB;
  }

  async run(task: JobTask, options: RunOptions): Promise<JobOutcome> {
    const pool = await (this.#pool ??= this.#make());
    const { port1, port2 } = new MessageChannel();
    port1.on('message', options.onMessage);
    // A thread that just exits is not noticed by the pool; its end of the channel is gone with it.
    const exited = new AbortController();
    port1.on('close', () => exited.abort());
    const signal = AbortSignal.any([options.signal, exited.signal]);
    try {
      const outcome = (await pool.run({ task, port: port2 }, { transferList: [port2], signal })) as JobOutcome;
      // The last messages come on another way than the outcome, perhaps after it.
      for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1)) {
        options.onMessage(last.message as JobMessage);
      }
      return outcome;
    } catch (error) {
      return broken(exited.signal.aborted ? new Error('it exited') : error);
    } finally {
      port1.close();
    }
  }

  async close(): Promise<void> {
    const pool = await this.#pool;
    await pool?.destroy();
  }

  async #make(): Promise<Tinypool> {
    const { default: Pool } = await import('tinypool');
    const pool = new Pool({
      filename: this.#entry,
      minThreads: 0,
      maxThreads: this.slots,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMiB },
    });
    // From a thread that broke when it had nothing to do any more: no job is hurt, and a new one will be made.
    pool.on('error', () => undefined);
    return pool;
  }
}

function broken(error: unknown): JobOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    code: 'unreadable_file',
    message: `The thread that read this file ended before it was done (${reason}). The file may be damaged or made to do that.`,
  };
}
