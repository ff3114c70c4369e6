import { useServer } from '../dashboard-context.tsx';
import { changeKey } from '../server-slice.ts';

/**
 * Differs from what it was whenever something happened to a noun (`file`, `job`, `upload` …) of a
 * workspace (of any, where undefined), or the replica was begun anew: for `changed` of live pages.
 */
export function useChanges(noun: string, workspace: string | undefined): string {
  return useServer(({ changes, resets }) => {
    if (workspace !== undefined) return `${changes.get(changeKey(noun, workspace)) ?? 0} ${resets}`;
    let last = 0;
    for (const [key, seq] of changes) if (key.startsWith(`${noun} `) && seq > last) last = seq;
    return `${last} ${resets}`;
  });
}
