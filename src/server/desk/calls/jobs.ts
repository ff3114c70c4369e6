import type { HubApi } from '../../../protocol/api.ts';
import { PERSON, type CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

type JobCalls = Pick<HubApi, 'jobs' | 'job' | 'jobQueue' | 'jobCancel' | 'jobRetry'>;

/** The Jobs screen, and the jobs of a file's menu. */
export function jobCalls({ hub, jobs }: CallDeps): JobCalls {
  return {
    jobs: async ({ workspace, ...request }) =>
      jobs.list({ ...request, ...(workspace === undefined ? {} : { workspace: workspaceOf(hub, workspace) }) }),
    job: async (jobId) => jobs.get(jobId),
    jobQueue: async (request) => jobs.queue(PERSON, { ...request, workspace: workspaceOf(hub, request.workspace) }),
    jobCancel: async (jobId) => {
      await jobs.cancel(PERSON, jobId, 'cancelled by the person at the desk');
    },
    jobRetry: async (jobId) => jobs.retry(PERSON, jobId),
  };
}
