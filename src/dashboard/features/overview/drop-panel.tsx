import { ActionIcon } from '@mantine/core';
import { Check, RotateCw, Upload, X } from 'lucide-react';
import { memo, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useDashboard, useServer, useUi } from '../../dashboard-context.tsx';
import { ProgressBar } from '../../ui/badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { problemLine } from '../../ui/problem-words.ts';
import { PathText } from '../../ui/path-text.tsx';
import { Section } from '../../ui/panel.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { formatSize } from '../../../protocol/words/units.ts';
import { sentBytesOf, type UploadItem } from '../../uploads/uploads.ts';
import { useUpload } from '../../uploads/use-upload.ts';
import { DropReceipt } from './drop-receipt.tsx';
import styles from './overview.module.css';

export interface DropPanelProps {
  /** Id of the workspace that gets the files. */
  readonly workspace: string;
  /** Whether there are files already: who knows the place needs less of it. */
  readonly isKnown: boolean;
}

/** The place to drop or choose files, with the uploads under way below it. */
export const DropPanel = memo(function DropPanel({ workspace, isKnown }: DropPanelProps): ReactNode {
  const { drop, choose } = useUpload();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  return (
    <Section title="Give the agents a file" aside={<ClearDone />}>
      <div
        className={styles.drop}
        data-compact={isKnown || undefined}
        data-over={isOver || undefined}
        onDragEnter={() => setOver(true)}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          drop(event.dataTransfer, workspace);
        }}
      >
        <Upload size={isKnown ? 13 : 16} aria-hidden />
        <span>
          {isKnown ? 'Drop files anywhere, or' : 'Drop files or folders anywhere in this window, or'}{' '}
          <TextButton onClick={() => input.current?.click()}>choose files</TextButton>
        </span>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Choose files"
          onChange={(event) => {
            choose(event.currentTarget.files ?? [], workspace);
            event.currentTarget.value = '';
          }}
        />
      </div>
      <UploadList />
    </Section>
  );
});

function UploadList(): ReactNode {
  const { uploads } = useDashboard();
  const items = useStore(uploads.store, ({ items }) => items);
  const received = useServer(({ uploadProgress }) => uploadProgress);
  if (items.length === 0) return null;
  return (
    <>
      <ul className={styles.uploads} aria-label="Uploads">
        {items
          .slice(-6)
          .toReversed()
          .map((item) => (
            <UploadRow key={item.id} item={item} sentBytes={sentBytesOf(item, received)} />
          ))}
      </ul>
      {items.length > 6 && <p className={styles.more}>and {items.length - 6} more</p>}
    </>
  );
}

function ClearDone(): ReactNode {
  const { uploads } = useDashboard();
  const hasDone = useStore(uploads.store, ({ items }) => items.some(({ status }) => status === 'done'));
  if (!hasDone) return null;
  return (
    <span className={styles.small}>
      <TextButton onClick={() => uploads.clearDone()}>Clear finished</TextButton>
    </span>
  );
}

function UploadRow({ item, sentBytes }: { item: UploadItem; sentBytes: number }): ReactNode {
  const { uploads } = useDashboard();
  const select = useUi((ui) => ui.select);
  const { id, workspace, path, sizeBytes, status, error } = item;
  return (
    <li className={styles.upload}>
      <button
        type="button"
        className={styles.uploadName}
        disabled={status !== 'done'}
        onClick={() => select({ kind: 'file', workspace, path })}
      >
        <Mono cut>
          <PathText path={path} />
        </Mono>
      </button>
      {status === 'sending' && (
        <ProgressBar fraction={sizeBytes === 0 ? 0 : sentBytes / sizeBytes} label={`Upload of ${path}`} />
      )}
      <span className={styles.uploadState}>
        {status === 'waiting' && 'waits'}
        {status === 'sending' && `${formatSize(sentBytes)} of ${formatSize(sizeBytes)}`}
        {status === 'done' && (
          <>
            <Check size={12} aria-hidden className={styles.ok} /> {formatSize(sizeBytes)}
          </>
        )}
      </span>
      {status === 'failed' && (
        <ActionIcon size={20} aria-label={`Try ${path} again`} onClick={() => uploads.retry(id)}>
          <RotateCw size={12} />
        </ActionIcon>
      )}
      <ActionIcon
        size={20}
        aria-label={status === 'done' || status === 'failed' ? `Dismiss ${path}` : `Cancel the upload of ${path}`}
        onClick={() => void uploads.remove(id)}
      >
        <X size={12} />
      </ActionIcon>
      {status === 'done' && <DropReceipt item={item} />}
      {error && (
        <p className={styles.uploadError} role="alert">
          {problemLine(error)}
        </p>
      )}
    </li>
  );
}
