import type { AnyJobKind } from '../../jobs/job-kind.ts';
import type { Actor } from '../../protocol/envelope.ts';
import { HubError, type HubErrorCode } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { JobPriority, JobTarget } from '../../protocol/events/jobs.ts';
import type { JobRecord } from '../../protocol/records.ts';
import type { HubState, JobState } from '../../protocol/state.ts';
import { formatSize } from '../../protocol/words/units.ts';
import { normalizeFolder, normalizePath } from '../paths/path.ts';
import { requireRole } from '../permission.ts';
import { limitReached } from '../limits.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { checkWrite, noFile } from './files.ts';
import { failJob, notRunning, type JobEnd } from './job-ends.ts';
import type { WriteConditions } from './write-guard.ts';

/** A job that has been cut off so often by the end of the hub may well be the reason for it. */
const MAX_INTERRUPTIONS = 3;
/** Causes that can pass are waited out so often, each time four times as long. */
const MAX_RETRIES = 4;
const FIRST_RETRY_MS = 2000;
/** Longest wait before a retry, also where a server asks for a longer one. */
export const MAX_RETRY_MS = 5 * 60_000;

export interface QueueJobCommand {
  readonly kind: AnyJobKind;
  readonly workspace: string;
  /** Of the file or folder that it works on (`''` or left out for the top folder); for a kind that works on none, left out. */
  readonly path?: string;
  /** The newest when left out. */
  readonly version?: number;
  /** What the kind takes, parsed. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Where its file goes. Default: where the kind puts it. */
  readonly into?: string;
  readonly conditions?: WriteConditions;
  readonly priority?: JobPriority;
}

/** Queues a job. Checked now: the file is there, the kind takes it, and the asker may write the kind's output. */
export const queueJob: Rule<QueueJobCommand, { readonly jobId: string }> = (state, command, env) => {
  const { kind, input, workspace, priority } = command;
  const refused = requireRole(state, env.actor, workspace, kind.role);
  if (refused) return refused;
  const source = kind.source === undefined ? sourceOf(command, env) : undefined;
  if (source instanceof HubError) return source;
  const folder = kind.source === 'folder' ? sourceFolder(command) : undefined;
  if (folder instanceof HubError) return folder;
  const problem = kind.refuses?.(input, source);
  if (problem) return problem;
  const output = targetOf(state, command, source?.path ?? folder, env);
  if (output instanceof HubError) return output;
  const full = noRoom(state, workspace, env);
  if (full) return full;
  const jobId = env.newId('job');
  return {
    events: [
      {
        type: 'job.queued',
        workspace,
        jobId,
        kind: kind.name,
        ...(source && { fileId: source.fileId }),
        path: source?.path ?? folder ?? expectedPath(kind, input, output?.path ?? ''),
        ...(source && { version: source.version }),
        ...(Object.keys(input).length === 0 ? {} : { input }),
        ...(output && { output }),
        ...(priority && { priority }),
        attempt: 1,
      },
    ],
    answer: () => ({ jobId }),
  };
};

/** The file that a job is to work on, or why it cannot. */
function sourceOf({ kind, ...command }: QueueJobCommand, env: RuleEnv) {
  const path = normalizePath(command.path ?? '');
  if (path instanceof HubError) return path;
  const file = env.files.byPath(command.workspace, path);
  if (!file || file.deletedAt !== undefined) return noFile(path);
  const version = command.version ?? file.version;
  const wanted = env.files.version(file.id, version);
  if (!wanted) {
    return new HubError('not_found', `${JSON.stringify(path)} has no version ${version}; see file_versions.`);
  }
  const { inputBytes } = kind.limits;
  if (wanted.sizeBytes > inputBytes) {
    return new HubError(
      'too_large',
      `${JSON.stringify(path)} is ${formatSize(wanted.sizeBytes)}; ${kind.name} takes files up to ${formatSize(inputBytes)}.`,
      { details: { size_bytes: wanted.sizeBytes, limit_bytes: inputBytes } },
    );
  }
  return { fileId: file.id, path, version, mime: wanted.mime, sizeBytes: wanted.sizeBytes };
}

