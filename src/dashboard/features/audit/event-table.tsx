import { useElementSize } from '@mantine/hooks';
import { ScrollText } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { HubEvent } from '../../../protocol/events.ts';
import { removedWords } from '../../../protocol/words/removed-words.ts';
import { useUi } from '../../dashboard-context.tsx';
import { eventTone } from '../../ui/event-tone.ts';
import { Fill } from '../../ui/panel.tsx';
import { EmptyState, PageLoader } from '../../ui/states.tsx';
import type { LiveList } from '../../ui/use-hold.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { auditColumns } from './audit-columns.tsx';
import type { AuditFeed } from './audit-feed.ts';
import type { LogCut } from '../../../protocol/retention-state.ts';

export interface EventTableProps {
  readonly rows: readonly HubEvent[];
  /** Whether a page of the log is on its way. */
  readonly isReading: boolean;
  readonly isFiltered: boolean;
  /** Where the log begins, if its first events were removed and the list has reached that. */
  readonly cut: LogCut | undefined;
  /** Key of the event that the inspector shows. */
  readonly selected: string | undefined;
  readonly live: LiveList;
  readonly feed: AuditFeed;
}

/** The list of events. Apart from the toolbar, which counts what is new while no row changes. */
export const EventTable = memo(function EventTable(props: EventTableProps): ReactNode {
  const { rows, isReading, isFiltered, cut, selected, live, feed } = props;
  const select = useUi((ui) => ui.select);
  const { ref, width } = useElementSize();
  return (
    <Fill ref={ref}>
      <VirtualTable
        label="Events"
        rows={rows}
        rowKey={rowKey}
        columns={auditColumns[width >= 1_000 ? 'wide' : width >= 720 ? 'middle' : 'narrow']}
        selected={selected}
        onSelect={(event) => select({ kind: 'event', seq: event.seq })}
        rowTone={rowTone}
        onEnd={() => void feed.readOlder()}
        live={live}
        edge="start"
        onFront={() => void feed.readNewer()}
        foot={cut && rows.length > 0 ? `${removedWords(cut)}.` : undefined}
        empty={!isReading && rows.length === 0 ? <Nothing isFiltered={isFiltered} /> : <PageLoader />}
      />
    </Fill>
  );
});

function rowKey(event: HubEvent): string {
  return String(event.seq);
}

/** Only refusals are coloured: in a long log more colour would mean nothing. */
function rowTone(event: HubEvent): 'refused' | undefined {
  return eventTone(event) === 'refused' ? 'refused' : undefined;
}

function Nothing({ isFiltered }: { isFiltered: boolean }): ReactNode {
  return isFiltered ? (
    <EmptyState icon={<ScrollText size={24} />} title="No event passes the filter">
      New ones that do will appear here as they happen.
    </EmptyState>
  ) : (
    <EmptyState icon={<ScrollText size={24} />} title="The log is empty" />
  );
}
