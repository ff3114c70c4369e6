import { useCallback, useEffect, useRef, useState } from 'react';
import type { HubApi } from '../../protocol/api.ts';
import { HubError } from '../../protocol/errors.ts';
import { useHub, useServer } from '../dashboard-context.tsx';

export type Load<T> = { readonly reload: () => void } & (
  | { readonly status: 'loading'; readonly data: undefined }
  | { readonly status: 'ready'; readonly data: T }
  | { readonly status: 'failed'; readonly data: undefined; readonly error: HubError }
);

/**
 * Fetches from the hub when `key` changes and after each reconnection; while it fetches the same
 * `key` anew, what was there stays. `version` asks for a fresh fetch,
 * at most twice a second.
 */
export function useLoad<T>(key: string, fetch: (hub: HubApi) => Promise<T>, version?: unknown): Load<T> {
  const hub = useHub();
  const liveSince = useServer(({ connection }) => (connection.status === 'live' ? connection.since : undefined));
  const [state, setState] = useState<{ key: string; data?: { value: T }; error?: HubError }>({ key });
  const [wish, setWish] = useState(0);
  const latest = useRef(fetch);
  const nextAt = useRef(0);
  useEffect(() => {
    latest.current = fetch;
  });
  useEffect(() => {
    nextAt.current = 0; // another thing is asked for: at once
  }, [key]);
  useEffect(() => {
    if (liveSince === undefined) return undefined;
    let isCurrent = true;
    const timer = setTimeout(
      () => {
        nextAt.current = performance.now() + 500;
        latest.current(hub).then(
          (value) => isCurrent && setState({ key, data: { value } }),
          (error: unknown) =>
            isCurrent &&
            setState({ key, error: error instanceof HubError ? error : new HubError('internal', String(error)) }),
        );
      },
      Math.max(0, nextAt.current - performance.now()),
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [hub, key, version, liveSince, wish]);
  const reload = useCallback(() => setWish((count) => count + 1), []);
  if (state.key === key && state.data) return { status: 'ready', data: state.data.value, reload };
  if (state.key === key && state.error) return { status: 'failed', data: undefined, error: state.error, reload };
  return { status: 'loading', data: undefined, reload };
}
