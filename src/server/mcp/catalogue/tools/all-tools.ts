import type { NamedFile, ToolDefinition } from '../define-tool/tool.ts';
import { auditTools } from './audit.ts';
import { eventTools } from './event.ts';
import { fileChangeTools } from './file-change.ts';
import { fileDiffTools } from './file-diff.ts';
import { fileListTools } from './file-list.ts';
import { fileReadTools } from './file-read.ts';
import { fileWriteTools } from './file-write.ts';
import { guideTools } from './guide.ts';
import { identityTools } from './identity.ts';
import { jobTools } from './job.ts';
import { knowledgeTools } from './knowledge.ts';
import { linkTools } from './link.ts';
import { lockTools } from './lock.ts';
import { memberTools } from './member.ts';
import { startJobTools } from './start-job.ts';
import { transferTools } from './transfer.ts';
import { uploadTools } from './upload.ts';
import { workspaceTools } from './workspace.ts';

/** Every tool there is, in the order of `tools/list`. What is said of tools elsewhere is made from this. */
export const allTools: readonly ToolDefinition[] = [
  ...identityTools,
  ...guideTools,
  ...workspaceTools,
  ...memberTools,
  ...transferTools,
  ...fileListTools, // what there is: list, find, stat, versions
  ...fileReadTools, // contents
  ...fileDiffTools, // what changed between two of them
  ...fileWriteTools, // a new version, of a given content
  ...fileChangeTools, // what happens to a file as a whole: copy, move, delete, purge, restore
  ...uploadTools,
  ...linkTools,
  ...lockTools,
  ...eventTools,
  ...startJobTools,
  ...jobTools,
  ...knowledgeTools, // what files say
  ...auditTools,
];

const byName: ReadonlyMap<string, ToolDefinition> = new Map(allTools.map((tool) => [tool.name, tool]));

export function toolNamed(name: string | undefined): ToolDefinition | undefined {
  return name === undefined ? undefined : byName.get(name);
}

/** The files that a call of a tool names; none for a tool that does not exist. */
export function filesNamed(tool: string, args: unknown): readonly NamedFile[] {
  return toolNamed(tool)?.filesNamed(args) ?? [];
}
