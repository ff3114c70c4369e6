import { z } from 'zod';
import type { FrameContent, FrameRecord, FramesPage } from '../frame-record.ts';
import { call } from './define-call.ts';
import { MAX_QUERY_CHARS } from '../query/parse.ts';
import { id } from './fields.ts';

const place = z.number().int().nonnegative();
/** In the filter language of `src/protocol/query`; times as the parser prints them. */
const filter = z.string().max(MAX_QUERY_CHARS).optional();

export const frameCalls = {
  /**
   * Recorded frames before (newest first) or after (oldest first) a place; without one the newest. A long search is
   * answered in parts: go on from `reached` while there is `more`.
   */
  framesPage: call(
    z.strictObject({
      sessionId: id.optional(),
      filter,
      before: place.optional(),
      after: place.optional(),
      /** Default 200. */
      limit: z.number().int().min(1).max(1_000).optional(),
      /** Leaves the signs of life of streams out. */
      noKeepAlives: z.boolean().optional(),
    }),
  ).answers<FramesPage>(),
  /** A recorded frame with its headers and body; a body of more than 256 KiB only as its beginning. */
  frameGet: call(z.strictObject({ frameId: id })).answers<FrameContent>(),
  /** A part of a body, by bytes: at most 1 MiB. */
  frameBody: call(
    z.strictObject({
      frameId: id,
      of: z.enum(['body', 'answer']).optional(),
      offset: z.number().int().nonnegative(),
    }),
  ).answers<{ readonly base64: string; readonly sizeBytes: number }>(),
};

/** The live tail, for the channel that asks. */
export const frameTailCalls = {
  /**
   * From now on new frames, and frames that changed, come as pushes (`tail`), those of `sessionId` and `filter`, or all. One tail
   * for each channel: the next one takes its place. Answers the place after which they begin.
   */
  tailFrames: call(z.strictObject({ sessionId: id.optional(), filter })).answers<{ readonly after: number }>(),
  untailFrames: call(z.strictObject({})).answers<void>(),
};

/** Frames of the tail, in the order of their places; one that was there before has changed. */
export interface TailPush {
  readonly frames: readonly FrameRecord[];
  /** How many came at the same time and are left out: pages have them. */
  readonly skipped: number;
}
