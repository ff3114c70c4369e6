import { Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FileReceipt } from '../../../protocol/records.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import { EventSentence } from '../../ui/event-sentence.tsx';
import { eventTone } from '../../ui/event-tone.ts';
import { Mono } from '../../ui/mono.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { toneColor, type Tone } from '../../ui/tone.ts';
import { formatDuration } from '../../../protocol/words/units.ts';
import { useLoad } from '../../ui/use-load.ts';
import { useTouched } from '../../ui/use-touched.ts';
import { touchesFile } from './folder-events.ts';
import { deeds, inOrder, summarize } from './receipt-steps.ts';
import styles from './receipts.module.css';

export interface ReceiptsProps {
  readonly workspace: string;
  readonly fileId: string;
  readonly path: string;
  readonly version: number;
  /** When the version was written, ms since the epoch; all times here are relative to it. */
  readonly writtenAt: number;
}

/** Which agents were notified of a version, which received that, and what they did next; live. */
export function Receipts({ workspace, fileId, path, version, writtenAt }: ReceiptsProps): ReactNode {
  const touched = useTouched((event) => touchesFile(event, workspace, fileId, path));
  const { status, data, ...rest } = useLoad(
    `receipts ${fileId} ${version}`,
    (hub) => hub.fileReceipts({ fileId, version }),
    touched,
  );
  if (status === 'loading') return <PageLoader label="Loading receipts" />;
  if (status === 'failed' && 'error' in rest) return <ErrorState error={rest.error} onRetry={rest.reload} />;
  if (!data || data.length === 0) {
    return (
      <EmptyState icon={<Radio size={20} />} title="No agent heard of this version">
        Agents that watch the workspace when a version is written are told of it. What they do about it until the next
        version shows up here. Who was told is known until the hub is started again.
      </EmptyState>
    );
  }
  const { told, received, reacted } = summarize(data);
  return (
    <>
      <dl className={styles.summary} aria-label="Receipts in short">
        <Figure name="told" of={told} count={told} />
        <Figure name="received" of={told} count={received} />
        <Figure name="reacted" of={told} count={reacted} />
      </dl>
      <ul className={styles.receipts} aria-label="Receipts">
        {inOrder(data).map((receipt) => (
          <Receipt key={receipt.sessionId} receipt={receipt} writtenAt={writtenAt} />
        ))}
      </ul>
    </>
  );
}

function Figure({ name, count, of }: { name: string; count: number; of: number }): ReactNode {
  return (
    <div data-all={(count > 0 && count >= of) || undefined}>
      <dd>
        {count}
        <small>/{of}</small>
      </dd>
      <dt>{name}</dt>
    </div>
  );
}

function Receipt({ receipt, writtenAt }: { receipt: FileReceipt; writtenAt: number }): ReactNode {
  const { keyId, sessionId, sentAt, sentFrame, receivedAt } = receipt;
  const select = useUi((ui) => ui.select);
  const wire = useServer(({ sessions }) => sessions.get(sessionId)?.wire);
  const done = deeds(receipt.reactions);
  return (
    <li className={styles.receipt}>
      <div className={styles.who}>
        <AgentChip keyId={keyId} />
        {wire && <WireBadge wire={wire} />}
        <button type="button" className={styles.link} onClick={() => select({ kind: 'session', sessionId })}>
          session
        </button>
      </div>
      <ol className={styles.steps}>
        <Step after={sentAt - writtenAt} tone="accent" onClick={() => select({ kind: 'frame', id: sentFrame })}>
          Told
        </Step>
        {receivedAt === undefined ? (
          <Step tone="waiting">Has not taken it yet</Step>
        ) : (
          <Step after={receivedAt - writtenAt} tone="accent">
            Received
          </Step>
        )}
        {done.map((event) => (
          <Step
            key={event.seq}
            after={event.at - writtenAt}
            tone={eventTone(event) ?? 'proceed'}
            onClick={() => select({ kind: 'event', seq: event.seq })}
          >
            <EventSentence event={event} bare plain />
          </Step>
        ))}
      </ol>
    </li>
  );
}

interface StepProps {
  readonly children: ReactNode;
  /** Ms since the version was written. */
  readonly after?: number;
  readonly tone?: Tone;
  readonly onClick?: (() => void) | undefined;
}

function Step({ children, after, tone, onClick }: StepProps): ReactNode {
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
