import type { HubErrorCode } from '../../protocol/errors.ts';

/** What a job's process tells while it works. */
export type JobMessage =
  | { readonly kind: 'progress'; readonly fraction: number; readonly message: string }
  | { readonly kind: 'log'; readonly line: string };

/** How a job ended. The result is as the work gave it, not checked yet. */
export type JobOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: HubErrorCode; readonly message: string };
