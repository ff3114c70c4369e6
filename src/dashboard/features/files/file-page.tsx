import { useElementSize } from '@mantine/hooks';
import { FileX } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { useUi } from '../../dashboard-context.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Section } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { EmptyState, PageLoader } from '../../ui/states.tsx';
import { DeletedActions, FileActions } from './file-actions.tsx';
import { FileFacts } from './file-facts.tsx';
import { FileMissing } from './file-missing.tsx';
import { FileStory } from './file-story.tsx';
import styles from './file-page.module.css';
import { PassageNote } from './passage-note.tsx';
import type { ShownPassage } from './shown-passage.ts';
import { useFile } from './use-file.ts';
import { useShownVersion } from './use-shown-version.ts';
import { VersionView, type Look } from './version-view.tsx';
import { folderOf } from '../../../protocol/folders-above.ts';

export interface FilePageProps {
  readonly workspace: string;
  readonly path: string;
  readonly version: number | undefined;
  /** What is to be seen of it. */
  readonly passage: ShownPassage | undefined;
}

/** A file in the whole pane: a large preview, with its facts beside or below. */
export function FilePage({ workspace, path, version, passage }: FilePageProps): ReactNode {
  const load = useFile(workspace, path);
  return (
    <Loaded load={load} missing={<FileMissing workspace={workspace} />}>
      {(file) => <FilePageBody file={file} version={version} passage={passage} />}
    </Loaded>
  );
}

function FilePageBody({
  file,
  version,
  passage,
}: { file: FileRecord } & Pick<FilePageProps, 'version' | 'passage'>): ReactNode {
  const go = useUi((ui) => ui.go);
  const { ref, width } = useElementSize();
  const [look, setLook] = useState<Look>('content');
  const shown = useShownVersion(file, version);
  const show = (number: number): void =>
    go('files', { file: file.path, ...(number === file.version ? {} : { version: String(number) }) });
  const onMoved = (moved: FileRecord | undefined): void =>
    go('files', moved ? { file: moved.path } : { folder: folderOf(file.path) });
  if (shown === undefined) return <PageLoader />;
  const isOld = shown.version !== file.version;
  return (
    <div ref={ref} className={styles.page} data-narrow={width < 760 || undefined}>
      <div className={styles.main}>
        <div className={styles.bar}>
          <Badge tone={isOld ? 'waiting' : undefined}>
            {isOld ? `version ${shown.version} of ${file.version}` : `version ${file.version}`}
          </Badge>
          {file.deletedAt === undefined ? (
            <FileActions file={file} onMoved={onMoved} />
          ) : (
            <DeletedActions file={file} onMoved={onMoved} />
          )}
        </div>
        {passage && <PassageNote passage={passage} />}
        <div className={styles.stage}>
          {file.deletedAt === undefined ? (
            <VersionView file={file} shown={shown} passage={passage} look={look} onLook={setLook} />
          ) : (
            <EmptyState icon={<FileX size={22} />} title="This file is deleted">
              Restore it to see and download what is in it: the hub serves only files that are there.
            </EmptyState>
          )}
        </div>
      </div>
      <aside className={styles.aside} aria-label="About this file">
        <FileStory file={file} shown={shown} onShow={show} />
        <Section title="File">
          <FileFacts file={file} version={shown} />
        </Section>
      </aside>
    </div>
  );
}
