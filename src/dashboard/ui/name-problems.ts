import type { HubErrorCode } from '../../protocol/errors.ts';

/** Refusals that the name in a form is to blame for. */
export const nameProblems: readonly HubErrorCode[] = ['name_taken', 'invalid_argument'];
