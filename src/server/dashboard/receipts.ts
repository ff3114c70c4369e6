import type { FileReceipt, FileVersion } from '../../protocol/records.ts';
import type { StoredEvent } from '../../protocol/events.ts';
import { HubError } from '../../protocol/errors.ts';
import type { CallDeps } from './deps.ts';

/** What a session did is looked for in so many of its events after the file's. */
const EVENTS_A_SESSION = 500;
/** Sessions that were not sent the event are looked for among so many events after it. */
const EVENTS_AFTER = 2_000;

/**
 * Which agents were sent a file version's event, and what followed in their sessions that names the
 * file. A session that was not sent it (it was not subscribed) is listed when it did something with
 * the file all the same. What was sent is known as long as its frame is kept.
 *
 * @throws HubError `not_found` for a file or version that there is not
 */
export async function fileReceipts(
  deps: Pick<CallDeps, 'hub' | 'files' | 'frames' | 'receipts'>,
  fileId: string,
  version: number,
): Promise<readonly FileReceipt[]> {
  const { hub, frames, receipts: sentTo } = deps;
  const made = await versionOf(deps, fileId, version);
  const written = await hub.audit.event(made.seq);
  const names = new Names(deps, made, written);

  const receipts: FileReceipt[] = [];
  const seen = new Set<string>();
  for (const sent of sentTo.of(made.seq)) {
    if (seen.has(sent.sessionId)) continue; // sent again after a resume: the first time counts
    seen.add(sent.sessionId);
    const query = { sessionId: sent.sessionId, from: made.writtenAt, order: 'asc', limit: EVENTS_A_SESSION } as const;
    const { items } = await hub.audit.page(query);
    receipts.push({
      keyId: sent.keyId,
      sessionId: sent.sessionId,
      sentAt: sent.sentAt,
      sentFrame: frames.idOf(sent.frame),
      ...(sent.receivedAt === undefined ? {} : { receivedAt: sent.receivedAt }),
      reactions: names.among(items.filter(({ seq }) => seq > made.seq)),
    });
  }
  for (const [sessionId, events] of bySession(await hub.audit.after(made.seq, EVENTS_AFTER))) {
    const reactions = seen.has(sessionId) ? [] : names.among(events);
    const actor = reactions[0]?.actor;
    if (actor?.kind === 'agent') receipts.push({ keyId: actor.key, sessionId, reactions });
  }
  return receipts;
}

async function versionOf({ files }: Pick<CallDeps, 'files'>, fileId: string, version: number): Promise<FileVersion> {
  let cursor: string | undefined;
  do {
    const page = await files.versions(fileId, { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    const found = page.items.find((item) => item.version === version);
    if (found) return found;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  throw new HubError('not_found', `The file ${fileId} has no version ${version}; its versions may have been purged.`);
}

function bySession(events: readonly StoredEvent[]): Map<string, StoredEvent[]> {
  const found = new Map<string, StoredEvent[]>();
  for (const event of events) {
    if (event.actor.kind !== 'agent' || event.actor.session === undefined) continue;
    const list = found.get(event.actor.session);
    if (list) list.push(event);
    else found.set(event.actor.session, [event]);
  }
  return found;
}

/** Tells whether an event has to do with one file: by its id, by its path, or by what its frame asked for. */
class Names {
  readonly #deps: Pick<CallDeps, 'frames'>;
  readonly #file: FileVersion;
  readonly #workspace: string | undefined;
  readonly #written: StoredEvent | undefined;

  constructor(deps: Pick<CallDeps, 'frames'>, file: FileVersion, written: StoredEvent | undefined) {
    this.#deps = deps;
    this.#file = file;
    this.#written = written;
    this.#workspace = written && 'workspace' in written ? written.workspace : undefined;
  }

  /**
   * The events that name the file, and the calls that led to them. A call that changed nothing (reading
   * the file) leaves no event but its own: what its frame asked for tells.
   */
  among(events: readonly StoredEvent[]): StoredEvent[] {
    const jobs = new Set<string>();
    const causes = new Set<string | number>();
    const named = events.filter((event) => {
      if (event.seq === this.#written?.seq || !this.#isNamedBy(event, jobs)) return false;
      if (event.type === 'job.queued') jobs.add(event.jobId);
      if (event.cause !== undefined) causes.add(event.cause);
      return true;
    });
    const calls = events.filter(
      (event) =>
        event.type === 'tool.called' &&
        event.cause !== undefined &&
        event.cause !== this.#written?.cause &&
        (causes.has(event.cause) || this.#isAskedForBy(event.cause)),
    );
    return [...named, ...calls].sort((a, b) => a.seq - b.seq);
  }

  #isNamedBy(event: StoredEvent, jobs: ReadonlySet<string>): boolean {
    if ('fileId' in event && event.fileId === this.#file.fileId) return true;
    if ('jobId' in event && jobs.has(event.jobId)) return true;
    if (!('workspace' in event) || event.workspace !== this.#workspace) return false;
    return (
      ('path' in event && isNamedIn(event.path, this.#file.path)) || ('from' in event && event.from === this.#file.path)
    );
  }

  #isAskedForBy(cause: string | number): boolean {
    if (typeof cause !== 'string') return false;
    return this.#deps.frames.detail(cause)?.body?.includes(JSON.stringify(this.#file.path)) ?? false;
  }
}

/** Whether a path is that of the file or is made from it: `reports/plan.md.txt` is named for `plan.md`. */
function isNamedIn(path: string, file: string): boolean {
  const at = `/${path}`.indexOf(`/${file}`);
  if (at === -1) return false;
  const next = path.charAt(at + file.length);
  return next === '' || next === '.' || next === '/';
}
