import { Children, memo, type ReactNode } from 'react';
import { kindNamed } from '../../jobs/kinds.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { fewMarks } from '../../protocol/names/few-marks.ts';
import { useNamed } from '../dashboard-context.tsx';
import { ActorLabel, AgentChip } from './agent-chip.tsx';
import { eventParts, eventSubject } from '../../protocol/words/event-parts.ts';
import type { Part } from '../../protocol/words/part.ts';
import { Mono } from './mono.tsx';

export interface EventSentenceProps {
  readonly event: HubEvent;
  /** Leaves out the actor. */
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
          <EventSubject event={event} plain={plain} />{' '}
        </>
      )}
      {Children.toArray(eventParts(event).map((part) => <PartView part={part} plain={plain} />))}
    </span>
  );
});

/** A number and its unit stay on one line. */
function withUnits(text: string): string {
  return text.replaceAll(/(?<=\d) (?=(?:ms|s|m|h|d|B|[KMGT]iB)\b)/gu, '\u00a0');
}

function PartView({ part, plain }: { part: Part; plain: boolean }): ReactNode {
  if (typeof part === 'string') return withUnits(part);
  if ('agent' in part) return <AgentChip agent={part.agent} plain={plain} />;
  if ('session' in part) return <SessionAgent sessionId={part.session} plain={plain} />;
  if ('jobKind' in part) return kindNamed(part.jobKind)?.words.noun ?? <Mono>{part.jobKind}</Mono>;
  return 'job' in part ? <JobPath jobId={part.job} /> : <Mono>{fewMarks(part.data)}</Mono>;
}

/** The subject of the event, in its hue. */
export function EventSubject({ event, plain = false }: { event: HubEvent; plain?: boolean }): ReactNode {
  const subject = eventSubject(event);
  return subject.kind === 'session' ? (
    <SessionAgent sessionId={subject.session} plain={plain} />
  ) : (
    <ActorLabel actor={subject} plain={plain} />
  );
}

/** The agent of a session; one that is not known (yet) goes without a name. */
function SessionAgent({ sessionId, plain }: { sessionId: string; plain: boolean }): ReactNode {
  const agent = useNamed('owners', sessionId);
  return agent === undefined ? <span title={sessionId}>an agent</span> : <AgentChip agent={agent} plain={plain} />;
}

function JobPath({ jobId }: { jobId: string }): ReactNode {
  const path = useNamed('jobPaths', jobId);
  return path === undefined ? <span title={jobId}>a file</span> : <Mono title={jobId}>{fewMarks(path)}</Mono>;
}
