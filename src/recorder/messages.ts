import type { FrameContent, FramesPage, FrameRecord, RecorderFailure } from '../protocol/frames/frame-record.ts';
import type { WireError } from '../protocol/errors.ts';
import type { FrameBatch } from './batch-layout.ts';
import type { FrameFilter } from './query-sql.ts';

/** Which frames, and how many. */
export interface FramesQuery {
  readonly sessionId?: string | undefined;
  readonly filter?: FrameFilter | undefined;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
}

/** What may be asked of the thread, and what it answers. */
export interface RecorderAsks {
  page: { readonly query: FramesQuery; readonly answer: FramesPage };
  get: { readonly query: { readonly frameId: string }; readonly answer: FrameContent };
  part: {
    readonly query: { readonly frameId: string; readonly of: 'body' | 'answer'; readonly offset: number };
    readonly answer: { readonly base64: string; readonly sizeBytes: number };
  };
}
export type AskName = keyof RecorderAsks;

export type ToRecorder =
  | { readonly kind: 'open'; readonly folder: string; readonly launchId: string; readonly at: number }
  | { readonly kind: 'batch'; readonly batch: FrameBatch; readonly usedBytes: number }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly name: AskName;
      readonly query: RecorderAsks[AskName]['query'];
    }
  | {
      readonly kind: 'tail';
      readonly id: number;
      readonly query: Pick<FramesQuery, 'sessionId' | 'filter'> | undefined;
    }
  | { readonly kind: 'close' };

export type FromRecorder =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly failure: RecorderFailure }
  | { readonly kind: 'wrote'; readonly usedBytes: number; readonly spent: Pick<FrameBatch, 'numbers' | 'bytes'> }
  | {
      readonly kind: 'failed';
      readonly failure: RecorderFailure;
      readonly usedBytes: number;
      readonly frames: number;
      readonly spent: Pick<FrameBatch, 'numbers' | 'bytes'>;
    }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: RecorderAsks[AskName]['answer'] }
  | { readonly kind: 'unanswered'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'tail'; readonly id: number; readonly frames: readonly FrameRecord[]; readonly skipped: number };
