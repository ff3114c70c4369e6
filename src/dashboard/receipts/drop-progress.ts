import { idOfAgent } from '../../protocol/agent-id.ts';
import type { FileReceipt } from '../../protocol/records.ts';
import type { JobState, LockState } from '../../protocol/state.ts';
import { summarize } from './receipt-steps.ts';

/** Agents may think between two steps: only after so long without one are they done, ms. */
const SETTLED_MS = 3_000;

/** A version that was dropped here. */
export interface DroppedVersion {
  readonly fileId: string;
  readonly version: number;
  /** Ms since the epoch, as all times of events. */
  readonly writtenAt: number;
}

/** What became of a dropped file so far. */
export interface DropProgress {
  /** The agents that were notified, in that order. */
  readonly agents: readonly { readonly agent: string; readonly hasReacted: boolean }[];
  readonly notified: number;
  readonly reacted: number;
  /** Files that they wrote because of it. */
  readonly written: number;
  /** From the version to the last reaction, when all have reacted and nothing is under way. */
  readonly doneMs: number | undefined;
}

/** @param isBusy whether agents are still at it, see {@link isAtWork} */
export function dropProgress(
  receipts: readonly FileReceipt[],
  { path, writtenAt, now, isBusy }: { path: string; writtenAt: number; now: number; isBusy: boolean },
): DropProgress {
  const { notified, reacted } = summarize(receipts);
  const agents = new Map<string, boolean>();
  const written = new Set<string>();
  let lastAt = writtenAt;
  for (const receipt of receipts.toSorted((a, b) => a.sentAt - b.sentAt)) {
    const agent = idOfAgent(receipt);
    agents.set(agent, agents.get(agent) === true || receipt.reactions.length > 0);
    for (const event of receipt.reactions) {
      lastAt = Math.max(lastAt, event.at);
      const isFile = event.type === 'file.written' || event.type === 'file.copied';
      if (isFile && event.path !== path) written.add(event.path);
    }
  }
  const isDone = notified > 0 && reacted === notified && !isBusy && now - lastAt >= SETTLED_MS;
  return {
    agents: [...agents].map(([agent, hasReacted]) => ({ agent, hasReacted })),
    notified,
    reacted,
    written: written.size,
    doneMs: isDone ? lastAt - writtenAt : undefined,
  };
}

/** Whether a job on a file is not finished, or somebody has a lock on it or on a file that is named for it. */
export function isAtWork(
  { workspace, path, fileId }: { readonly workspace: string; readonly path: string; readonly fileId: string },
  jobs: Iterable<JobState>,
  locks: Iterable<LockState>,
): boolean {
  for (const job of jobs) if (job.fileId === fileId) return true;
  for (const lock of locks) {
    const isOnIt = lock.path === path || `/${lock.path}`.includes(`/${path}.`);
    if (lock.workspace === workspace && isOnIt) return true;
  }
  return false;
}
