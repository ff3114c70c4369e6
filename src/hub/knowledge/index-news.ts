import type { EventBody } from '../../protocol/events.ts';
import { MOST_INDEXED_FILES } from '../../protocol/events/knowledge.ts';
import type { Hub } from '../hub.ts';
import { HUB } from '../rule.ts';
import { storedJson } from '../stored-json.ts';
import type { IndexStatus, SettledFile } from './index-messages.ts';

/** Files that are done with are reported together, at most so late. */
const GATHER_MS = 500;

type Updated = Extract<EventBody, { type: 'index.updated' }>;

/** What is still to be reported of a workspace. */
interface UnreportedIndex {
  status: IndexStatus;
  readonly files: Map<string, SettledFile>;
  /** Whether `ready` was reported, and changes up to which event. */
  readySeq: number | undefined;
  timer: unknown;
}

/**
 * Puts into the log what has become of files, and when a workspace is ready. Files are gathered: a workspace of many is
 * reported in few events. What a busy disk does not take is reported with what comes next.
 */
export class IndexNews {
  readonly #hub: Hub;
  readonly #workspaces = new Map<string, UnreportedIndex>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  note(workspace: string, status: IndexStatus, settled: readonly SettledFile[]): void {
    let pending = this.#workspaces.get(workspace);
    if (!pending) {
      pending = { status, files: new Map(), readySeq: undefined, timer: undefined };
      this.#workspaces.set(workspace, pending);
      // A start that finds no change has nothing to report.
      const isAsBefore = status.files.queued === 0 && settled.length === 0 && !status.isNew;
      if (isAsBefore && status.remade === undefined && this.#wasTold(workspace)) pending.readySeq = status.seq;
      else this.#tell(workspace, pending);
    }
    pending.status = status;
    for (const file of settled) pending.files.set(file.fileId, file);
    if (this.#isNews(pending)) this.#tell(workspace, pending);
    else if (pending.files.size > 0) {
      const due = pending;
      pending.timer ??= this.#hub.timers.setTimeout(() => this.#tell(workspace, due), GATHER_MS);
    }
  }

  /** It is not indexed any more. */
  forget(workspace: string): void {
    this.#hub.timers.clearTimeout(this.#workspaces.get(workspace)?.timer);
    this.#workspaces.delete(workspace);
  }

  close(): void {
    for (const workspace of [...this.#workspaces.keys()]) this.forget(workspace);
  }

  /** Whether it has become ready, or is ready with changes that were not reported yet; or as many files wait as one event has. */
  #isNews({ status, files, readySeq }: UnreportedIndex): boolean {
    if (files.size >= MOST_INDEXED_FILES) return true;
    return status.files.queued === 0 && (readySeq === undefined || status.seq > readySeq);
  }

  /** Whether the log says of all files that they are ready: a hub that was killed may not have come to that. */
  #wasTold(workspace: string): boolean {
    const { reader } = this.#hub;
    const last = reader
      .prepare("SELECT body FROM events WHERE type = 'index.updated' AND workspace = ? ORDER BY seq DESC LIMIT 1")
      .get(workspace)?.['body'];
    if (last === undefined) return false;
    const { state, throughSeq } = storedJson(last) as Pick<Updated, 'state' | 'throughSeq'>;
    const newest = reader.prepare('SELECT max(seq) AS seq FROM files WHERE workspace = ?').get(workspace)?.['seq'];
    return state === 'ready' && throughSeq >= Number(newest ?? 0);
  }

  #tell(workspace: string, pending: UnreportedIndex): void {
    this.#hub.timers.clearTimeout(pending.timer);
    pending.timer = undefined;
    const { status } = pending;
    const { queued, indexed, unsupported, failed } = status.files;
    const isReady = queued === 0;
    const all = [...pending.files.values()];
    const events: Updated[] = [];
    do {
      const files = all.splice(0, MOST_INDEXED_FILES).map(({ fileId: _fileId, ...file }) => file);
      const isLast = all.length === 0;
      events.push({
        type: 'index.updated',
        workspace,
        state: isReady && isLast ? 'ready' : 'indexing',
        throughSeq: status.seq,
        files,
        done: indexed + unsupported + failed,
        total: queued + indexed + unsupported + failed,
      });
    } while (all.length > 0);
    try {
      this.#hub.record(events, HUB);
    } catch {
      return; // the disk takes nothing now: reported with what comes next
    }
    pending.files.clear();
    pending.readySeq = isReady ? status.seq : undefined;
  }
}
