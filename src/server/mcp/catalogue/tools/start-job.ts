import { z } from 'zod';
import { jobPrioritySchema } from '../../../../protocol/events/jobs.ts';
import type { AnyJobKind } from '../../../../jobs/job-kind.ts';
import { jobKinds } from '../../../../jobs/kinds.ts';
import {
  ifVersionArgument,
  lockTokenArgument,
  pathArgument,
  versionArgument,
  workspaceArgument,
  writeConditions,
} from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile, namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { fullJob, fullJobFields } from '../views/job-view.ts';

/** Where the file of a kind goes that writes one, and on what conditions. */
const targetArguments = {
  into: z
    .string()
    .max(4096)
    .optional()
    .describe('Path of the file that it writes, or a folder that ends with /. When left out, beside the source.'),
  if_version: ifVersionArgument,
  lock_token: lockTokenArgument,
};

const folderArgument = z
  .string()
  .max(4096)
  .optional()
  .describe('A folder, such as "reports/", with all below it. The whole workspace when left out.');

const priorityArgument = jobPrioritySchema.optional().describe('Among your own jobs. Usual when left out.');

/** The tool that starts jobs of a kind: it is called as the kind is, and answers with the job as it was queued. */
export function startJobTool(kind: AnyJobKind): ToolDefinition {
  return defineTool({
    name: kind.name,
    title: kind.title,
    description: `${kind.description} Answers at once with job_id; job_wait gives the result.`,
    role: kind.role,
    effect: 'adds',
    ...(kind.set === undefined ? {} : { set: kind.set }),
    idempotent: false,
    files: kind.source === undefined ? namesFile : namesNoFile,
    logs: ['workspace', 'path', 'version', 'into'],
    input: {
      workspace: workspaceArgument,
      ...(kind.source === undefined ? { path: pathArgument, version: versionArgument } : {}),
      ...(kind.source === 'folder' ? { path: folderArgument } : {}),
      ...kind.input,
      ...(kind.output ? targetArguments : {}),
      ...(kind.set === 'more' ? { priority: priorityArgument } : {}),
    },
    output: fullJobFields,
    run: (args, call) => {
      const { ctx, deps } = call;
      const request = requestOf(kind, args);
      const { id } = call.workspace(request.workspace);
      const { jobId } = deps.jobs.commitQueue(ctx.origin, { ...request.job, workspace: id }).answer;
      return {
        onceOnDisk: () => {
          const job = deps.jobs.onDisk(jobId);
          return {
            say: `Job ${jobId} ${kind.words.verb} ${job.path}. Call job_wait with this job_id for its result.`,
            result: fullJob(job, deps.hub.keyName),
          };
        },
      };
    },
  });
}

const sharedSchema = z.object({
  workspace: workspaceArgument,
  path: pathArgument.optional(),
  version: versionArgument,
  ...targetArguments,
  priority: priorityArgument,
});

/** A call's arguments, checked already, taken apart: what every kind has, and the kind's own. */
function requestOf(kind: AnyJobKind, args: Readonly<Record<string, unknown>>) {
  const own = Object.fromEntries(Object.entries(args).filter(([name]) => name in kind.input));
  const shared = sharedSchema.parse(Object.fromEntries(Object.entries(args).filter(([name]) => !(name in kind.input))));
  const { workspace, path, version, into, priority } = shared;
  return {
    workspace,
    job: {
      kind: kind.name,
      ...(path === undefined ? {} : { path }),
      ...(version === undefined ? {} : { version }),
      ...(into === undefined ? {} : { into }),
      ...(priority === undefined ? {} : { priority }),
      conditions: writeConditions(shared),
      input: own,
    },
  };
}

/** One tool for each kind of job. */
export const startJobTools: readonly ToolDefinition[] = jobKinds.map(startJobTool);
