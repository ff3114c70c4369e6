import { z } from 'zod';
import type { HubState } from '../../../../protocol/state.ts';

/** Of the answer to who asks for events from before the log begins. */
export const removedUpToShape = z
  .number()
  .int()
  .optional()
  .describe(
    'Events up to this seq are no longer kept: some after yours may be missed. workspace_get has how things are now',
  );

/** Which events after `after_seq` are no longer kept; nothing where all are. */
export function removedUpTo(
  { retention }: Pick<HubState, 'retention'>,
  afterSeq: number | undefined,
): { readonly removed_up_to?: number } {
  const cut = retention.cut?.seq ?? 0;
  return afterSeq === undefined || afterSeq >= cut ? {} : { removed_up_to: cut };
}

/** The same as a sentence, with a space before it; empty for nothing. */
export function removedSentence({ removed_up_to: seq }: { readonly removed_up_to?: number }): string {
  return seq === undefined
    ? ''
    : ` Events up to seq ${seq} are no longer kept, so some may be missed: workspace_get and file_list have how things are now.`;
}
