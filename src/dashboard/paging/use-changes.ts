import { useCallback } from 'react';
import type { Noun } from '../../protocol/events.ts';
import { changeKey, type ServerSlice } from '../server-slice.ts';
import { useServerCalmly } from '../ui/use-server-calmly.ts';

/**
 * A value for `changed` of live pages: it differs after each event of a noun (`file`, `job`, `upload` …) in a
 * workspace (in any, if undefined), and after a new snapshot; twice a second in a flood of them, because the asking component
 * renders again with each.
 */
export function useChanges(noun: Noun, workspace: string | undefined): string {
  const select = useCallback(
    ({ changes, resets }: ServerSlice): string => {
      if (workspace !== undefined) return `${changes.get(changeKey(noun, workspace)) ?? 0} ${resets}`;
      let last = 0;
      for (const [key, seq] of changes) if (key.startsWith(`${noun} `) && seq > last) last = seq;
      return `${last} ${resets}`;
    },
    [noun, workspace],
  );
  return useServerCalmly(select);
}
