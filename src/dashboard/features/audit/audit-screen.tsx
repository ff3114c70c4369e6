import { useEffect, useLayoutEffect, useMemo, type ReactNode } from 'react';
import { useScope, useServer, useUi } from '../../dashboard-context.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { problemLine } from '../../ui/problem-words.ts';
import { useHold } from '../../ui/use-hold.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { VerifyButton } from '../../ui/verify-button.tsx';
import styles from './audit.module.css';
import { isOpen } from './audit-filter.ts';
import { AuditFilters } from './audit-filters.tsx';
import type { AuditWindow } from './audit-window.ts';
import { EventTable } from './event-table.tsx';
import { AuditExportMenu } from './audit-export-menu.tsx';
import { filterOf, paramsOf } from './filter-params.ts';
import { useAudit } from './use-audit.ts';

/** The whole log, newest first: its tail live, the rest by page. */
export function AuditScreen(): ReactNode {
  const params = useUi((ui) => ui.params);
  const go = useUi((ui) => ui.go);
  const chosen = useSelected('event', ({ seq }) => String(seq));
  const scope = useScope();
  const filter = useMemo(() => filterOf(params, scope), [params, scope]);
  const startSeq = Number(params['seq']) || undefined;
  const { feed, shown } = useAudit(filter, startSeq);
  const { window, reading, error } = shown;
  const cut = useServer(({ retention }) => retention.cut);
  const live = useHold(chosen, startSeq !== undefined);
  const { hold, isHeld } = live;
  useLayoutEffect(() => hold.count(window.unseen), [hold, window.unseen]);
  // Neither changes with events, and both cost more than rows.
  const ofLog = useMemo(
    () => (
      <>
        <VerifyButton />
        <AuditExportMenu filter={filter} />
      </>
    ),
    [filter],
  );
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
              {ofLog}
              <FollowControl hold={hold} />
            </>
          }
        />
      }
    >
      <AuditFilters filter={filter} />
      <div className={styles.log}>
        {error && window.rows.length === 0 ? (
          <ErrorState error={error} onRetry={() => void feed.missed()} />
        ) : (
          <EventTable
            rows={window.rows}
            isReading={reading !== undefined}
            isFiltered={!isOpen(filter)}
            cut={window.older ? undefined : cut}
            selected={chosen}
            live={live}
            feed={feed}
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
  const count = useServer(({ seq, retention }) => seq - (retention.cut?.seq ?? 0));
  return `${formatCount(count)} events`;
}

/** Count for a filter, as far as the log has been read. */
function matchCount({ rows, older, newer }: AuditWindow): string {
  return `${formatCount(rows.length)}${older || newer ? ' or more match' : rows.length === 1 ? ' matches' : ' match'}`;
}
