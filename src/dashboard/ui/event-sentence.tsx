import { Children, memo, type ReactNode } from 'react';
import type { HubEvent } from '../../protocol/events.ts';
import { useServer } from '../dashboard-context.tsx';
import { ActorLabel, AgentChip } from './agent-chip.tsx';
import { eventParts, type Part } from './event-parts.ts';
import { Mono } from './mono.tsx';

export interface EventSentenceProps {
  readonly event: HubEvent;
  /** Leaves out who did it. */
  readonly bare?: boolean;
  /** Chips are not buttons (inside a row or a button). */
  readonly plain?: boolean;
}

/** An event as a sentence: who, in their hue, and what happened. */
export const EventSentence = memo(function EventSentence({
  event,
  bare = false,
  plain = false,
}: EventSentenceProps): ReactNode {
  return (
    <span>
      {!bare && (
        <>
          <ActorLabel actor={event.actor} plain={plain} />{' '}
        </>
      )}
      {Children.toArray(eventParts(event).map((part) => <PartView part={part} plain={plain} />))}
    </span>
  );
});

function PartView({ part, plain }: { part: Part; plain: boolean }): ReactNode {
  if (typeof part === 'string') return part;
  if ('agent' in part) return <AgentChip keyId={part.agent} plain={plain} />;
  return 'job' in part ? <JobPath jobId={part.job} /> : <Mono>{part.data}</Mono>;
}

function JobPath({ jobId }: { jobId: string }): ReactNode {
  return <Mono title={jobId}>{useServer(({ jobPaths }) => jobPaths.get(jobId) ?? jobId)}</Mono>;
}
