import { ActionIcon, Tooltip } from '@mantine/core';
import { Download, RotateCcw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { FileRecord, FileVersion } from '../../../protocol/records.ts';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages } from '../../paging/use-live-pages.ts';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { Mono } from '../../ui/mono.tsx';
import { ErrorState, PageLoader } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { newestVersions } from './newest-versions.ts';
import { useAction } from '../../ui/use-action.tsx';
import { savingUrl, fileName } from './file-url.ts';
import styles from './versions.module.css';

export interface VersionsListProps {
  readonly file: FileRecord;
  /** The version that is shown. */
  readonly shown: number;
  readonly onShow: (version: number) => void;
}

/** The versions of a file, newest first: the newest few, and all on request. Each can be shown, downloaded and restored. */
export function VersionsList({ file, shown, onShow }: VersionsListProps): ReactNode {
  const changed = useChanges('file', file.workspace);
  const { items, status, error, hasMore, loadMore, refresh } = useLivePages(
    `versions ${file.id}`,
    (hub, ask) => hub.fileVersions({ fileId: file.id, ...ask }),
    changed,
    50,
  );
  const [isOpen, setOpen] = useState(false);
  const restore = useAction(
    (hub, version: number) => hub.fileRestore({ workspace: file.workspace, path: file.path, version, fileId: file.id }),
    (now, version) => `Version ${version} is back, as version ${now.version}`,
  );
  if (status === 'failed' && error && items.length === 0) return <ErrorState error={error} onRetry={refresh} />;
  if (items.length === 0) return <PageLoader />;
  const { listed, hidden } = newestVersions(items, shown, isOpen);
  return (
    <>
      <ul className={styles.list} aria-label="Versions">
        {listed.map((version) => (
          <Version
            key={version.version}
            file={file}
            version={version}
            isShown={version.version === shown}
            onShow={() => onShow(version.version)}
            onRestore={() => {
              void restore.run(version.version).then((now) => now && onShow(now.version));
            }}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" className={styles.more} onClick={() => setOpen(true)}>
          {hasMore ? 'All older versions' : `${formatCount(hidden)} older ${hidden === 1 ? 'version' : 'versions'}`}
        </button>
      )}
      {hidden === 0 && hasMore && (
        <button type="button" className={styles.more} onClick={loadMore}>
          Older versions…
        </button>
      )}
    </>
  );
}

interface VersionProps {
  readonly file: FileRecord;
  readonly version: FileVersion;
  readonly isShown: boolean;
  readonly onShow: () => void;
  readonly onRestore: () => void;
}

function Version({ file, version, isShown, onShow, onRestore }: VersionProps): ReactNode {
  const { version: number } = version;
  const isCurrent = number === file.version && file.deletedAt === undefined;
  return (
    <li className={styles.version} data-shown={isShown || undefined}>
      <button
        type="button"
        className={styles.show}
        aria-current={isShown || undefined}
        aria-label={`Show version ${number}`}
        onClick={onShow}
      >
        <Mono>v{number}</Mono>
        <span className={styles.what}>
          <ActorLabel actor={version.writtenBy} plain />
          <span className={styles.dim} title={sources[version.source]}>
            <TimeAgo at={version.writtenAt} />
          </span>
        </span>
        <Mono dim>{formatSize(version.sizeBytes)}</Mono>
      </button>
      <span className={styles.actions}>
        {isCurrent ? (
          <span className={styles.current}>current</span>
        ) : (
          <Tooltip label="Make it the current version">
            <ActionIcon size={22} aria-label={`Restore version ${number}`} onClick={onRestore}>
              <RotateCcw size={13} />
            </ActionIcon>
          </Tooltip>
        )}
        {/* By its path the hub serves what is there: of a deleted file nothing, or another's content. */}
        {file.deletedAt === undefined && (
          <Tooltip label="Download">
            <ActionIcon
              component="a"
              size={22}
              aria-label={`Download version ${number}`}
              href={savingUrl(file.workspace, file.path, number)}
              download={fileName(version.path)}
            >
              <Download size={13} />
            </ActionIcon>
          </Tooltip>
        )}
      </span>
    </li>
  );
}

const sources = {
  upload: 'Uploaded',
  tool: 'Written by a tool call',
  import: 'Imported',
  job: 'Made by a job',
} as const;
