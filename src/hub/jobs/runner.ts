import type { JobTask } from '../../jobs/job-task.ts';
import type { JobMessage, JobOutcome } from './job-messages.ts';

export interface RunOptions {
  /** Aborting ends the work at once, whatever it is doing. */
  readonly signal: AbortSignal;
  readonly memoryMiB: number;
  readonly onMessage: (message: JobMessage) => void;
}

/** Where jobs are worked on, apart from the hub: what breaks there breaks that job only. */
export interface Runner {
  /** Jobs that it works on at the same time. */
  readonly slots: number;
  /** Does one job. Resolves when its work has ended, also when it was aborted; never rejects for what happens there. */
  run(task: JobTask, options: RunOptions): Promise<JobOutcome>;
  /** Ends all work. */
  close(): Promise<void>;
}
