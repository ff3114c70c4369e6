import { useElementSize } from '@mantine/hooks';
import { ScrollText } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, type ReactNode } from 'react';
import type { HubEvent } from '../../../protocol/events.ts';
import { useScope, useServer, useUi } from '../../dashboard-context.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { eventTone } from '../../ui/event-tone.ts';
import { problemLine } from '../../ui/problem-words.ts';
import { useHold } from '../../ui/use-hold.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { VerifyButton } from '../../ui/verify-button.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import styles from './audit.module.css';
import { auditColumns } from './audit-columns.tsx';
import { isOpen } from './audit-filter.ts';
import { AuditFilters } from './audit-filters.tsx';
import type { AuditWindow } from './audit-window.ts';
import { ExportMenu } from './export-menu.tsx';
import { filterOf, paramsOf } from './filter-params.ts';
import { useAudit } from './use-audit.ts';

/** The whole log, newest first: its tail live, the rest by page. */
export function AuditScreen(): ReactNode {
  const params = useUi((ui) => ui.params);
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('event', ({ seq }) => String(seq));
  const { ref, width } = useElementSize();
  const scope = useScope();
  const filter = useMemo(() => filterOf(params, scope), [params, scope]);
  const startSeq = Number(params['seq']) || undefined;
  const { feed, shown } = useAudit(filter, startSeq);
  const { window, reading, error } = shown;
  const live = useHold(chosen, startSeq !== undefined);
  const { hold, isHeld } = live;
  useLayoutEffect(() => hold.count(window.unseen), [hold, window.unseen]);
  const verify = useMemo(() => <VerifyButton />, []);
  useEffect(() => {
    if (isHeld) feed.pause();
    else if (startSeq !== undefined) go('audit', paramsOf(filter, scope));
    else void feed.resume();
  }, [isHeld, feed, startSeq, go, filter, scope]);
  return (
    <Screen
      toolbar={
        <Toolbar
          title="Audit"
          count={isOpen(filter) ? <EventCount /> : matchCount(window)}
          actions={
            <>
              {verify}
              <ExportMenu filter={filter} />
              <FollowControl hold={hold} />
            </>
          }
        />
      }
    >
      <AuditFilters filter={filter} />
      <div ref={ref} className={styles.log}>
        {error && window.rows.length === 0 ? (
          <ErrorState error={error} onRetry={() => void feed.missed()} />
        ) : (
          <VirtualTable
            label="Events"
            rows={window.rows}
            rowKey={rowKey}
            columns={auditColumns[width >= 1_000 ? 'wide' : width >= 720 ? 'middle' : 'narrow']}
            selected={chosen}
            onSelect={(event) => select({ kind: 'event', seq: event.seq })}
            rowTone={rowTone}
            onEnd={() => void feed.readOlder()}
            live={live}
            edge="start"
            onFront={() => void feed.readNewer()}
            empty={
              reading === undefined && window.rows.length === 0 ? (
                <Nothing isFiltered={!isOpen(filter)} />
              ) : (
                <PageLoader />
              )
            }
          />
        )}
        {error && window.rows.length > 0 && (
          <p className={styles.problem} role="alert">
            {problemLine(error)}
          </p>
        )}
      </div>
    </Screen>
  );
}

/** A component of its own, because it changes with each event and the list should not render again. */
function EventCount(): ReactNode {
  const seq = useServer((server) => server.seq);
  return `${formatCount(seq)} events`;
}

/** Count for a filter, as far as the log has been read. */
function matchCount({ rows, older, newer }: AuditWindow): string {
  return `${formatCount(rows.length)}${older || newer ? ' or more match' : rows.length === 1 ? ' matches' : ' match'}`;
}

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
