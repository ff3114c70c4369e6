import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HubApi } from '../../protocol/api.ts';
import type { HubErrorCode } from '../../protocol/errors.ts';
import { useHub } from '../dashboard-context.tsx';
import { problemOf } from '../problem-of.ts';
import { problemLine, problemWords } from './problem-words.ts';

/** What a call that is done answers; of one without an answer, true. */
type Done<R> = [R] extends [void] ? true : R;

export interface Action<A extends readonly unknown[], R> {
  /** Runs the call; undefined if it was refused, which a notification shows, or {@link Action.problem}. */
  readonly run: (...args: A) => Promise<Done<R> | undefined>;
  readonly isPending: boolean;
  /** Why it was refused, to be shown at the field that is to blame; until it is run or {@link Action.forget} called. */
  readonly problem: string | undefined;
  /** What was wrong is being changed. */
  readonly forget: () => void;
}

/**
 * A call that the person starts. A refusal is shown in words.
 *
 * @param call what to do; may close over anything
 * @param done what to say when it is done, if that cannot be seen
 * @param atField refusals that a field of the form is to blame for: the form shows them there
 */
export function useAction<A extends readonly unknown[], R>(
  call: (hub: HubApi, ...args: A) => Promise<R>,
  done?: string | ((answer: R, ...args: A) => string),
  atField: readonly HubErrorCode[] = [],
): Action<A, R> {
  const hub = useHub();
  const [pending, setPending] = useState(0);
  const [problem, setProblem] = useState<string>();
  const latest = useRef({ call, done, atField });
  useEffect(() => {
    latest.current = { call, done, atField };
  });
  const run = useCallback(
    async (...args: A): Promise<Done<R> | undefined> => {
      setPending((count) => count + 1);
      setProblem(undefined);
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
        return (answer === undefined ? true : answer) as Done<R>; // only of a call without an answer it is undefined
      } catch (error) {
        const refusal = problemOf(error);
        if (latest.current.atField.includes(refusal.code)) setProblem(problemLine(refusal));
        else showProblem(refusal);
        return undefined;
      } finally {
        setPending((count) => count - 1);
      }
    },
    [hub],
  );
  const forget = useCallback(() => setProblem(undefined), []);
  return { run, isPending: pending > 0, problem, forget };
}

/** Shows what went wrong, until it is closed or ten seconds have passed. */
export function showProblem(error: unknown): void {
  const { title, text } = problemWords(problemOf(error));
  notifications.show({ title, message: text, color: 'red', autoClose: 10_000 });
}