/** The folder that a job is to work on, with a slash at its end; a slash alone is the top. */
function sourceFolder({ path = '' }: QueueJobCommand): string | HubError {
  const folder = normalizeFolder(path);
  return folder instanceof HubError ? folder : `${folder}/`;
}

/** What a job without a source is called: the path that its file will have, as far as that is known. */
function expectedPath(kind: AnyJobKind, input: QueueJobCommand['input'], target: string): string {
  const isFolder = target === '' || target.endsWith('/');
  return isFolder ? `${target}${kind.output?.name?.(input) ?? kind.name}` : target;
}

/** Where a job's file goes, after the checks of any write; undefined for a kind that writes none. */
function targetOf(
  state: HubState,
  { kind, workspace, input, into, conditions = {} }: QueueJobCommand,
  sourcePath: string | undefined,
  env: RuleEnv,
): JobTarget | undefined | HubError {
  if (!kind.output) return undefined;
  const wanted = into ?? kind.output.into(sourcePath, input);
  const isFolder = wanted === '' || wanted.endsWith('/');
  const folder = isFolder ? normalizeFolder(wanted) : '';
  if (folder instanceof HubError) return folder;
  // Of a folder the file is not known yet; what stands in its way is found when it has its name.
  const { ifVersion, lockId, fence } = conditions;
  const proof = { ...(lockId === undefined ? {} : { lockId }), ...(fence === undefined ? {} : { fence }) };
  const all = { ...(ifVersion === undefined ? {} : { ifVersion }), ...proof };
  if (isFolder) return { path: folder === '' ? '' : `${folder}/`, ...all };
  const checked = checkWrite(state, { workspace, path: wanted, sizeBytes: 0, ...all }, env);
  return checked instanceof HubError ? checked : { path: checked.path, ...all };
}

/** Why no more jobs of a workspace are taken from somebody now; undefined where they are. */
function noRoom({ jobs }: HubState, workspace: string, { actor, limits }: RuleEnv): HubError | undefined {
  if (jobs.size >= limits.jobs) return limitReached(limits, 'jobs', actor);
  if (actor.kind !== 'agent' || jobs.size < Math.min(limits['jobs-per-key'], limits['jobs-per-workspace']))
    return undefined;
  let ofKey = 0;
  let ofWorkspace = 0;
  for (const job of jobs.values()) {
    if (job.requestedBy.kind === 'agent' && job.requestedBy.key === actor.key) ofKey += 1;
    if (job.workspace === workspace) ofWorkspace += 1;
  }
  if (ofKey >= limits['jobs-per-key']) return limitReached(limits, 'jobs-per-key');
  return ofWorkspace >= limits['jobs-per-workspace'] ? limitReached(limits, 'jobs-per-workspace') : undefined;
}

/** Takes a job from the queue. */
export const startJob: Rule<{ readonly jobId: string }, void> = (state, { jobId }) => {
  const job = state.jobs.get(jobId);
  if (job?.status !== 'queued') return new HubError('conflict', `Job ${jobId} is not queued.`);
  return { events: [{ type: 'job.started', workspace: job.workspace, jobId }], answer: () => undefined };
};

/** Ends a job that waits or runs; `log` is what it said so far. */
export const cancelJob: Rule<
  { readonly jobId: string; readonly reason: string; readonly log: readonly string[] },
  void
> = (state, command, env) => {
  const job = state.jobs.get(command.jobId);
  if (!job) return new HubError('conflict', `Job ${command.jobId} is over; see job_get.`);
  const refused = state.workspaces.has(job.workspace) ? mayChange(state, env.actor, job) : undefined;
  if (refused) return refused;
  return {
    events: [
      { type: 'job.cancelled', workspace: job.workspace, jobId: job.id, reason: command.reason, log: [...command.log] },
    ],
    answer: () => undefined,
  };
};

