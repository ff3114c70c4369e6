import { useMemo, useRef } from 'react';
import type { JobRecord } from '../../../protocol/records.ts';
import type { JobState } from '../../../protocol/state.ts';
import { jobRows, type JobRow } from './job-rows.ts';

/** {@link jobRows}, in which unchanged rows stay the same objects. The filter must be made once for each change. */
export function useJobRows(
  unfinished: ReadonlyMap<string, JobState>,
  finished: readonly JobRecord[],
  filter: Parameters<typeof jobRows>[2],
): readonly JobRow[] {
  const before = useRef<readonly JobRow[]>([]);
  return useMemo(() => {
    before.current = jobRows(unfinished.values(), finished, filter, before.current);
    return before.current;
  }, [unfinished, finished, filter]);
}
