import { Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { FileText } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { knowledgeFileStates, type KnowledgeFile, type KnowledgeFileState } from '../../../protocol/knowledge.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { useUi } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages } from '../../paging/use-live-pages.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/column.ts';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Fill } from '../../ui/panel.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import type { Tone } from '../../ui/tone.ts';
import { useLiveList } from '../../ui/use-live-list.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import styles from './knowledge.module.css';

const keyOf = ({ path }: KnowledgeFile): string => path;

/** Every file of an indexed workspace, and what has become of it. */
export function IndexedFiles({ workspace }: { workspace: string }): ReactNode {
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('file', (file) => (file.workspace === workspace ? file.path : undefined));
  const [state, setState] = useState<KnowledgeFileState>();
  const { ref, width } = useElementSize();
  const changed = `${useChanges('index', workspace)} ${useChanges('file', workspace)}`;
  const pages = useLivePages<KnowledgeFile>(
    `indexed ${workspace} ${state}`,
    (hub, ask) => hub.knowledgeFiles({ ...ask, workspace, state }),
    changed,
  );
  const what = `${workspace} ${state}`;
  const list = useLiveList({ selected: chosen, what, rows: pages.items, rowKey: keyOf, kind: 'pages' });
  return (
    <section className={styles.files} aria-label="Files in the index">
      <div className={styles.filesHead}>
        <h2>Files</h2>
        <Select
          aria-label="State of the files"
          placeholder="All states"
          data={[...knowledgeFileStates]}
          value={state ?? null}
          onChange={(value) => setState(knowledgeFileStates.find((each) => each === value))}
          clearable
          w={140}
        />
        <FollowControl hold={list.live.hold} />
      </div>
      <Fill ref={ref}>
        {pages.status === 'failed' && pages.error && list.rows.length === 0 ? (
          <ErrorState error={pages.error} onRetry={pages.refresh} />
        ) : (
          <VirtualTable
            label="Files in the index"
            {...list}
            columns={width >= 640 ? wide : narrow}
            selected={chosen}
            onSelect={({ path, version }) => select({ kind: 'file', workspace, path, version })}
            onEnd={pages.loadMore}
            empty={
              pages.status === 'loading' ? (
                <PageLoader />
              ) : (
                <EmptyState icon={<FileText size={24} />} title={state ? `No file is ${state}` : 'No files yet'} />
              )
            }
          />
        )}
      </Fill>
    </section>
  );
}

const tones: Readonly<Record<KnowledgeFileState, Tone | undefined>> = {
  queued: 'waiting',
  indexed: 'proceed',
  unsupported: undefined,
  failed: 'refused',
};

const path: Column<KnowledgeFile> = {
  key: 'path',
  label: 'File',
  width: 'minmax(160px, 2fr)',
  render: (file) => <PathText path={file.path} />,
};
const state: Column<KnowledgeFile> = {
  key: 'state',
  label: 'State',
  width: '96px',
  render: (file) => <Badge tone={tones[file.state]}>{file.state}</Badge>,
};
const why: Column<KnowledgeFile> = {
  key: 'why',
  label: 'Why',
  width: 'minmax(120px, 2fr)',
  render: (file) => <span title={file.why}>{file.why}</span>,
};
const version: Column<KnowledgeFile> = {
  key: 'version',
  label: 'Version',
  width: '64px',
  align: 'end',
  render: (file) => `v${file.version}`,
};
const passages: Column<KnowledgeFile> = {
  key: 'passages',
  label: 'Passages',
  width: '76px',
  align: 'end',
  render: (file) => formatCount(file.passages),
};
const pagesOf: Column<KnowledgeFile> = {
  key: 'pages',
  label: 'Pages',
  width: '60px',
  align: 'end',
  render: (file) => (file.pages === undefined ? '' : formatCount(file.pages)),
};

const wide = [path, state, why, version, passages, pagesOf];
const narrow = [path, state, why];
