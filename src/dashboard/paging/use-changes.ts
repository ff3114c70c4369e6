import { useServer } from '../dashboard-context.tsx';
import { changeKey } from '../server-slice.ts';

/**
 * A value for `changed` of live pages: it differs after each event of a noun (`file`, `job`, `upload` …) in a
 * workspace (in any, if undefined), and after a new snapshot.
 */
export function useChanges(noun: string, workspace: string | undefined): string {
  return useServer(({ changes, resets }) => {
    if (workspace !== undefined) return `${changes.get(changeKey(noun, workspace)) ?? 0} ${resets}`;
    let last = 0;
    for (const [key, seq] of changes) if (key.startsWith(`${noun} `) && seq > last) last = seq;
    return `${last} ${resets}`;
  });
}
