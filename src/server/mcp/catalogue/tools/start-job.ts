import type { AnyJobKind } from '../../../../jobs/job-kind.ts';
import { jobKinds } from '../../../../jobs/kinds.ts';
import { pathArgument, versionArgument, workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { fullJob, fullJobFields } from '../views/job-view.ts';

/** The tool that starts jobs of a kind: it is called as the kind is, and answers with the job as it was queued. */
export function startJob(kind: AnyJobKind): ToolDefinition {
  return defineTool({
    name: kind.name,
    title: kind.title,
    description: `${kind.description} Answers at once with job_id; job_wait gives the result.`,
    role: kind.role,
    effect: 'adds',
    ...(kind.set === undefined ? {} : { set: kind.set }),
    idempotent: false,
    files: namesFile,
    logs: ['workspace', 'path', 'version'],
    input: { workspace: workspaceArgument, path: pathArgument, version: versionArgument, ...kind.input },
    output: fullJobFields,
    run: ({ workspace, path, version, ...input }, call) => {
      const { ctx, deps } = call;
      const { id } = call.workspace(workspace);
      const { jobId } = deps.jobs.commitQueue(ctx.origin, {
        kind: kind.name,
        workspace: id,
        path,
        ...(version === undefined ? {} : { version }),
        input,
      }).answer;
      return {
        onceOnDisk: () => ({
          say: `Job ${jobId} ${kind.words.verb} ${path}. Call job_wait with this job_id for its result.`,
          result: fullJob(deps.jobs.onDisk(jobId), deps.hub.keyName),
        }),
      };
    },
  });
}

/** One tool for each kind of job. */
export const startJobTools: readonly ToolDefinition[] = jobKinds.map(startJob);
