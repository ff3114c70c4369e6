import { z } from 'zod';
import { jobKinds } from '../../../../jobs/kinds.ts';
import { jobStatuses, type JobRecord } from '../../../../protocol/records.ts';
import { cancelReasonArgument, jobIdArgument, workspaceArgument } from '../define-tool/arguments.ts';
import type { Call } from '../call/tool-call.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { nextCursor, pageArguments, pageOutput, pageRequest, pageWords } from '../define-tool/page-arguments.ts';

import type { NameOfKey } from '../views/common.ts';
import { PageRoom } from '../views/page-room.ts';
import { fullJob, fullJobFields, jobShape, jobView, type JobView } from '../views/job-view.ts';
import { allowedWait, keepAlive, waitArgument } from '../define-tool/waiting.ts';

const get = defineTool({
  name: 'job_get',
  title: 'Get a job',
  description:
    'Gives a job as it stands: status (queued, running, succeeded, failed, cancelled), how far it is, its log, and its result or error once it is finished. To wait for the end use job_wait instead of asking again and again.',
  role: 'viewer',
  effect: 'reads',
  set: 'more',
  mayBeLarge: true,
  idempotent: true,
  files: namesNoFile,
  logs: ['job_id'],
  input: { job_id: jobIdArgument },
  output: fullJobFields,
  run: async ({ job_id: jobId }, call) => {
    const job = await reach(call, jobId);
    call.says({ jobId });
    return answerOf(job, call.deps.hub.keyName);
  },
});

const wait = defineTool({
  name: 'job_wait',
  title: 'Wait for a job',
  description:
    'Waits until a job is finished or timeout_ms is over, and gives its status (queued, running, succeeded, failed, cancelled), how far it is, its log, and its result or error. While it is queued or running, call it again: nothing is lost in between.',
  role: 'viewer',
  effect: 'reads',
  mayBeLarge: true,
  idempotent: true,
  files: namesNoFile,
  logs: ['job_id', 'timeout_ms'],
  input: {
    job_id: jobIdArgument,
    timeout_ms: waitArgument('How long to wait at most.', 30_000),
  },
  output: { ...fullJobFields, timed_out: z.boolean().describe('Whether the time was up before the job was finished') },
  run: async ({ job_id: jobId, timeout_ms: timeout }, call) => {
    const { ctx, deps } = call;
    const before = await reach(call, jobId);
    const waiting = keepAlive(call, timeout, `Waiting for ${before.kind} of ${before.path}`);
    try {
      const job = await deps.jobs.wait(jobId, {
        timeoutMs: allowedWait(call, timeout),
        signal: ctx.signal,
        onProgress: waiting.report,
      });
      await call.job(jobId); // the role may be gone by now
      call.says({ jobId });
      const timedOut = job.status === 'queued' || job.status === 'running';
      return { say: sentence(job), result: { ...fullJob(job, deps.hub.keyName), timed_out: timedOut } };
    } finally {
      waiting.stop();
    }
  },
});

const list = defineTool({
  name: 'job_list',
  title: 'List jobs',
  description:
    'Lists the jobs of a workspace, finished or not, newest first, without their logs. What cut names is shortened: job_get gives it whole. Narrow it with status and kind.',
  role: 'viewer',
  effect: 'reads',
  set: 'more',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'status', 'kind', 'limit'],
  input: {
    workspace: workspaceArgument,
    status: z.enum(jobStatuses).optional(),
    kind: z.enum(jobKinds.map(({ name }) => name)).optional(),
    ...pageArguments,
  },
  output: { workspace: z.string(), jobs: z.array(jobShape), ...pageOutput },
  run: async (args, call) => {
    const { deps } = call;
    const { id, name } = call.workspace(args.workspace);
    const { status, kind } = args;
    const room = new PageRoom<JobView>(args.max_bytes);
    const page = await deps.jobs.list({
      workspace: id,
      ...pageRequest(args),
      fits: (job) => room.take(jobView(job, deps.hub.keyName)),
      ...(status === undefined ? {} : { status }),
      ...(kind === undefined ? {} : { kind }),
    });
    return {
      say: pageWords(page, 'job', `in ${name}`),
      result: { workspace: id, jobs: room.items, ...nextCursor(page) },
    };
  },
});

const cancel = defineTool({
  name: 'job_cancel',
  title: 'Cancel a job',
  description:
    'Cancels a queued or running job. conflict: it is finished already, and stays as it is. A cancelled job can be started again with job_retry.',
  role: 'editor',
  effect: 'destroys',
  idempotent: false,
  files: namesNoFile,
  logs: ['job_id'],
  input: {
    job_id: jobIdArgument,
    reason: cancelReasonArgument,
  },
  output: fullJobFields,
  run: async ({ job_id: jobId, reason }, call) => {
    const { ctx, deps } = call;
    await call.job(jobId);
    await deps.jobs.commitCancel(ctx.origin, jobId, reason);
    return { onceOnDisk: () => answerOf(deps.jobs.onDisk(jobId), deps.hub.keyName) };
  },
});

const retry = defineTool({
  name: 'job_retry',
  title: 'Retry a job',
  description:
    'Queues a failed or cancelled job again under the same job_id, as its next attempt. conflict: it is not finished, or has succeeded.',
  role: 'editor',
  effect: 'adds',
  set: 'more',
  idempotent: false,
  files: namesNoFile,
  logs: ['job_id'],
  input: { job_id: jobIdArgument },
  output: fullJobFields,
  run: async ({ job_id: jobId }, call) => {
    const { ctx, deps } = call;
    await call.job(jobId);
    await deps.jobs.commitRetry(ctx.origin, jobId);
    return { onceOnDisk: () => answerOf(deps.jobs.onDisk(jobId), deps.hub.keyName) };
  },
});

/** The job, after a check that the caller may reach its workspace. */
async function reach(call: Call, jobId: string): Promise<JobRecord> {
  await call.job(jobId);
  return call.deps.jobs.get(jobId);
}

function answerOf(job: JobRecord, nameOf: NameOfKey) {
  return { say: sentence(job), result: fullJob(job, nameOf) };
}

function sentence(job: JobRecord): string {
  const what = `Job ${job.id}, ${job.kind} of ${job.path}`;
  switch (job.status) {
    case 'queued':
      return `${what}: queued. Call job_wait to wait for its end.`;
    case 'running':
      return `${what}: running${job.fraction === undefined ? '' : `, ${Math.round(job.fraction * 100)} % done`}. Call job_wait to wait for its end.`;
    case 'succeeded':
      return `${what}: succeeded after ${job.ms} ms.`;
    case 'failed':
      return `${what}: failed with ${job.error.code}: ${job.error.message} Call job_retry to try again.`;
    case 'cancelled':
      return `${what}: cancelled (${job.reason}). Call job_retry to queue it again.`;
    default:
      return job satisfies never;
  }
}

export const jobTools: readonly ToolDefinition[] = [get, wait, list, cancel, retry];
