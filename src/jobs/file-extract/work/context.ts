import type { JobReporter } from '../../work/job-work.ts';

/** What one extraction works on and to whom it reports. */
export interface ExtractContext extends JobReporter {
  /** Where the content is. */
  readonly file: string;
  /** What it is called in its workspace. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Something of the file could not be made out; the rest of the result stands. */
  readonly warn: (line: string) => void;
}
