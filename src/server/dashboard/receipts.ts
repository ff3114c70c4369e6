import type { FileReceipt, FileVersion } from '../../protocol/records.ts';
import type { StoredEvent } from '../../protocol/events.ts';
import { HubError } from '../../protocol/errors.ts';
import { sessionCalls, sessionEventsAt, sessionEventsNaming } from '../../hub/files/followed.ts';
import type { CallDeps } from './deps.ts';

/**
 * What agents did is looked for among so many events after the file's, whosesoever they are: forty for
 * each of five hundred agents.
 */
const EVENTS_AFTER = 20_000;

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
  const reactions = reactionsBySession(deps, made, written);

  const receipts: FileReceipt[] = [];
  const seen = new Set<string>();
  for (const { sessionId, keyId, sentAt, frame, receivedAt } of sentTo.of(made.seq)) {
    if (seen.has(sessionId)) continue; // sent again after a resume: the first time counts
    seen.add(sessionId);
    receipts.push({
      keyId,
      sessionId,
      sentAt,
      sentFrame: frames.idOf(frame),
      ...(receivedAt === undefined ? {} : { receivedAt }),
      reactions: reactions.get(sessionId) ?? [],
    });
  }
  for (const [sessionId, events] of reactions) {
    const actor = seen.has(sessionId) ? undefined : events[0]?.actor;
    if (actor?.kind === 'agent') receipts.push({ keyId: actor.key, sessionId, reactions: events });
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

/**
 * The events that name the file, and the calls that led to them, by session. A call that changed nothing
 * (reading the file) leaves no event but its own: what its frame asked for tells.
 */
function reactionsBySession(
  { hub, frames }: Pick<CallDeps, 'hub' | 'frames'>,
  file: FileVersion,
  written: StoredEvent,
): ReadonlyMap<string, readonly StoredEvent[]> {
  const stretch = { after: file.seq, events: EVENTS_AFTER };
  const jobs = new Set<string>();
  const causes = new Set<string | number>();
  const named = sessionEventsNaming(hub.reader, stretch, file).filter(({ event }) => {
    if (!isNamedBy(event, file, written, jobs)) return false;
    if (event.type === 'job.queued') jobs.add(event.jobId);
    if (event.cause !== undefined) causes.add(event.cause);
    return true;
  });
  const path = JSON.stringify(file.path);
  const calls = sessionCalls(hub.reader, stretch).filter(
    ({ session, cause }) =>
      cause !== written.cause &&
      (causes.has(cause) || (typeof cause === 'string' && frames.bodyOf(session, cause)?.includes(path) === true)),
  );
  const called = sessionEventsAt(
    hub.reader,
    calls.map(({ seq }) => seq),
  );
  const found = new Map<string, StoredEvent[]>();
  for (const { session, event } of [...named, ...called].sort((a, b) => a.event.seq - b.event.seq)) {
    const list = found.get(session);
    if (list) list.push(event);
    else found.set(session, [event]);
  }
  return found;
}

/** Whether an event has to do with a file: by its id, by a job on it, or by a path in its workspace. */
function isNamedBy(event: StoredEvent, file: FileVersion, written: StoredEvent, jobs: ReadonlySet<string>): boolean {
  if ('fileId' in event && event.fileId === file.fileId) return true;
  if ('jobId' in event && jobs.has(event.jobId)) return true;
  if (!('workspace' in event && 'workspace' in written) || event.workspace !== written.workspace) return false;
  return ('path' in event && isNamedIn(event.path, file.path)) || ('from' in event && event.from === file.path);
}

/** Whether a path is that of the file or is made from it: `reports/plan.md.txt` is named for `plan.md`. */
function isNamedIn(path: string, file: string): boolean {
  const at = `/${path}`.indexOf(`/${file}`);
  if (at === -1) return false;
  const next = path.charAt(at + file.length);
  return next === '' || next === '.' || next === '/';
}
