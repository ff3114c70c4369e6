import type { JobTask } from '../../jobs/job-task.ts';
import { workerUrl } from '../worker-url.ts';
import { sentSchema, type JobMessage, type JobOutcome } from './job-messages.ts';
import type { JobProcess, StartJobProcess } from './job-process.ts';

/** Of a process' memory, what JavaScript may take: it collects its garbage before the limit of the whole is reached. */
const HEAP_SHARE = 0.75;

interface CurrentJob {
  readonly kind: string;
  readonly onMessage: (message: JobMessage) => void;
  readonly resolve: (outcome: JobOutcome) => void;
}

/** One process with the job that it is doing. What it sends is checked: the files that it reads may have taken it over. */
export class JobWorker {
  readonly #process: JobProcess;
  readonly #memoryMiB: number;
  #current: CurrentJob | undefined;
  #isGone = false;

  /** @param onExit called once, when the process is gone */
  constructor(start: StartJobProcess, entry: URL, memoryMiB: number, onExit: () => void) {
    this.#memoryMiB = memoryMiB;
    this.#process = start({
      entry,
      args: [workerUrl('jobs/watch-thread').href, String(memoryMiB)],
      heapMiB: Math.floor(memoryMiB * HEAP_SHARE),
      onMessage: (message) => this.#onMessage(message),
      onExit: (how) => {
        this.#isGone = true;
        this.#end((kind) => broken(kind, how, this.#memoryMiB));
        onExit();
      },
    });
  }

  /** Whether it can do another job. */
  get isFree(): boolean {
    return !this.#isGone && this.#current === undefined;
  }

  /** Does a job. Resolves with its outcome, or when the process has ended. */
  run(task: JobTask, onMessage: (message: JobMessage) => void): Promise<JobOutcome> {
    return new Promise((resolve) => {
      this.#current = { kind: task.kind, onMessage, resolve };
      this.#process.send(task);
    });
  }

  kill(): void {
    this.#process.kill();
  }

  #onMessage(message: unknown): void {
    const parsed = sentSchema.safeParse(message);
    if (!parsed.success) return this.kill();
    const sent = parsed.data;
    if (sent.kind === 'outcome') this.#end(() => sent.outcome);
    else this.#current?.onMessage(sent);
  }

  #end(outcome: (kind: string) => JobOutcome): void {
    const current = this.#current;
    this.#current = undefined;
    current?.resolve(outcome(current.kind));
  }
}

function broken(kind: string, how: string, memoryMiB: number): JobOutcome {
  return {
    ok: false,
    code: 'unreadable_file',
    message: `The process that worked on this file ${how} before it was done. The file may be damaged, made to do that, or need more than the ${memoryMiB} MiB of memory that ${kind} may take.`,
  };
}
