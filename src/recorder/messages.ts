import type { FrameContent, FramesPage, FrameRecord, RecorderFailure } from '../protocol/frame-record.ts';
import type { RecorderKept, RecorderSettings } from '../protocol/recorder-settings.ts';
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
  /** Leaves the signs of life of streams out. */
  readonly noKeepAlives?: boolean | undefined;
}

/** What a purge takes away: all of a key, or of a workspace; with `names` the bodies in the workspace that have one of them. */
export interface PurgeQuery {
  readonly keyId?: string | undefined;
  readonly workspace?: string | undefined;
  readonly names?: readonly string[] | undefined;
}

/** What may be asked of the thread, and what it answers. */
export interface RecorderAsks {
  settings: { readonly query: Partial<RecorderSettings>; readonly answer: RecorderSettings };
  /** What is past the limits; without `dryRun` that is removed, and what is left is answered. */
  keep: {
    readonly query: { readonly now: number; readonly dryRun: boolean; readonly limits?: Partial<RecorderSettings> };
    readonly answer: RecorderKept;
  };
  pin: {
    readonly query: { readonly frameId: string; readonly on: boolean; readonly at: number };
    readonly answer: undefined;
  };
  purge: { readonly query: PurgeQuery; readonly answer: number };
  page: { readonly query: FramesQuery; readonly answer: FramesPage };
  get: { readonly query: { readonly frameId: string }; readonly answer: FrameContent };
  /** The whole bodies of some frames, as far as they are kept and not over 256 KiB; in the order of the ids. */
  bodies: {
    readonly query: { readonly frameIds: readonly string[] };
    readonly answer: readonly (string | undefined)[];
  };
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
  | { readonly kind: 'opened'; readonly settings: RecorderSettings }
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

/** Frames that were added or have changed. */
export interface FrameTail {
  readonly frames: readonly FrameRecord[];
  /** How many came at the same time and are left out: pages have them. */
  readonly skipped: number;
}
