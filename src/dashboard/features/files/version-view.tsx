import { NumberInput, SegmentedControl } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FileRecord, FileVersion } from '../../../protocol/records.ts';
import { Changes } from './changes.tsx';
import { Preview } from './preview.tsx';
import { renderedKind } from './rendered-kind.ts';
import type { RenderedKind } from './rendered-model.ts';
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

/**
 * What is shown of a version: its content, or what changed since an earlier one. `content` is its usual look: a text that
 * can be rendered is, unless lines of it are to be seen.
 */
export type Look = 'content' | 'rendered' | 'source' | 'changes';

/** A version's content, or what changed in it since an earlier one. */
export function VersionView({ file, shown, passage, look, onLook }: VersionViewProps): ReactNode {
  const [since, setSince] = useState<number>();
  const kind = renderedKind(shown.mime, shown.sizeBytes);
  const hasChanges = file.version > 1;
  const now = lookOf(look, hasChanges, kind, passage);
  const previewed = { ...shown, workspace: file.workspace, path: file.path };
  const content = <Preview file={previewed} passage={passage} rendered={now === 'rendered' ? kind : undefined} />;
  if (!hasChanges && kind === undefined) return content;
  const other = since !== undefined && since !== shown.version ? since : shown.version === 1 ? 2 : shown.version - 1;
  return (
    <div className={styles.view}>
      <div className={styles.choice}>
        <SegmentedControl<Look>
          aria-label="What is shown of this version"
          size="xs"
          data={[
            ...(kind === undefined
              ? [{ value: 'content' as const, label: 'Content' }]
              : [
                  { value: 'rendered' as const, label: kind === 'table' ? 'Table' : 'Page' },
                  { value: 'source' as const, label: 'Source' },
                ]),
            ...(hasChanges ? [{ value: 'changes' as const, label: 'Changes' }] : []),
          ]}
          value={now}
          onChange={onLook}
        />
        {now === 'changes' && (
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
        {now === 'changes' ? (
          <Changes workspace={file.workspace} path={file.path} before={other} after={shown.version} />
        ) : (
          content
        )}
      </div>
    </div>
  );
}

/** What is chosen, as far as this version has it. */
function lookOf(
  look: Look,
  hasChanges: boolean,
  kind: RenderedKind | undefined,
  passage: ShownPassage | undefined,
): Look {
  if (look === 'changes' && hasChanges) return look;
  if (kind === undefined) return 'content';
  if (look === 'rendered' || look === 'source') return look;
  return passage?.lines === undefined ? 'rendered' : 'source';
}
