import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Check, ChevronDown, ChevronUp, PencilLine, RotateCw, X } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useDashboard, useServer, useUi } from '../../dashboard-context.tsx';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { ProgressBar } from '../../ui/badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { formatSize } from '../../../protocol/words/units.ts';
import type { Column } from '../../ui/column.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { uploadLines, uploadTotals, type UploadLine } from './upload-lines.ts';
import styles from './uploads.module.css';

/** The uploads into a workspace, below its list; hidden while there are none. */
export function UploadTray({ workspace }: { workspace: string }): ReactNode {
  const { uploads } = useDashboard();
  const select = useUi((ui) => ui.select);
  const items = useStore(uploads.store, (state) => state.items);
  const elsewhere = useServer((server) => server.uploads);
  const received = useServer((server) => server.uploadProgress);
  const [asked, setAsked] = useState<{ readonly isFolded: boolean; readonly whileOver: boolean }>();
  const lines = useMemo(
    () => uploadLines(workspace, items, elsewhere.values(), received),
    [workspace, items, elsewhere, received],
  );
  const { open, done, failed, fraction } = uploadTotals(lines);
  if (lines.length === 0) return null;
  // When all uploads are done, the list folds into one line, because it would cover the new files. What the
  // person chose lasts until that changes.
  const isOver = open === 0 && failed === 0;
  const isFolded = asked?.whileOver === isOver ? asked.isFolded : isOver;
  const words = [open > 0 && `${open} on the way`, done > 0 && `${done} done`, failed > 0 && `${failed} failed`].filter(
    (word) => word !== false,
  );
  return (
    <section className={styles.tray} aria-label="Uploads">
      <header className={styles.head}>
        <strong>Uploads</strong>
        <span className={styles.words} role="status">
          {words.join(', ')}
        </span>
        {open > 0 && <ProgressBar fraction={fraction} label="All uploads" />}
        <span className={styles.headActions}>
          {done > 0 && (
            <Button variant="subtle" color="gray" onClick={() => uploads.clearDone()}>
              Clear done
            </Button>
          )}
          {open > 1 && (
            <Button variant="subtle" color="gray" onClick={() => cancelAll()}>
              Cancel all
            </Button>
          )}
          <ActionIcon
            aria-label={isFolded ? 'Show uploads' : 'Fold uploads'}
            aria-expanded={!isFolded}
            onClick={() => setAsked({ isFolded: !isFolded, whileOver: isOver })}
          >
            {isFolded ? <ChevronUp size={14} /> : <ChevronDown size={14} />}
          </ActionIcon>
        </span>
      </header>
      {!isFolded && (
        <div className={styles.lines} style={{ height: Math.min(lines.length, 5) * 28 + 4 }}>
          <VirtualTable
            label="Uploads"
            rows={lines}
            rowKey={(line) => line.key}
            columns={columns}
            hideHeader
            onOpen={({ path }) => select({ kind: 'file', workspace, path })}
          />
        </div>
      )}
    </section>
  );

  function cancelAll(): void {
    for (const line of lines)
      if (line.from === 'here' && (line.status === 'sending' || line.status === 'waiting'))
        void uploads.remove(line.id);
  }
}

const columns: readonly Column<UploadLine>[] = [
  {
    key: 'path',
    label: 'Path',
    width: 'minmax(120px, 1fr)',
    render: (line) => (
      <span className={styles.what}>
        <PathText path={line.path} />
        {line.from === 'elsewhere' && (
          <span className={styles.by}>
            by <ActorLabel actor={line.startedBy} plain />
          </span>
        )}
      </span>
    ),
  },
  { key: 'state', label: 'State', width: 'minmax(120px, 1fr)', render: (line) => <LineState line={line} /> },
  {
    key: 'size',
    label: 'Size',
    width: '132px',
    align: 'end',
    render: (line) => (
      <Mono dim>
        {isMoving(line) ? `${formatSize(line.sentBytes)} of ${formatSize(line.sizeBytes)}` : formatSize(line.sizeBytes)}
      </Mono>
    ),
  },
  {
    key: 'act',
    label: 'Actions',
    isLabelHidden: true,
    width: '80px',
    align: 'end',
    render: (line) => <LineActions line={line} />,
  },
];

function isMoving(line: UploadLine): boolean {
  return line.from === 'elsewhere' || line.status === 'sending';
}

function LineState({ line }: { line: UploadLine }): ReactNode {
  const status = line.from === 'here' ? line.status : 'sending';
  switch (status) {
    case 'sending':
      return (
        <span className={styles.moving}>
          <ProgressBar
            fraction={line.sizeBytes === 0 ? undefined : line.sentBytes / line.sizeBytes}
            label={line.path}
          />
        </span>
      );
    case 'waiting':
      return <span className={styles.quiet}>waiting</span>;
    case 'done':
      return (
        <span className={styles.done}>
          <Check size={13} aria-hidden /> done
        </span>
      );
    case 'failed': {
      const message = line.from === 'here' ? (line.error?.message ?? 'failed') : 'failed';
      return (
        <span className={styles.failed} title={message}>
          {message}
        </span>
      );
    }
    default:
      return status satisfies never;
  }
}

function LineActions({ line }: { line: UploadLine }): ReactNode {
  const { uploads } = useDashboard();
  const cancel = useAction((hub, uploadId: string) => hub.uploadCancel({ uploadId }));
  const end = (): void => {
    if (line.from === 'here') void uploads.remove(line.id);
    else void cancel.run(line.uploadId);
  };
  const isOver = line.from === 'here' && (line.status === 'done' || line.status === 'failed');
  // A name that the hub would take.
  const instead = line.from === 'here' && line.status === 'failed' ? line.error?.details?.['instead'] : undefined;
  const word = isOver ? 'Dismiss' : 'Cancel';
  return (
    <span className={styles.actions}>
      {line.from === 'here' && typeof instead === 'string' && (
        <Tooltip label={`Upload as ${instead}`}>
          <ActionIcon size={22} aria-label={`Upload as ${instead}`} onClick={() => uploads.retryAs(line.id, instead)}>
            <PencilLine size={13} />
          </ActionIcon>
        </Tooltip>
      )}
      {line.from === 'here' && line.status === 'failed' && (
        <Tooltip label="Try again">
          <ActionIcon size={22} aria-label={`Try ${line.path} again`} onClick={() => uploads.retry(line.id)}>
            <RotateCw size={13} />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label={word}>
        <ActionIcon size={22} aria-label={`${word} ${line.path}`} onClick={end}>
          <X size={13} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
