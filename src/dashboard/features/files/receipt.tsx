import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { ReactNode } from 'react';
import type { FileReceipt } from '../../../protocol/records.ts';
import { formatCount, formatDuration } from '../../../protocol/words/units.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { deedsInARow } from '../../receipts/receipt-steps.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import { EventSentence } from '../../ui/event-sentence.tsx';
import { eventTone } from '../../ui/event-tone.ts';
import { Mono } from '../../ui/mono.tsx';
import { toneColor, type Tone } from '../../ui/tone.ts';
import styles from './receipts.module.css';

const wayWords: Readonly<Record<FileReceipt['way'], string>> = {
  notified: 'Notified',
  result: 'Notified with a result',
  wait: 'Notified by event_wait',
  prompt: 'Told with a prompt',
};

/** One agent's receipt, step by step; times since the version was written. */
export function Receipt({ receipt, writtenAt }: { receipt: FileReceipt; writtenAt: number }): ReactNode {
  const { sessionId, sentAt, sentFrame, receivedAt, way } = receipt;
  const select = useUi((ui) => ui.select);
  const wire = useServer(({ sessions }) => sessions.get(sessionId)?.wire);
  const done = deedsInARow(receipt.reactions);
  return (
    <li className={styles.receipt}>
      <div className={styles.who}>
        <AgentChip agent={idOfAgent(receipt)} />
        {wire && <WireBadge wire={wire} />}
        <button type="button" className={styles.link} onClick={() => select({ kind: 'session', sessionId })}>
          session
        </button>
      </div>
      <ol className={styles.steps}>
        <Step
          after={sentAt - writtenAt}
          tone="accent"
          {...(sentFrame === '' ? {} : { onClick: () => select({ kind: 'frame', id: sentFrame }) })}
        >
          {wayWords[way]}
        </Step>
        {way !== 'notified' ? null : receivedAt === undefined ? (
          <Step tone="waiting">Has not taken it yet</Step>
        ) : (
          <Step after={receivedAt - writtenAt} tone="accent">
            Received
          </Step>
        )}
        {done.map(({ event, times }) => (
          <Step
            key={event.seq}
            after={event.at - writtenAt}
            tone={eventTone(event) ?? 'proceed'}
            onClick={() => select({ kind: 'event', seq: event.seq })}
          >
            <EventSentence event={event} bare plain />
            {times > 1 && ` ×${formatCount(times)}`}
          </Step>
        ))}
      </ol>
    </li>
  );
}

interface ReceiptStepProps {
  readonly children: ReactNode;
  /** Ms since the version was written. */
  readonly after?: number;
  readonly tone?: Tone;
  readonly onClick?: (() => void) | undefined;
}

function Step({ children, after, tone, onClick }: ReceiptStepProps): ReactNode {
  const body = (
    <>
      <span
        className={styles.dot}
        style={{ color: tone === undefined ? 'var(--sb-faint)' : toneColor(tone) }}
        aria-hidden
      />
      <span className={styles.stepText}>{children}</span>
      {after !== undefined && <Mono dim>+{formatDuration(Math.max(0, after))}</Mono>}
    </>
  );
  return (
    <li>
      {onClick ? (
        <button type="button" className={styles.step} onClick={onClick}>
          {body}
        </button>
      ) : (
        <div className={styles.step}>{body}</div>
      )}
    </li>
  );
}
