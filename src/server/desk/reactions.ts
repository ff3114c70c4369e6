import { z } from 'zod';
import { agentOfActor, belongsTo, type AgentRef } from '../../protocol/agent-id.ts';
import type { EventOf, StoredEvent } from '../../protocol/events.ts';
import type { FileVersion } from '../../protocol/records.ts';
import { eventSubject, isAboutAnother } from '../../protocol/words/event-parts.ts';
import type { CallDeps } from './deps.ts';

/** Events after the file's that are searched for reactions: forty for each of five hundred agents. */
const EVENTS_AFTER = 20_000;

/** Bodies that are asked of the recorder at once. */
const BODIES_AT_ONCE = 200;

/** What an agent did about a version. */
export interface Reaction {
  readonly agent: AgentRef;
  readonly session: string | undefined;
  readonly event: StoredEvent;
}

/** A version of a file, from its event to that of the next version. */
interface VersionLife {
  readonly file: FileVersion;
  readonly workspace: string | undefined;
  readonly upTo: number;
  /** The file's path from each seq on, oldest first; undefined from a deletion on. */
  readonly places: readonly { readonly since: number; readonly path: string | undefined }[];
}

/**
 * Reactions of other agents than the author to a version while it was the newest, oldest first: jobs on this version,
 * locks on its path (by the agent that got them, not the one that released), files made from it, and the calls that led
 * there or only read it.
 *
 * A moved file is followed. What began before the version does not count: a grant to an agent that was already waiting,
 * a call in flight, the end of an older lock or job.
 */
export async function reactionsTo(
  { files, recorder, filesNamed }: Pick<CallDeps, 'files' | 'recorder' | 'filesNamed'>,
  file: FileVersion,
  written: StoredEvent,
): Promise<readonly Reaction[]> {
  const life = lifeOf(files, file, written);
  const range = { after: file.seq, upTo: life.upTo };
  const paths = life.places.flatMap(({ path }) => path ?? []);
  const begun = new Set<string>();
  /** Causes of events, and whether they led to one that counts: a call counts if its effect does. */
  const causes = new Map<string | number, boolean>();
  const deeds = files.events.naming(range, { fileId: file.fileId, paths }).filter((event) => {
    const counts = isAbout(event, life, begun);
    if (event.cause !== undefined) {
      causes.set(event.cause, (counts && !isAboutAnother(event)) || causes.get(event.cause) === true);
    }
    return counts;
  });
  // A call that changed nothing (a read) leaves no event but its own, so its arguments in the frame decide.
  const callsIn = files.events.callsIn(range);
  const bodies = await bodiesOf(
    recorder,
    callsIn.flatMap(({ cause }) => (causes.has(cause) || typeof cause !== 'string' ? [] : [cause])),
  );
  const asked = callsIn.filter(({ seq, cause }) => {
    const counts = causes.get(cause);
    if (counts !== undefined) return counts;
    const path = pathAt(life, seq);
    const body = typeof cause === 'string' && path !== undefined ? bodies.get(cause) : undefined;
    return body !== undefined && path !== undefined && asksFor(filesNamed, body, { path, version: file.version });
  });
  const calls = files.events
    .at(asked.map(({ seq }) => seq))
    .filter((event) => event.type === 'tool.called' && isCallOf(event, written, life));
  return [...deeds, ...calls]
    .sort((a, b) => a.seq - b.seq)
    .map(reaction)
    .filter((one) => one !== undefined)
    .filter((one) => !isBy(written, one));
}

/** The bodies of frames, by id; without a recorder of none. */
async function bodiesOf(
  recorder: CallDeps['recorder'],
  frameIds: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const bodies = new Map<string, string | undefined>();
  if (recorder.health.status !== 'on') return bodies;
  for (let from = 0; from < frameIds.length; from += BODIES_AT_ONCE) {
    const ids = frameIds.slice(from, from + BODIES_AT_ONCE);
    const found = await recorder.bodies(ids);
    for (const [at, id] of ids.entries()) bodies.set(id, found[at]);
  }
  return bodies;
}

