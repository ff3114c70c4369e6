import type { ContentRow } from '../disk/content-rows.ts';

/** Messages from the hub's thread to the log's writer, in order; each has whole commits. */
export type ToWriter =
  | {
      readonly kind: 'open';
      readonly file: string;
      readonly snapshotEvery: number;
      readonly pageLimit?: Int32Array;
      readonly endAfterCommit?: Int32Array;
    }
  /** Canonical JSON of the events from `first` on, one a line, and the contents that belong to some of them. */
  | {
      readonly kind: 'append';
      readonly first: number;
      readonly lines: string;
      readonly contents?: readonly ContentRow[];
    }
  /** Removes contents by the seqs of their events, which are on disk. */
  | { readonly kind: 'drop'; readonly seqs: readonly number[] }
  /** Removes some of the rows of removed events, and answers. */
  | { readonly kind: 'remove' }
  | { readonly kind: 'halt'; readonly reason: string }
  | { readonly kind: 'retry' }
  | { readonly kind: 'close' }
  /** Ends the thread as it is: nothing is written any more. */
  | { readonly kind: 'end' };

/** What the writer answers. `written` covers all events up to `seq`. */
export type FromWriter =
  | { readonly kind: 'opened'; readonly seq: number }
  | { readonly kind: 'refused'; readonly code: string | undefined; readonly message: string }
  | { readonly kind: 'written'; readonly seq: number }
  /** `isDamage`: the database is damaged, and no disk's room will help. */
  | { readonly kind: 'failed'; readonly seq: number; readonly message: string; readonly isDamage?: boolean }
  /** `problem`: why nothing was removed. */
  | { readonly kind: 'removed'; readonly more: boolean; readonly problem?: string }
  | { readonly kind: 'ready' };
