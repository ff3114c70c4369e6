import { Button } from '@mantine/core';
import { FilterX } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useScope, useUi } from '../../dashboard-context.tsx';
import styles from './audit.module.css';
import type { AuditFilter } from './audit-filter.ts';
import { paramsOf } from './filter-params.ts';
import { PartyFilter } from './party-filter.tsx';
import { TimeFilter } from './time-filter.tsx';
import { TypeFilter } from './type-filter.tsx';
import { WorkspaceFilter } from './workspace-filter.tsx';

/** The fields of the filter. Apart from the list: its rows come five times a second, and fields cost more than rows. */
export const AuditFilters = memo(function AuditFilters({ filter }: { readonly filter: AuditFilter }): ReactNode {
  const go = useUi((ui) => ui.go);
  const scope = useScope();
  const isOwn = Object.keys(paramsOf(filter, scope)).length > 0;
  const change = (to: Partial<AuditFilter>): void => go('audit', paramsOf({ ...filter, ...to }, scope));
  return (
    <div className={styles.filters} role="group" aria-label="Filter">
      <PartyFilter by={filter.by} involving={filter.involving} onChange={change} />
      <TypeFilter types={filter.types} onChange={(types) => change({ types })} />
      <WorkspaceFilter workspace={filter.workspace} onChange={(workspace) => change({ workspace })} />
      <TimeFilter from={filter.from} to={filter.to} onChange={(from, to) => change({ from, to })} />
      {isOwn && (
        <Button variant="subtle" color="gray" leftSection={<FilterX size={13} />} onClick={() => go('audit')}>
          Clear
        </Button>
      )}
    </div>
  );
});
