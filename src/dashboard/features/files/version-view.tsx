import { NumberInput, SegmentedControl } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FileRecord, FileVersion } from '../../../protocol/records.ts';
import { Changes } from './changes.tsx';
import { Preview } from './preview.tsx';
import type { ShownPassage } from './shown-passage.ts';
import styles from './changes.module.css';

export interface VersionViewProps {
  readonly file: FileRecord;
  readonly shown: FileRecord | FileVersion;
  /** What is to be seen of its content. */
  readonly passage?: ShownPassage | undefined;
  /** Kept by the page, as another version may have to be read first. */
  readonly look: Look;
  readonly onLook: (look: Look) => void;
}

/** What is shown of a version: its content, or what changed since an earlier one. */
export type Look = 'content' | 'changes';

/** A version's content, or what changed in it since an earlier one. */
export function VersionView({ file, shown, passage, look, onLook }: VersionViewProps): ReactNode {
  const [since, setSince] = useState<number>();
  const content = <Preview file={{ ...shown, workspace: file.workspace, path: file.path }} passage={passage} />;
  if (file.version === 1) return content;
  const other = since !== undefined && since !== shown.version ? since : shown.version === 1 ? 2 : shown.version - 1;
  return (
    <div className={styles.view}>
      <div className={styles.choice}>
        <SegmentedControl<Look>
          aria-label="What is shown of this version"
          size="xs"
          data={[
            { value: 'content', label: 'Content' },
            { value: 'changes', label: 'Changes' },
          ]}
          value={look}
          onChange={onLook}
        />
        {look === 'changes' && (
          <label className={styles.since}>
            from version
            <NumberInput
              aria-label="Compared with version"
              size="xs"
              w={64}
              min={1}
              max={file.version}
              allowDecimal={false}
              clampBehavior="strict"
              value={other}
              onChange={(value) => typeof value === 'number' && setSince(value)}
            />
            {`to ${shown.version}`}
          </label>
        )}
      </div>
      <div className={styles.content}>
        {look === 'content' ? (
          content
        ) : (
          <Changes workspace={file.workspace} path={file.path} before={other} after={shown.version} />
        )}
      </div>
    </div>
  );
}
