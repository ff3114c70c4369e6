import type { ReactNode } from 'react';
import { ErrorState, PageLoader } from './states.tsx';
import type { Load } from './use-load.ts';

export interface LoadedProps<T> {
  readonly load: Load<T>;
  /** Instead of the error where there is no such thing (any more). */
  readonly missing?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** What was loaded; a loader until then, and the error with a way to try again if it failed. */
export function Loaded<T>({ load, missing, children }: LoadedProps<T>): ReactNode {
  switch (load.status) {
    case 'loading':
      return <PageLoader />;
    case 'failed':
      if (missing !== undefined && (load.error.code === 'not_found' || load.error.code === 'gone')) return missing;
      return <ErrorState error={load.error} onRetry={load.reload} />;
    case 'ready':
      return children(load.data);
    default:
      return load satisfies never;
  }
}
