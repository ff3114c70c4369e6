import type { ReactNode } from 'react';
import type { StoredEvent } from '../../../protocol/events.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { Badge } from '../../ui/badge.tsx';
import { eventTone } from '../../ui/event-tone.ts';
import { EventSentence, EventSubject } from '../../ui/event-sentence.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { MomentLink } from '../../ui/moment-link.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { KeyValue, Section } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Causes, Effects } from '../../ui/trace.tsx';
import { formatCount, formatDateTime } from '../../../protocol/words/units.ts';
import { isAboutAnother } from '../../../protocol/words/event-parts.ts';
import { eventTime } from '../../../protocol/words/event-time.ts';
import { useLoad } from '../../ui/use-load.ts';
import { eventSubjects } from './event-subjects.ts';
import styles from './inspector.module.css';
import { RefusalDetails } from './refusal.tsx';
import { ReferenceText } from '../../ui/reference-text.tsx';
import { SubjectLink } from './subject-link.tsx';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';

/** An event: its sentence, its subjects, its causes and its effects. */
export function EventInspector({ seq }: { seq: number }): ReactNode {
  const load = useLoad(`event ${seq}`, (hub) => hub.event({ seq }));
  return <Loaded load={load}>{(event) => <InspectedEvent event={event} />}</Loaded>;
}

function InspectedEvent({ event }: { event: StoredEvent }): ReactNode {
  const { seq, at: _at, clock: _clock, type, actor, cause, prevHash, hash, ...payload } = event;
  const time = eventTime(event);
  const workspace = useServer(({ workspaces }) => {
    if (!('workspace' in event) || event.workspace === undefined) return undefined;
    const found = workspaces.get(event.workspace);
    return found ? workspaceLabel(found, workspaces.values()) : 'a deleted one';
  });
  return (
    <>
      <p className={styles.lead}>
        <EventSentence event={event} />
      </p>
      <Section title="Entry">
        <KeyValue
          rows={[
            [
              'Type',
              <Badge key="type" tone={eventTone(event)}>
                {type}
              </Badge>,
            ],
            ['Number', <Mono key="seq">{formatCount(seq)}</Mono>],
            ['Time', <Mono key="at">{formatDateTime(time.at)}</Mono>],
            ['Clock', time.note],
            ['Board', <MomentLink key="board" of={{ seq }} />],
            ['By', <EventSubject key="by" event={event} />],
            [
              actor.kind === 'hub' ? 'Noticed by' : 'Set off by',
              isAboutAnother(event) && <ActorLabel key="actor" actor={actor} />,
            ],
            ['Cause', cause !== undefined && <CauseLink key="cause" cause={cause} />],
            ['Workspace', workspace],
            ...eventSubjects(event).map(
              ({ name, to }) =>
                [
                  name,
                  <SubjectLink key={name} to={to}>
                    <ReferenceText of={to} />
                  </SubjectLink>,
                ] as const,
            ),
          ]}
        />
      </Section>
      <RefusalDetails event={event} />
      <Causes seq={seq} actor={actor} />
      <Effects of={seq} />
      <Section title="Payload">
        <JsonView value={payload} label="payload" />
      </Section>
      <Section title="Proof">
        <KeyValue
          rows={[
            ['Hash', <Hash key="hash" value={hash} label="hash" />],
            ['Previous', <Hash key="prev" value={prevHash} label="hash of the event before" />],
          ]}
        />
      </Section>
    </>
  );
}

function CauseLink({ cause }: { cause: string | number }): ReactNode {
  return typeof cause === 'number' ? (
    <SubjectLink to={{ kind: 'event', seq: cause }}>{`event ${formatCount(cause)}`}</SubjectLink>
  ) : (
    <SubjectLink to={{ kind: 'frame', id: cause }}>its message</SubjectLink>
  );
}

function Hash({ value, label }: { value: string; label: string }): ReactNode {
  return (
    <span title={value}>
      <Mono dim>{`${value.slice(0, 20)}…`}</Mono> <CopyButton text={value} label={`Copy ${label}`} size={18} />
    </span>
  );
}
