import type { GetPromptResult, Prompt } from '@modelcontextprotocol/server';
import { HubError } from '../../../../protocol/errors.ts';
import { attemptOf, enterWorkspace } from '../call/enter.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps, ToolElsewhere } from '../call/catalogue-deps.ts';
import { filePath } from '../reading/file-path.ts';
import { nearest } from '../../../../protocol/words/nearest.ts';
import type { PromptSubject } from './prompt-subject.ts';
import { resolveLockConflict, summarizeWorkspace, triageUpload } from './prompt-texts.ts';
import { RpcError } from '../../rpc/rpc.ts';
import { toRpcError } from '../../rpc/agent-error.ts';
import { rpcCodes } from '../../../../protocol/json-rpc.ts';

type Arguments = Readonly<Record<string, string>>;

interface PromptSpec {
  readonly prompt: Prompt;
  /** What the argument `path` is the path of, where the prompt has one. */
  readonly pathOf: 'nothing' | 'a file' | 'a lock';
  /** The tool that gives what is attached to it. */
  readonly attaches: ToolElsewhere;
  write(subject: PromptSubject): Promise<GetPromptResult>;
}

const workspaceArgument = {
  name: 'workspace',
  description: 'Id or name of the workspace. May be left out where your key has exactly one.',
  required: false,
};

const specs: readonly PromptSpec[] = [
  {
    prompt: {
      name: 'triage_upload',
      title: 'Triage an upload',
      description: 'Look at a file that has just arrived, find out what it is, and say what should become of it.',
      // Slash commands take arguments by their place: what is required comes first.
      arguments: [{ name: 'path', description: 'Path of the file that arrived.', required: true }, workspaceArgument],
    },
    pathOf: 'a file',
    attaches: 'file_list',
    write: triageUpload,
  },
  {
    prompt: {
      name: 'summarize_workspace',
      title: 'Summarize a workspace',
      description: 'Tell the person what is in a workspace, who works in it, what is under way, and what is stuck.',
      arguments: [workspaceArgument],
    },
    pathOf: 'nothing',
    attaches: 'workspace_get',
    write: summarizeWorkspace,
  },
  {
    prompt: {
      name: 'resolve_lock_conflict',
      title: 'Resolve a lock conflict',
      description: 'Find a way on when a path that you need is locked by another agent.',
      arguments: [{ name: 'path', description: 'The path that is locked.', required: true }, workspaceArgument],
    },
    pathOf: 'a lock',
    attaches: 'lock_list',
    write: resolveLockConflict,
  },
];

export const allPrompts: readonly Prompt[] = specs.map(({ prompt }) => prompt);

/** Whether a prompt's `path` is that of a lock, so that only locked paths complete it. */
export function takesLockedPath(name: string): boolean {
  return specs.some(({ prompt, pathOf }) => prompt.name === name && pathOf === 'a lock');
}

/** The prompts, each filled with the state at the moment that it is asked for. */
export class Prompts {
  readonly list = allPrompts;
  readonly #deps: CatalogueDeps;

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
  }

  /** @throws RpcError -32602 for an unknown prompt or wrong arguments, else with the refusal's code in `data.code` */
  async get(name: string, given: Arguments, ctx: CallContext): Promise<GetPromptResult> {
    // Models and forms send an empty text for what they leave out, and none of the arguments takes one.
    const args = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const spec = specs.find(({ prompt }) => prompt.name === name);
    if (!spec) {
      const names = allPrompts.map((prompt) => prompt.name);
      const near = nearest(name, names);
      throw new RpcError(
        rpcCodes.invalidParams,
        `Unknown prompt: ${name.slice(0, 100)}. ${near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`}`,
      );
    }
    const { hub } = this.#deps;
    try {
      checkArguments(spec, args);
      this.#deps.requireTool(attemptOf(ctx, `prompts/get ${name}`), spec.attaches);
      const workspace = enterWorkspace(hub, ctx, args['workspace'], 'viewer', `prompts/get ${name}`);
      const path = spec.pathOf === 'nothing' ? '' : filePath(args['path'] ?? '');
      const result = await spec.write({ deps: this.#deps, ctx, workspace, path });
      await hub.durable(hub.changedSeq);
      return { description: spec.prompt.description, ...result };
    } catch (error) {
      await hub.durable().catch(() => undefined); // the refusal's own line in the log comes first
      throw toRpcError(error);
    }
  }
}

function checkArguments({ prompt, pathOf }: PromptSpec, args: Arguments): void {
  const known = (prompt.arguments ?? []).map(({ name }) => name);
  const unknown = Object.keys(args).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new HubError(
      'invalid_argument',
      `${prompt.name} has no argument "${unknown}"${near === undefined ? '' : `; did you mean "${near}"?`} It takes ${known.join(', ')}.`,
      { details: { argument: unknown, accepted: known } },
    );
  }
  if (pathOf !== 'nothing' && args['path'] === undefined) {
    throw new HubError(
      'invalid_argument',
      `${prompt.name}: "path" is missing; it must be the path of a file in the workspace.`,
      {
        details: { argument: 'path' },
      },
    );
  }
}
