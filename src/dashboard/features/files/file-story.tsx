import type { ReactNode } from 'react';
import type { FileRecord, FileVersion } from '../../../protocol/records.ts';
import { Section } from '../../ui/panel.tsx';
import { Receipts } from './receipts.tsx';
import { VersionsList } from './versions-list.tsx';

export interface FileStoryProps {
  readonly file: FileRecord;
  /** The version that is shown. */
  readonly shown: FileRecord | FileVersion;
  readonly onShow: (version: number) => void;
}

/** The list of versions, and the receipts of the shown one. */
export function FileStory({ file, shown, onShow }: FileStoryProps): ReactNode {
  return (
    <>
      <Section title="Versions" flush>
        <VersionsList key={file.id} file={file} shown={shown.version} onShow={onShow} />
      </Section>
      <Section title={`Receipts of version ${shown.version}`} flush>
        <Receipts
          workspace={file.workspace}
          fileId={file.id}
          path={file.path}
          version={shown.version}
          writtenAt={shown.writtenAt}
        />
      </Section>
    </>
  );
}
