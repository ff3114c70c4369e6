import type { HubErrorCode } from '../../protocol/errors.ts';
import { HubError } from '../../protocol/errors.ts';
import type { JobOutputFile } from '../../protocol/events/jobs.ts';
import type { HubState, JobState } from '../../protocol/state.ts';
import { newPathProblem } from '../paths/path.ts';
import type { DecidedEvent, Rule, RuleEnv } from '../rule.ts';
import { writeFile } from './files.ts';
import type { FileEvent } from './file-records.ts';

/** What each end of a job tells. */
export interface JobEnd {
  readonly jobId: string;
  readonly ms: number;
  readonly log: readonly string[];
}

/** A job of another kind on the file that a job wrote. */
export interface NextJob {
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface SucceedJobCommand extends JobEnd {
  readonly result: Record<string, unknown>;
  /** What it wrote, already on disk: it becomes a version of the file that the job is to write. */
  readonly wrote?: {
    /** Of the file, where the job was given a folder. */
    readonly name: string;
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly mime: string;
  };
  /** Jobs that follow on the file that it wrote. */
  readonly next?: readonly NextJob[];
}

/**
 * Ends a job with its result. The file that it wrote, and the jobs that follow, are those of who asked for it, and come
 * in the same commit: what forbids them that file (role, lock, version, quota) forbids the end.
 */
export const succeedJob: Rule<SucceedJobCommand, void> = (state, command, env) => {
  const job = state.jobs.get(command.jobId);
  if (job?.status !== 'running') return notRunning(command.jobId);
  const { jobId, ms, result, log } = command;
  const end = { type: 'job.succeeded' as const, workspace: job.workspace, jobId, result, ms, log: [...log] };
  if (!job.output || !command.wrote) return { events: [end], answer: () => undefined };
  const written = fileOf(state, job, command.wrote, env);
  if (written instanceof HubError) return written;
  const next = (command.next ?? []).map((each) => followUp(job, written.output, each, env));
  const children = next.length === 0 ? {} : { children: next.map((event) => event.jobId) };
  return {
    events: [...written.events, ...next, { ...end, output: written.output, ...children }],
    answer: () => undefined,
  };
};

/** The events that write a job's file as who asked for it, and what they make. */
function fileOf(
  state: HubState,
  job: JobState,
  { name, sha256, sizeBytes, mime }: NonNullable<SucceedJobCommand['wrote']>,
  env: RuleEnv,
): { readonly events: readonly DecidedEvent[]; readonly output: JobOutputFile } | HubError {
  const { path: target = '', ...conditions } = job.output ?? {};
  const path = target === '' || target.endsWith('/') ? `${target}${name}` : target;
  const problem = newPathProblem(path);
  if (problem) return problem;
  const actor = job.requestedBy;
  const command = { ...conditions, workspace: job.workspace, path, sha256, sizeBytes, mime, source: 'job' } as const;
  const decided = writeFile(state, command, { ...env, actor });
  if (decided instanceof HubError) return decided;
  if ('refused' in decided) return decided.refused;
  const events = decided.events.map((event) => ({ ...event, actor }));
  const [written] = events as unknown as readonly Extract<FileEvent, { type: 'file.written' }>[];
  if (!written) throw new Error('A file that is written has an event');
  return { events, output: { fileId: written.fileId, path: written.path, version: written.version, sizeBytes, mime } };
}

function followUp(parent: JobState, file: JobOutputFile, { kind, input }: NextJob, env: RuleEnv) {
  const { fileId, path, version } = file;
  return {
    type: 'job.queued',
    workspace: parent.workspace,
    jobId: env.newId('job'),
    kind,
    fileId,
    path,
    version,
    ...(Object.keys(input).length === 0 ? {} : { input }),
    priority: 'low',
    parent: parent.id,
    attempt: 1,
    actor: parent.requestedBy,
  } as const;
}

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

export function notRunning(jobId: string): HubError {
  return new HubError('conflict', `Job ${jobId} is not running.`);
}
