import { useEffect, useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { useUi } from '../../dashboard-context.tsx';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/mono.tsx';
import { InspectorHead, Section } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageLoader } from '../../ui/states.tsx';
import { DeletedActions, FileActions } from './file-actions.tsx';
import { FileFacts } from './file-facts.tsx';
import { FileMissing } from './file-missing.tsx';
import { FileStory } from './file-story.tsx';
import { FileIcon } from './file-icon.tsx';
import styles from './file-page.module.css';
import { useFile } from './use-file.ts';
import { useShownVersion } from './use-shown-version.ts';
import { VersionView, type Look } from './version-view.tsx';

export interface FileInspectorProps {
  readonly workspace: string;
  readonly path: string;
  readonly version?: number;
}

/** A file in the inspector: preview, receipts, versions. */
export function FileInspector({ workspace, path, version }: FileInspectorProps): ReactNode {
  const load = useFile(workspace, path);
  return (
    <Loaded load={load} missing={<FileMissing workspace={workspace} />}>
      {(file) => <Detail key={file.id} file={file} first={version} />}
    </Loaded>
  );
}

function Detail({ file, first }: { file: FileRecord; first: number | undefined }): ReactNode {
  const [chosen, choose] = useState(first);
  useEffect(() => choose(first), [first]);
  const go = useUi((ui) => ui.go);
  const [look, setLook] = useState<Look>('content');
  const isGone = file.deletedAt !== undefined;
  const shown = useShownVersion(file, chosen);
  const closeInspector = useUi((ui) => ui.closeInspector);
  const open = (): void => {
    closeInspector(); // all of it is on the page
    go('files', { file: file.path, ...(chosen === undefined ? {} : { version: String(chosen) }) });
  };
  return (
    <>
      <InspectorHead>
        <div className={styles.title}>
          <FileIcon mime={file.mime} />
          <span className={styles.path}>{file.path}</span>
          <CopyButton text={file.path} label="Copy path" />
          {isGone && (
            <span className={styles.gone}>
              <Badge tone="refused">deleted</Badge>
            </span>
          )}
        </div>
        {isGone ? <DeletedActions file={file} /> : <FileActions file={file} onOpen={open} />}
      </InspectorHead>
      {shown === undefined ? (
        <PageLoader />
      ) : (
        <>
          {!isGone && (
            <div className={styles.look}>
              <VersionView file={file} shown={shown} look={look} onLook={setLook} />
            </div>
          )}
          <Section title="File">
            <FileFacts file={file} version={shown} />
          </Section>
          <FileStory file={file} shown={shown} onShow={choose} />
        </>
      )}
    </>
  );
}
