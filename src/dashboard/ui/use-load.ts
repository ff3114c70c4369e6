import { useCallback, useEffect, useRef, useState } from 'react';
import type { HubApi } from '../../protocol/api.ts';
import type { HubError } from '../../protocol/errors.ts';
import { useHub, useServer } from '../dashboard-context.tsx';
import { problemOf } from '../problem-of.ts';

export type Load<T> = { readonly reload: () => void } & (
  | { readonly status: 'loading'; readonly data: undefined }
  | { readonly status: 'ready'; readonly data: T }
  | { readonly status: 'failed'; readonly data: undefined; readonly error: HubError }
);

interface LoadedValue<T> {
  readonly key: string;
  readonly data?: { readonly value: T };
  readonly error?: HubError;
}

/**
 * Fetches from the hub when `key` changes and after each reconnection; while it fetches the same
 * `key` anew, what was there stays. `version` asks for a fresh fetch,
 * at most twice a second.
 */
export function useLoad<T>(key: string, fetch: (hub: HubApi) => Promise<T>, version?: unknown): Load<T> {
  const hub = useHub();
  const liveSince = useServer(({ connection }) => (connection.status === 'live' ? connection.since : undefined));
  const [state, setState] = useState<LoadedValue<T>>({ key });
  const [wish, setWish] = useState(0);
  const latest = useRef(fetch);
  const nextAt = useRef(0);
  const lastAsked = useRef(0);
  const lastShown = useRef(0);
  const asksFor = useRef<string>(undefined);
  useEffect(() => {
    latest.current = fetch;
  });
  useEffect(() => {
    asksFor.current = key;
    return () => {
      asksFor.current = undefined;
    };
  }, [key]);
  useEffect(() => {
    nextAt.current = 0; // another key: at once
  }, [key]);
  useEffect(() => {
    if (liveSince === undefined) return undefined;
    const timer = setTimeout(
      () => {
        nextAt.current = performance.now() + 500;
        const asked = ++lastAsked.current;
        // An answer is dropped only for a later answer or another key, not for changes that came meanwhile.
        const show = (answer: Omit<LoadedValue<T>, 'key'>): void => {
          if (asked > lastShown.current && asksFor.current === key) {
            lastShown.current = asked;
            setState({ key, ...answer });
          }
        };
        latest.current(hub).then(
          (value) => show({ data: { value } }),
          (error: unknown) => show({ error: problemOf(error) }),
        );
      },
      Math.max(0, nextAt.current - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [hub, key, version, liveSince, wish]);
  const reload = useCallback(() => setWish((count) => count + 1), []);
  if (state.key === key && state.data) return { status: 'ready', data: state.data.value, reload };
  if (state.key === key && state.error) return { status: 'failed', data: undefined, error: state.error, reload };
  return { status: 'loading', data: undefined, reload };
}
