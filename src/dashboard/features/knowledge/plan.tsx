import type { ReactNode } from 'react';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { useChanges } from '../../paging/use-changes.ts';
import { KeyValue } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './knowledge.module.css';

/** What would be read if a workspace were indexed, and what that means. */
export function Plan({ workspace }: { workspace: string }): ReactNode {
  const changed = useChanges('file', workspace);
  const load = useLoad(`plan ${workspace}`, (hub) => hub.knowledgePlan({ workspace }), changed);
  return (
    <div className={styles.plan}>
      <Loaded load={load}>
        {({ files, sizeBytes, kinds }) => (
          <>
            <p>
              Switched on, the hub reads{' '}
              {files === 0
                ? 'each file that comes, every page of it.'
                : `${formatCount(files)} ${files === 1 ? 'file' : 'files'} (${formatSize(sizeBytes)}), every page, and each that comes later.`}{' '}
              Pictures, sound and video have no text, and are passed over. Agents can then search what files say, and
              ask. All of it stays on this machine.
            </p>
            <KeyValue
              rows={kinds.map((kind) => [kind.mime, `${formatCount(kind.files)} (${formatSize(kind.sizeBytes)})`])}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}
