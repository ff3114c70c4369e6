import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { ReactNode } from 'react';
import type { FileRecord, FileVersion } from '../../../protocol/records.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { guardingLock } from '../../guarding-lock.ts';
import { ActorLabel, AgentChip } from '../../ui/agent-chip.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { KeyValue } from '../../ui/panel.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { Countdown } from '../../ui/times.tsx';
import { formatCount, formatDateTime, formatSize } from '../../../protocol/words/units.ts';
import styles from './file-page.module.css';

/** The facts of a file and of the shown version. */
export function FileFacts({ file, version }: { file: FileRecord; version: FileRecord | FileVersion }): ReactNode {
  const lock = useServer(({ locks }) => guardingLock(locks, file.workspace, file.path));
  const select = useUi((ui) => ui.select);
  return (
    <KeyValue
      rows={[
        [
          'Size',
          <Mono key="size" title={`${formatCount(version.sizeBytes)} bytes`}>
            {formatSize(version.sizeBytes)}
          </Mono>,
        ],
        ['Type', <Mono key="type">{version.mime}</Mono>],
        [
          'Written',
          <span key="written" className={styles.facts}>
            <Mono>{formatDateTime(version.writtenAt)}</Mono> by <ActorLabel actor={version.writtenBy} />
          </span>,
        ],
        [
          'Locked',
          lock && (
            <span key="lock" className={styles.facts}>
              <AgentChip agent={idOfAgent(lock)} />
              <Countdown until={lock.expiresAt} label="Expires" />
              <TextButton onClick={() => select({ kind: 'lock', workspace: lock.workspace, path: lock.path })}>
                {lock.path === file.path ? 'Show' : `Show, with all of ${lock.path}`}
              </TextButton>
            </span>
          ),
        ],
        [
          'SHA-256',
          <span key="sha" className={styles.sha}>
            <Mono cut title={version.sha256}>
              {version.sha256}
            </Mono>
            <CopyButton text={version.sha256} label="Copy SHA-256" />
          </span>,
        ],
        [
          'Event',
          <TextButton key="event" onClick={() => select({ kind: 'event', seq: version.seq })}>
            <Mono>#{version.seq}</Mono>
          </TextButton>,
        ],
        ['Deleted', file.deletedAt !== undefined && <Mono key="deleted">{formatDateTime(file.deletedAt)}</Mono>],
      ]}
    />
  );
}
