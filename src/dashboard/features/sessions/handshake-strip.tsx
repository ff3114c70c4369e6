import { Fragment, useMemo, type ReactNode } from 'react';
import type { Frame } from '../../../protocol/frames.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { useUi } from '../../dashboard-context.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Watched } from '../../ui/watched.tsx';
import { formatDuration, formatTime } from '../../../protocol/words/units.ts';
import { handshakeSteps, type HandshakeStep } from './handshake-steps.ts';
import styles from './sessions.module.css';

type KnownOfSession = Pick<SessionState, 'wire' | 'openedAt' | 'client' | 'subscriptions'>;

const noFrames: readonly Frame[] = [];

export interface HandshakeStripProps {
  readonly session: KnownOfSession;
  /** Undefined while they are fetched. */
  readonly frames: readonly Frame[] | undefined;
}

/** The steps of the handshake from left to right: when, and what was agreed. */
export function HandshakeStrip({ session, frames }: HandshakeStripProps): ReactNode {
  const steps = useMemo(() => handshakeSteps(session, frames ?? noFrames), [session, frames]);
  return (
    <ol className={styles.handshake} aria-label="Handshake">
      {steps.map((step, at) => (
        <Fragment key={step.name}>
          <Step step={step} before={steps[at - 1]?.at} isKnown={frames !== undefined} />
        </Fragment>
      ))}
    </ol>
  );
}

interface HandshakeStepProps {
  readonly step: HandshakeStep;
  readonly before: number | undefined;
  /** Whether its message has been looked for. */
  readonly isKnown: boolean;
}

function Step({ step, before, isKnown }: HandshakeStepProps): ReactNode {
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
        <StepTime step={step} isKnown={isKnown} />
      </span>
      <span className={styles.stepSaid} title={said}>
        {said === undefined ? state === 'open' && 'waiting' : <SaidText text={said} />}
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

function SaidText({ text }: { text: string }): ReactNode {
  return /^\w+:\/\/\S+$/u.test(text) ? <Watched uri={text} /> : text;
}

function StepTime({ step: { at, state }, isKnown }: Pick<HandshakeStepProps, 'step' | 'isKnown'>): ReactNode {
  if (at !== undefined) return <Mono dim>{formatTime(at, true)}</Mono>;
  if (!isKnown) return '…';
  if (state === 'open') return 'to come';
  if (state === 'later') return <span title={LATER}>later</span>;
  return <span title={PASSED}>no longer kept</span>;
}

const PASSED = 'Messages are recorded for some days; this one is not there any more, or never was recorded.';
const LATER = 'It came after the first messages of the session.';
