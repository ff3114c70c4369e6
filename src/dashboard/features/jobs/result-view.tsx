import { File, Folder, TriangleAlert } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { readFacts, type FactRow, type ListedEntry } from '../../../jobs/job-facts.ts';
import { kindNamed } from '../../../jobs/kinds.ts';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { KeyValue, Section } from '../../ui/panel.tsx';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import type { Column } from '../../ui/column.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import styles from './jobs.module.css';

export interface ResultViewProps {
  /** Name of the kind; the result of one that is not known here is shown as it stands. */
  readonly kind: string;
  readonly result: Readonly<Record<string, unknown>>;
}

/** What a job gave, in sections, and what it listed. */
export function ResultView({ kind, result }: ResultViewProps): ReactNode {
  const { warnings, sections, entries, entriesOmitted } = useMemo(
    () => kindNamed(kind)?.facts(result) ?? readFacts(result),
    [kind, result],
  );
  return (
    <>
      {warnings.length > 0 && (
        <ul className={styles.warnings} aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>
              <TriangleAlert size={13} aria-hidden /> {warning}
            </li>
          ))}
        </ul>
      )}
      {sections.map(({ title, rows }) => (
        <Section key={title} title={title}>
          <KeyValue rows={rows.map((row) => [row.name, <Value key={row.name} row={row} />])} />
        </Section>
      ))}
      {entries.length > 0 && (
        <Section
          title="Entries"
          aside={
            entriesOmitted > 0 && <span className={styles.dim}>{formatCount(entriesOmitted)} more are not listed</span>
          }
          flush
        >
          <div className={styles.entries} style={{ height: Math.min(entries.length, 12) * 24 }}>
            <VirtualTable
              label="Entries"
              rows={entries}
              rowKey={({ path }) => path}
              columns={entryColumns}
              rowHeight={24}
              hideHeader
            />
          </div>
        </Section>
      )}
    </>
  );
}

const entryColumns: readonly Column<ListedEntry>[] = [
  {
    key: 'path',
    label: 'Path',
    width: 'minmax(0, 1fr)',
    render: ({ path, kind }) => (
      <span className={styles.entry} title={path}>
        {kind === 'folder' ? <Folder size={12} aria-label="Folder" /> : <File size={12} aria-hidden />}
        <Mono cut>
          <PathText path={path} />
        </Mono>
      </span>
    ),
  },
  {
    key: 'size',
    label: 'Size',
    width: '72px',
    align: 'end',
    render: ({ kind, sizeBytes }) => kind !== 'folder' && <Mono dim>{formatSize(sizeBytes)}</Mono>,
  },
];

function Value({ row: { name, value, isData } }: { row: FactRow }): ReactNode {
  if (!isData) return value;
  if (value.length <= 48) return <Mono>{value}</Mono>;
  return (
    <span className={styles.long}>
      <Mono title={value} cut>
        {value}
      </Mono>
      <CopyButton text={value} label={`Copy ${name}`} />
    </span>
  );
}
