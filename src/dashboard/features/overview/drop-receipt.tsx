import { Check } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { formatCount, formatDuration } from '../../../protocol/words/units.ts';
import { useDashboard, useAgentName, useServer, useUi } from '../../dashboard-context.tsx';
import { isLive } from '../../presence.ts';
import { dropProgress, isAtWork, type DroppedVersion, type DropProgress } from '../../receipts/drop-progress.ts';
import { touchesFile } from '../../receipts/touches-file.ts';
import { agentColor } from '../../theme/agent-hues.ts';
import { useNow } from '../../ui/times.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { useTouched } from '../../ui/use-touched.ts';
import type { UploadItem } from '../../uploads/uploads.ts';
import styles from './drop-receipt.module.css';

/** What agents do about a file is followed for so long after it was dropped, ms. */
const FOLLOWED_MS = 10 * 60_000;
const MOST_DOTS = 12;

/**
 * The receipt of a file that was dropped here: who was notified, who reacted, and with which files. It fills as they
 * work.
 */
export function DropReceipt({ item }: { item: UploadItem }): ReactNode {
  const { uploads } = useDashboard();
  const { id, workspace, path, dropped } = item;
  const found = useLoad(
    `dropped ${id}`,
    async (hub) => dropped ?? droppedVersion(await hub.file({ workspace, path })),
  ).data;
  useEffect(() => {
    if (found && !dropped) uploads.noteDropped(id, found);
  }, [uploads, id, found, dropped]);
  const version = dropped ?? found;
  return version && <DropProgressLine workspace={workspace} path={path} version={version} />;
}

/** The version of the drop, unless an agent has written another one already. */
function droppedVersion({ id, version, writtenAt, source }: FileRecord): DroppedVersion | undefined {
  return source === 'upload' || source === 'import' ? { fileId: id, version, writtenAt } : undefined;
}

function DropProgressLine(props: { workspace: string; path: string; version: DroppedVersion }): ReactNode {
  const { workspace, path } = props;
  const { fileId, version, writtenAt } = props.version;
  const select = useUi((ui) => ui.select);
  const now = useNow();
  const isFollowed = now - writtenAt < FOLLOWED_MS;
  const touched = useTouched((event) => isFollowed && touchesFile(event, workspace, fileId, path));
  const load = useLoad(`receipts ${fileId} ${version}`, (hub) => hub.fileReceipts({ fileId, version }), touched);
  const receipts = load.data;
  const isBusy = useServer(
    ({ jobs, locks }) => isFollowed && isAtWork({ workspace, path, fileId }, jobs.values(), locks.values()),
  );
  if (load.status === 'failed' && load.error.code === 'gone') {
    return <p className={styles.nobody}>{load.error.message}</p>;
  }
  if (!receipts) return null;
  const progress = dropProgress(receipts, { path, writtenAt, now, isBusy });
  if (progress.notified === 0) return <NobodyNotified workspace={workspace} />;
  return (
    <button
      type="button"
      className={styles.receipt}
      title="Show its receipts"
      onClick={() => select({ kind: 'file', workspace, path, version })}
    >
      <Dots agents={progress.agents} />
      <span>{wordsOf(progress)}</span>
      {progress.doneMs !== undefined && (
        <span className={styles.done}>
          <Check size={12} aria-hidden /> done in {formatDuration(progress.doneMs)}
        </span>
      )}
    </button>
  );
}

/** An agent that is connected finds the file when it looks; it is notified only if it watches. */
function NobodyNotified({ workspace }: { workspace: string }): ReactNode {
  const isAny = useServer(({ sessions, workspaces }) => {
    const roles = workspaces.get(workspace)?.roles ?? {};
    return sessions.values().some((session) => isLive(session) && roles[session.keyId] !== undefined);
  });
  return (
    <p className={styles.nobody}>
      {isAny
        ? 'No agent was notified, as none watches the workspace. They find the file when they look.'
        : 'No agent was there to be notified.'}
    </p>
  );
}

function wordsOf({ notified, reacted, written }: DropProgress): string {
  const files = written === 0 ? '' : ` · ${formatCount(written)} ${written === 1 ? 'file' : 'files'} written`;
  return `notified ${formatCount(notified)} · reacted ${formatCount(reacted)}${files}`;
}

/** A dot for each agent in its hue: a ring until it reacts. Many are numbers alone. */
function Dots({ agents }: Pick<DropProgress, 'agents'>): ReactNode {
  if (agents.length > MOST_DOTS) return null;
  return (
    <span className={styles.dots} aria-hidden>
      {agents.map(({ agent, hasReacted }) => (
        <Dot key={agent} agent={agent} hasReacted={hasReacted} />
      ))}
    </span>
  );
}

function Dot({ agent, hasReacted }: DropProgress['agents'][number]): ReactNode {
  const name = useAgentName(agent);
  return (
    <span
      className={styles.dot}
      data-hollow={!hasReacted || undefined}
      style={{ color: agentColor(agent) }}
      title={`${name} ${hasReacted ? 'has reacted' : 'was notified'}`}
    />
  );
}
