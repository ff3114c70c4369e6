import type { HubEvent } from '../../../protocol/events.ts';
import { EventClock } from '../../ui/event-clock.tsx';
import { EventSentence, EventSubject } from '../../ui/event-sentence.tsx';
import { eventTone } from '../../ui/event-tone.ts';
import { Mono } from '../../ui/mono.tsx';
import type { Column } from '../../ui/column.ts';
import { WorkspaceName } from '../../ui/workspace-column.tsx';

const seq: Column<HubEvent> = {
  key: 'seq',
  label: 'Seq',
  width: '64px',
  render: (event) => <Mono dim>{event.seq}</Mono>,
};

const at: Column<HubEvent> = {
  key: 'at',
  label: 'Time',
  width: '120px',
  render: (event) => <EventClock event={event} exact />,
};

/** Whom the sentence is about: for a lock that a release granted, the agent that had waited. */
const by: Column<HubEvent> = {
  key: 'by',
  label: 'By',
  width: 'minmax(100px, 0.34fr)',
  render: (event) => <EventSubject event={event} plain />,
};

const type: Column<HubEvent> = {
  key: 'type',
  label: 'Event',
  width: '148px',
  render: (event) => {
    const tone = eventTone(event);
    return (
      <Mono tone={tone} dim={tone === undefined}>
        {event.type}
      </Mono>
    );
  },
};

const what: Column<HubEvent> = {
  key: 'what',
  label: 'What happened',
  width: 'minmax(160px, 1fr)',
  render: (event) => <EventSentence event={event} bare plain />,
};

const workspace: Column<HubEvent> = {
  key: 'workspace',
  label: 'Workspace',
  width: '104px',
  render: (event) =>
    'workspace' in event && event.workspace !== undefined ? <WorkspaceName id={event.workspace} /> : null,
};

/** Columns by the available width. */
export const auditColumns = {
  narrow: [seq, at, by, what],
  middle: [seq, at, by, type, what],
  wide: [seq, at, by, type, what, workspace],
} as const;
