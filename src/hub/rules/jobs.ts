import type { AnyJobKind } from '../../jobs/job-kind.ts';
import type { Actor } from '../../protocol/envelope.ts';
import { HubError, type HubErrorCode } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { JobRecord } from '../../protocol/records.ts';
import type { HubState, JobState } from '../../protocol/state.ts';
import { formatSize } from '../../protocol/words/units.ts';
import { normalizePath } from '../paths/path.ts';
import { requireRole } from '../permission.ts';
import { limitReached } from '../limits.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { noFile } from './files.ts';

/** A job that has been cut off so often by the end of the hub may well be the reason for it. */
const MAX_INTERRUPTIONS = 5;

type JobEnd = { readonly jobId: string; readonly ms: number; readonly log: readonly string[] };

/** Queues a job on a file's version, the newest when none is given. `input` is what the kind takes, parsed. */
export const queueJob: Rule<
  {
    readonly kind: AnyJobKind;
    readonly workspace: string;
    readonly path: string;
    readonly version?: number;
    readonly input: Readonly<Record<string, unknown>>;
  },
  { readonly jobId: string }
> = (state, command, env) => {
  const { kind, input } = command;
  const path = normalizePath(command.path);
  if (path instanceof HubError) return path;
  const refused = requireRole(state, env.actor, command.workspace, kind.role);
  if (refused) return refused;
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
  const full = noRoom(state, command.workspace, env);
  if (full) return full;
  const jobId = env.newId('job');
  return {
    events: [
      {
        type: 'job.queued',
        workspace: command.workspace,
        jobId,
        kind: kind.name,
        fileId: file.id,
        path,
        version,
        ...(Object.keys(input).length === 0 ? {} : { input }),
        attempt: 1,
      },
    ],
    answer: () => ({ jobId }),
  };
};

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

export const succeedJob: Rule<JobEnd & { readonly result: Record<string, unknown> }, void> = (state, command) => {
  const job = state.jobs.get(command.jobId);
  if (job?.status !== 'running') return notRunning(command.jobId);
  const { jobId, ms, result, log } = command;
  return {
    events: [{ type: 'job.succeeded', workspace: job.workspace, jobId, result, ms, log: [...log] }],
    answer: () => undefined,
  };
};

export const failJob: Rule<JobEnd & { readonly code: HubErrorCode; readonly message: string }, void> = (
  state,
  command,
) => {
  const job = state.jobs.get(command.jobId);
  if (job?.status !== 'running') return notRunning(command.jobId);
  const { jobId, ms, code, message, log } = command;
  return {
    events: [{ type: 'job.failed', workspace: job.workspace, jobId, code, message, ms, log: [...log] }],
    answer: () => undefined,
  };
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
  if (!env.files.version(job.fileId, job.version)) {
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

/** `not_found`: there never was such a job, or it is of a workspace that the asker does not see. */
export function noJob(jobId: string): HubError {
  return new HubError('not_found', `There is no job ${jobId}; see job_list.`);
}

function queuedAgain(job: JobState | JobRecord): EventBody {
  const { id: jobId, workspace, kind, fileId, path, version, input, attempt } = job;
  const same = { workspace, jobId, kind, fileId, path, version, ...(input === undefined ? {} : { input }) };
  return { type: 'job.queued', ...same, attempt: attempt + 1 };
}

function notRunning(jobId: string): HubError {
  return new HubError('conflict', `Job ${jobId} is not running.`);
}
