import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HubApi } from '../../protocol/api.ts';
import { HubError } from '../../protocol/errors.ts';
import { useHub } from '../dashboard-context.tsx';

export interface Action<A extends readonly unknown[], R> {
  /** Runs the call; undefined if it was refused, which a notification shows. */
  readonly run: (...args: A) => Promise<R | undefined>;
  readonly isPending: boolean;
}

/**
 * A call that the person starts. A refusal is shown with its code and message.
 *
 * @param call what to do; may close over anything
 * @param done what to say when it is done, if that cannot be seen
 */
export function useAction<A extends readonly unknown[], R>(
  call: (hub: HubApi, ...args: A) => Promise<R>,
  done?: string | ((answer: R, ...args: A) => string),
): Action<A, R> {
  const hub = useHub();
  const [pending, setPending] = useState(0);
  const latest = useRef({ call, done });
  useEffect(() => {
    latest.current = { call, done };
  });
  const run = useCallback(
    async (...args: A): Promise<R | undefined> => {
      setPending((count) => count + 1);
      try {
        const answer = await latest.current.call(hub, ...args);
        const { done: say } = latest.current;
        if (say !== undefined) {
          notifications.show({
            message: typeof say === 'string' ? say : say(answer, ...args),
            color: 'green',
            autoClose: 3_000,
          });
        }
        return answer;
      } catch (error) {
        showProblem(error);
        return undefined;
      } finally {
        setPending((count) => count - 1);
      }
    },
    [hub],
  );
  return { run, isPending: pending > 0 };
}

/** Shows what went wrong, with its code, until it is closed or ten seconds have passed. */
export function showProblem(error: unknown): void {
  const problem =
    error instanceof HubError
      ? error
      : new HubError('internal', error instanceof Error ? error.message : String(error));
  notifications.show({ title: problem.code, message: problem.message, color: 'red', autoClose: 10_000 });
}
