import { useCallback, useEffect, useRef, useState } from 'react';
import type { HubApi } from '../../protocol/api.ts';
import { HubError } from '../../protocol/errors.ts';
import type { Page } from '../../protocol/records.ts';
import { useHub, useServer } from '../dashboard-context.tsx';

export interface Pages<T> {
  readonly items: readonly T[];
  readonly status: 'loading' | 'ready' | 'failed';
  readonly error: HubError | undefined;
  readonly hasMore: boolean;
  /** Fetches the next page, if there is one and none is on its way. */
  readonly more: () => void;
  /** Begins again with the first page; what is shown stays until it is here. */
  readonly reload: () => void;
}

interface State<T> {
  readonly key: string;
  readonly items: readonly T[];
  readonly cursor: string | undefined;
  readonly isComplete: boolean;
  readonly error: HubError | undefined;
}

/** A list that is fetched page by page; it begins anew when `key` changes and after each reconnection. */
export function usePages<T>(
  key: string,
  fetch: (hub: HubApi, cursor: string | undefined) => Promise<Page<T>>,
): Pages<T> {
  const hub = useHub();
  const liveSince = useServer(({ connection }) => (connection.status === 'live' ? connection.since : undefined));
  const [state, setState] = useState<State<T>>();
  const [wish, setWish] = useState(0);
  const latest = useRef(fetch);
  const run = useRef(0);
  const isBusy = useRef(false);
  useEffect(() => {
    latest.current = fetch;
  });

  const load = useCallback(
    (before: State<T> | undefined) => {
      run.current += 1;
      const mine = run.current;
      isBusy.current = true;
      const show = (next: State<T>): void => {
        if (mine !== run.current) return;
        isBusy.current = false;
        setState(next);
      };
      const kept = before?.items ?? [];
      latest.current(hub, before?.cursor).then(
        ({ items, nextCursor }) =>
          show({
            key,
            items: [...kept, ...items],
            cursor: nextCursor,
            isComplete: nextCursor === undefined,
            error: undefined,
          }),
        (error: unknown) =>
          show({
            key,
            items: kept,
            cursor: before?.cursor,
            isComplete: true,
            error: error instanceof HubError ? error : new HubError('internal', String(error)),
          }),
      );
    },
    [hub, key],
  );

  useEffect(() => {
    if (liveSince !== undefined) load(undefined);
  }, [load, liveSince, wish]);

  const isCurrent = state?.key === key;
  const more = useCallback(() => {
    if (state && isCurrent && !state.isComplete && !isBusy.current) load(state);
  }, [state, isCurrent, load]);
  const reload = useCallback(() => setWish((count) => count + 1), []);
  if (!state || !isCurrent) return { items: [], status: 'loading', error: undefined, hasMore: false, more, reload };
  const status = state.error ? 'failed' : 'ready';
  return { items: state.items, status, error: state.error, hasMore: !state.isComplete, more, reload };
}