/** Queues a job that failed or was cancelled once more, under the same id. */
export const retryJob: Rule<JobRecord, { readonly jobId: string }> = (state, job, env) => {
  const refused = mayChange(state, env.actor, job);
  if (refused) return refused;
  if (state.jobs.has(job.id))
    return new HubError('conflict', `Job ${job.id} is not over yet; wait for it with job_wait.`);
  if (job.status === 'succeeded')
    return new HubError('conflict', `Job ${job.id} has succeeded; its result is in job_get.`);
  const full = noRoom(state, job.workspace, env);
  if (full) return full;
  if (job.fileId !== undefined && job.version !== undefined && !env.files.version(job.fileId, job.version)) {
    return new HubError(
      'gone',
      `Version ${job.version} of ${JSON.stringify(job.path)} was purged; call ${job.kind} with another one.`,
    );
  }
  return { events: [queuedAgain(job)], answer: () => ({ jobId: job.id }) };
};

/** Why an actor may not cancel or retry a job: one that it does not see is not there. */
function mayChange(state: HubState, actor: Actor, job: JobState | JobRecord): HubError | undefined {
  const refused = requireRole(state, actor, job.workspace, 'editor');
  return refused?.code === 'not_found' ? noJob(job.id) : refused;
}

/** At start: what ran when the hub ended is queued again, or given up when that happened too often. */
export const requeueJob: Rule<{ readonly jobId: string }, void> = (state, { jobId }) => {
  const job = state.jobs.get(jobId);
  if (job?.status !== 'running') return notRunning(jobId);
  const interruptions = (job.interruptions ?? 0) + 1;
  const failed: EventBody = {
    type: 'job.failed',
    workspace: job.workspace,
    jobId,
    code: 'unreadable_file',
    message: `The hub ended ${interruptions} times while it worked on this; it is not tried again by itself.`,
    ms: 0,
    log: [],
  };
  return { events: [interruptions >= MAX_INTERRUPTIONS ? failed : queuedAgain(job)], answer: () => undefined };
};

/**
 * Queues a job again that failed for a cause that can pass: after two seconds, then each time four times as long, and
 * not before `afterMs` where a server asked for that. Fails it when that happened too often.
 */
export const retryLater: Rule<
  JobEnd & { readonly code: HubErrorCode; readonly message: string; readonly afterMs?: number },
  void
> = (state, command, env) => {
  const { jobId, code, message, afterMs = 0 } = command;
  const job = state.jobs.get(jobId);
  if (job?.status !== 'running') return notRunning(jobId);
  const count = job.retries?.count ?? 0;
  if (count >= MAX_RETRIES || afterMs > MAX_RETRY_MS) return failJob(state, command, env);
  const waitMs = Math.max(Math.min(FIRST_RETRY_MS * 4 ** count, MAX_RETRY_MS), Math.ceil(afterMs));
  const retry = { afterMs: waitMs, code, message };
  return { events: [{ ...queuedAgain(job), retry }], answer: () => undefined };
};

/** `not_found`: there never was such a job, or it is of a workspace that the asker does not see. */
export function noJob(jobId: string): HubError {
  return new HubError('not_found', `There is no job ${jobId}; see job_list.`);
}

function queuedAgain(job: JobState | JobRecord): EventBody & { type: 'job.queued' } {
  const { id: jobId, workspace, kind, fileId, path, version, input, output, priority, parent, attempt } = job;
  return {
    type: 'job.queued',
    workspace,
    jobId,
    kind,
    ...(fileId === undefined ? {} : { fileId }),
    path,
    ...(version === undefined ? {} : { version }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(priority === undefined ? {} : { priority }),
    ...(parent === undefined ? {} : { parent }),
    attempt: attempt + 1,
  };
}
