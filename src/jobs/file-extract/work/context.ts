import type { ReadTask } from '../../work/read-through.ts';

/** Input of one extraction, and where it reports. */
export interface ExtractContext extends ReadTask {
  /** What the content is called in its workspace. */
  readonly name: string;
  /** Something of the file could not be made out; the rest of the result stands. */
  readonly warn: (line: string) => void;
}
