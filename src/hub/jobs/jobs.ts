import type { JobRecord, Page, PageRequest } from '../../protocol/records.ts';
import type { Hub } from '../hub.ts';
import type { Files } from '../files/files.ts';
import type { Origin } from '../rule.ts';

export interface JobListRequest extends PageRequest {
  readonly workspace?: string;
  readonly status?: JobRecord['status'];
  readonly kind?: JobRecord['kind'];
}

export interface JobWaitOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, message?: string) => void;
}

export declare class Jobs {
  constructor(hub: Hub, files: Files);
  extract(
    origin: Origin,
    input: { readonly workspace: string; readonly path: string; readonly version?: number },
  ): Promise<{ readonly jobId: string }>;
  get(jobId: string): Promise<JobRecord>;
  list(request: JobListRequest): Promise<Page<JobRecord>>;
  /** The job when it is finished, or as it stands when the time is up. */
  wait(jobId: string, options: JobWaitOptions): Promise<JobRecord>;
  cancel(origin: Origin, jobId: string, reason: string): Promise<void>;
  retry(origin: Origin, jobId: string): Promise<{ readonly jobId: string }>;
  close(): Promise<void>;
}
