import type { HubErrorCode } from '../../protocol/errors.ts';

/** What a job's thread says while it works. */
export type JobVoice =
  | { readonly kind: 'progress'; readonly fraction: number; readonly message: string }
  | { readonly kind: 'log'; readonly line: string };

/** How a job ended. */
export type JobOutcome =
  | { readonly ok: true; readonly result: Record<string, unknown> }
  | { readonly ok: false; readonly code: HubErrorCode; readonly message: string };
