import { Fragment, useMemo, type ReactNode } from 'react';
import type { Frame } from '../../../protocol/frames.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { useUi } from '../../dashboard-context.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { formatDuration, formatTime } from '../../../protocol/words/units.ts';
import { handshakeSteps, type HandshakeStep } from './handshake-steps.ts';
import styles from './sessions.module.css';

type Known = Pick<SessionState, 'wire' | 'openedAt' | 'client' | 'subscriptions'>;

/** The steps of the handshake from left to right: when, and what was agreed. */
export function HandshakeStrip({ session, frames }: { session: Known; frames: readonly Frame[] }): ReactNode {
  const steps = useMemo(() => handshakeSteps(session, frames), [session, frames]);
  return (
    <ol className={styles.handshake} aria-label="Handshake">
      {steps.map((step, at) => (
        <Fragment key={step.name}>
          <Step step={step} before={steps[at - 1]?.at} />
        </Fragment>
      ))}
    </ol>
  );
}

function Step({ step, before }: { step: HandshakeStep; before: number | undefined }): ReactNode {
  const select = useUi((ui) => ui.select);
  const { name, said, at, frameId, state } = step;
  const body = (
    <>
      <span className={styles.stepHead}>
        <span className={styles.stepName}>{name}</span>
        {at !== undefined && before !== undefined && at >= before && frameId !== undefined && (
          <Mono dim>{`+${formatDuration(at - before)}`}</Mono>
        )}
      </span>
      <span className={styles.stepTime}>
        <StepTime step={step} />
      </span>
      <span className={styles.stepSaid} title={said}>
        {said === undefined ? state === 'open' && 'waiting' : <Said text={said} />}
      </span>
    </>
  );
  return (
    <li className={styles.step} data-state={state}>
      {frameId === undefined ? (
        <div className={styles.stepBody}>{body}</div>
      ) : (
        <button type="button" className={styles.stepBody} onClick={() => select({ kind: 'frame', id: frameId })}>
          {body}
        </button>
      )}
    </li>
  );
}

/** Of a URI its end says what is watched; of words their beginning. */
function Said({ text }: { text: string }): ReactNode {
  return /^\w+:\/\/\S+$/u.test(text) ? <PathText path={text} /> : text;
}

function StepTime({ step: { at, state } }: { step: HandshakeStep }): ReactNode {
  if (at !== undefined) return <Mono dim>{formatTime(at, true)}</Mono>;
  if (state === 'open') return 'to come';
  return <span title={PASSED}>no longer kept</span>;
}

const PASSED = 'The hub keeps the last messages of each session in memory; this one has passed.';
