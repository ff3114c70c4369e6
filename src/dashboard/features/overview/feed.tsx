import { useThrottledValue } from '@mantine/hooks';
import { useMemo, type ReactNode } from 'react';
import type { HubEvent } from '../../../protocol/events.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { eventTone } from '../../ui/event-tone.ts';
import { EventClock } from '../../ui/event-clock.tsx';
import { EventSentence, EventSubject } from '../../ui/event-sentence.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Section } from '../../ui/panel.tsx';
import { selected } from '../../ui-slice.ts';
import type { Column } from '../../ui/column.ts';
import { useHeldRows } from '../../ui/use-held-rows.ts';
import { useHold } from '../../ui/use-hold.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { feedEvents } from './feed-events.ts';
import styles from './overview.module.css';

const columns: readonly Column<HubEvent>[] = [
  {
    key: 'what',
    label: 'What happened',
    width: 'minmax(0, 1fr)',
    render: (event) => (
      <div className={styles.item}>
        <div className={styles.itemHead}>
          <EventSubject event={event} plain />
          <EventClock event={event} />
        </div>
        <div className={styles.itemText}>
          <EventSentence event={event} bare plain />
        </div>
      </div>
    ),
  },
];

function seqOf({ seq }: HubEvent): string {
  return String(seq);
}

/** The latest events as sentences, newest on top. Updated at most five times a second, so that it can be read. */
export function Feed({ workspace }: { workspace: string | undefined }): ReactNode {
  const recent = useThrottledValue(
    useServer((server) => server.recent),
    200,
  );
  const events = useMemo(() => feedEvents(recent, workspace), [recent, workspace]);
  const select = useUi((ui) => ui.select);
  const chosen = useUi((ui) => {
    const selection = selected(ui);
    return selection?.kind === 'event' ? String(selection.seq) : undefined;
  });
  const live = useHold(chosen);
  const { rows, added } = useHeldRows(`feed ${workspace}`, events, seqOf, live.isHeld, 'log');
  return (
    <div className={styles.feed}>
      <Section title="Just now" flush aside={<FollowControl live={live} added={added} />}>
        <div className={styles.feedList}>
          <VirtualTable
            label="What just happened"
            rows={rows}
            rowKey={seqOf}
            live={live}
            edge="start"
            columns={columns}
            rowHeight={44}
            hideHeader
            rowTone={(event) => (eventTone(event) === 'refused' ? 'refused' : undefined)}
            selected={chosen}
            onSelect={({ seq }) => select({ kind: 'event', seq })}
            empty={<p className={styles.quiet}>Nothing has happened yet.</p>}
          />
        </div>
      </Section>
    </div>
  );
}
