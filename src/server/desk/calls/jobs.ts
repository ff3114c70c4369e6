import type { HubAnswers } from '../../../protocol/api.ts';
import type { jobCalls as calls } from '../../../protocol/calls/jobs.ts';
import { PERSON } from '../../../hub/rule.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** The Jobs screen, and the jobs of a file's menu. */
export function answerJobCalls({ hub, jobs }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    jobs: async ({ workspace, ...request }) =>
      jobs.list({ ...request, ...(workspace === undefined ? {} : { workspace: workspaceOf(hub, workspace) }) }),
    job: async ({ jobId }) => jobs.get(jobId),
    jobQueue: async (input) => jobs.queue(PERSON, { ...input, workspace: workspaceOf(hub, input.workspace) }),
    jobCancel: async ({ jobId }) => {
      await jobs.cancel(PERSON, jobId, 'cancelled by the person at the desk');
    },
    jobRetry: async ({ jobId }) => jobs.retry(PERSON, jobId),
  };
}
