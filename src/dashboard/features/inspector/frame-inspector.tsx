import { useMemo, useState, type ReactNode } from 'react';
import type { FrameDetail } from '../../../protocol/frames.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import { FrameLine } from '../../ui/frame-line.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Mono } from '../../ui/mono.tsx';
import { KeyValue, Section } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { Effects, EventRow } from '../../ui/trace.tsx';
import { formatDateTime, formatDuration, formatSize, formatTime } from '../../../protocol/words/units.ts';
import { useLoad } from '../../ui/use-load.ts';
import { carriedEvent } from './carried-event.ts';
import styles from './inspector.module.css';
import { ReferenceText } from '../../ui/reference-text.tsx';
import { SubjectLink } from './subject-link.tsx';

/** A frame: its head, its body, its request or reply, and its effects. */
export function FrameInspector({ id }: { id: string }): ReactNode {
  /** The session on which a reply may still come. */
  const [awaited, setAwaited] = useState<string>();
  const sent = useServer(({ pulses }) => (awaited === undefined ? undefined : pulses.get(awaited)?.traffic.framesOut));
  const load = useLoad(`frame ${id}`, (hub) => hub.frame({ frameId: id }), sent);
  const waits = load.status === 'ready' && isUnanswered(load.data) ? load.data.frame.sessionId : undefined;
  if (load.status === 'ready' && waits !== awaited) setAwaited(waits);
  if (load.status === 'loading') return <PageLoader />;
  if (load.status === 'ready') return <FrameView detail={load.data} />;
  if (load.error.code !== 'not_found' && load.error.code !== 'gone') {
    return <ErrorState error={load.error} onRetry={load.reload} />;
  }
  return (
    <>
      <EmptyState title="This message is no longer kept">
        Messages are recorded for some days. What it led to stays in the log.
      </EmptyState>
      <Effects of={id} />
    </>
  );
}

function isUnanswered({ frame, reply }: FrameDetail): boolean {
  return frame.kind === 'request' && frame.direction === 'in' && reply === undefined;
}

function FrameView({ detail }: { detail: FrameDetail }): ReactNode {
  const { frame, headers, body, bodyCut } = detail;
  const carried = useMemo(() => (frame.kind === 'notification' ? carriedEvent(body) : undefined), [frame.kind, body]);
  return (
    <>
      <p className={styles.lead}>
        <FrameLine frame={frame} />
      </p>
      <Section title="Message">
        <KeyValue
          rows={[
            ['Time', <Mono key="at">{`${formatDateTime(frame.at).slice(0, 10)} ${formatTime(frame.at, true)}`}</Mono>],
            ['Direction', frame.direction === 'in' ? 'From the agent' : 'To the agent'],
            ['Kind', frame.kind],
            ['Wire', frame.wire === undefined ? undefined : <WireBadge key="wire" wire={frame.wire} />],
            ['Request id', frame.rpcId === undefined ? undefined : <Mono key="rpc">{String(frame.rpcId)}</Mono>],
            ['Status', frame.status === undefined ? undefined : <Mono key="status">{frame.status}</Mono>],
            [
              'Error',
              frame.errorCode === undefined ? undefined : (
                <Mono key="error" tone="refused">
                  {frame.errorCode}
                </Mono>
              ),
            ],
            ['Size', <Mono key="size">{formatSize(frame.sizeBytes)}</Mono>],
            [
              'Latency',
              frame.latencyMs === undefined ? undefined : <Mono key="ms">{formatDuration(frame.latencyMs)}</Mono>,
            ],
            ...pairRow(detail),
            [
              'Session',
              frame.sessionId === undefined ? undefined : (
                <SubjectLink key="session" to={{ kind: 'session', sessionId: frame.sessionId }}>
                  <ReferenceText of={{ kind: 'session', sessionId: frame.sessionId }} />
                </SubjectLink>
              ),
            ],
          ]}
        />
      </Section>
      {carried && (
        <Section title="Carries">
          <ol className={styles.carried}>
            <EventRow event={carried} />
          </ol>
        </Section>
      )}
      {body !== undefined && body !== '' && (
        <Section title={bodyCut ? 'Body (its beginning)' : 'Body'}>
          <JsonView text={body} label="body" />
        </Section>
      )}
      {headers && Object.keys(headers).length > 0 && (
        <Section title="Headers">
          <KeyValue rows={Object.entries(headers).map(([name, value]) => [name, <Mono key={name}>{value}</Mono>])} />
        </Section>
      )}
      {/* What an agent does because it was notified has its own request for a cause. */}
      {!carried && <Effects of={frame.id} />}
    </>
  );
}

/** The request of a reply, or the reply to a request; what has neither has no row. */
function pairRow({ frame, reply }: FrameDetail): readonly (readonly [string, ReactNode])[] {
  if (frame.replyTo !== undefined) {
    return [['Answers', <FrameLink key="pair" id={frame.replyTo} words="Its request" />]];
  }
  if (frame.kind !== 'request' || frame.direction !== 'in') return [];
  return [['Reply', reply === undefined ? 'Not answered' : <FrameLink key="pair" id={reply} words="Its reply" />]];
}

function FrameLink({ id, words }: { id: string; words: string }): ReactNode {
  const select = useUi((ui) => ui.select);
  return <TextButton onClick={() => select({ kind: 'frame', id })}>{words}</TextButton>;
}