function lifeOf(files: CallDeps['files'], file: FileVersion, written: StoredEvent): VersionLife {
  const places: { since: number; path: string | undefined }[] = [{ since: file.seq, path: file.path }];
  let upTo = file.seq + EVENTS_AFTER;
  for (const event of files.events.ofFile({ after: file.seq, upTo }, file.fileId)) {
    if (event.type === 'file.moved') places.push({ since: event.seq, path: event.path });
    else if (event.type === 'file.deleted') places.push({ since: event.seq, path: undefined });
    else {
      upTo = event.seq - 1;
      break;
    }
  }
  return { file, workspace: 'workspace' in written ? written.workspace : undefined, upTo, places };
}

function pathAt({ places }: VersionLife, seq: number): string | undefined {
  return places.findLast(({ since }) => since < seq)?.path;
}

/**
 * Whether an event is about the version: by a job on it, by its id, or by its path in its workspace.
 *
 * @param begun jobs, waits and locks of this version so far; those that this event begins are added
 */
function isAbout(event: StoredEvent, life: VersionLife, begun: Set<string>): boolean {
  const { file, workspace } = life;
  switch (event.type) {
    case 'job.queued':
      if (event.fileId !== file.fileId || event.version !== file.version) return false;
      begun.add(event.jobId);
      return true;
    case 'job.started':
    case 'job.succeeded':
    case 'job.failed':
    case 'job.cancelled':
      return begun.has(event.jobId);
    case 'lock.queued':
      if (!isOnPath(event, life)) return false;
      begun.add(event.waiterId);
      return true;
    case 'lock.acquired':
      if (event.waiterId === undefined ? !isOnPath(event, life) : !begun.has(event.waiterId)) return false;
      begun.add(event.lockId);
      return true;
    case 'lock.refused':
      return event.waiterId === undefined ? isOnPath(event, life) : begun.has(event.waiterId);
    case 'lock.renewed':
      return begun.has(event.lockId);
    case 'lock.released':
      return event.how === 'released' && begun.has(event.lockId);
    case 'file.copied': {
      const path = pathAt(life, event.seq);
      const isCopy = event.from === path && (event.fromWorkspace ?? event.workspace) === workspace;
      return isCopy ? event.fromVersion === file.version : isOnPath(event, life);
    }
    default:
      return ('fileId' in event && event.fileId === file.fileId) || isOnPath(event, life);
  }
}

/** Whether an event's path is the file's, or that of a file made from it. */
function isOnPath(event: StoredEvent, life: VersionLife): boolean {
  const path = pathAt(life, event.seq);
  if (path === undefined || !('path' in event) || !('workspace' in event)) return false;
  return event.workspace === life.workspace && isNamedFor(event.path, path);
}

/** `plan.md` itself, or a file made from it in any folder: `reports/plan.md.txt`. */
function isNamedFor(path: string, file: string): boolean {
  if (path === file) return true;
  const at = `/${path}`.indexOf(`/${file}`);
  return at !== -1 && ['.', '/'].includes(path.charAt(at + file.length));
}

const callSchema = z.object({ params: z.object({ name: z.string(), arguments: z.unknown() }) });

/** Whether a request asks for this version of a file, by the arguments in which its tool names files. */
function asksFor(
  filesNamed: CallDeps['filesNamed'],
  body: string,
  { path, version }: { readonly path: string; readonly version: number },
): boolean {
  if (!body.includes(JSON.stringify(path))) return false;
  const call = callSchema.safeParse(parsed(body));
  if (!call.success) return true; // the kept text is cut
  const { name, arguments: given } = call.data.params;
  return filesNamed(name, given).some((file) => file.path === path && (file.version ?? version) === version);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a call in the version's workspace began after the version was there. */
function isCallOf(call: EventOf<'tool.called'>, written: StoredEvent, { workspace }: VersionLife): boolean {
  if (call.workspace !== undefined && call.workspace !== workspace) return false;
  return call.cause !== written.cause && call.at - call.ms >= written.at - 1; // both are rounded
}

/** An event with its agent: for a grant, the agent that waited. */
function reaction(event: StoredEvent): Reaction | undefined {
  const subject = eventSubject(event);
  if (subject.kind !== 'agent') return undefined;
  return { agent: agentOfActor(subject), session: subject.session, event };
}

/** Whether the version's author did this: nobody reacts to their own write. */
function isBy({ actor }: StoredEvent, { agent, session }: Reaction): boolean {
  if (actor.kind !== 'agent' || !belongsTo(agentOfActor(actor), agent)) return false;
  return actor.session === undefined || session === undefined || actor.session === session;
}
