import type {
  CallToolResult,
  CompleteRequestParams,
  CompleteResult,
  GetPromptResult,
  ListResourcesResult,
  Prompt,
  ReadResourceResult,
  ListResourceTemplatesResult,
  Tool,
} from '@modelcontextprotocol/server';
import type { HubError } from '../../../protocol/errors.ts';
import { roleAtLeast, type Role } from '../../../protocol/roles.ts';
import { bestRole } from './call/access.ts';
import type { CallContext } from './call/call-context.ts';
import type { CatalogueDeps } from './call/catalogue-deps.ts';
import { Completions } from './completion.ts';
import { nearest } from '../../../protocol/words/nearest.ts';
import { Prompts } from './prompts/prompts.ts';
import { Resources, type Subscribable } from './resources/resources.ts';
import { rpcCodes, RpcError } from '../rpc/rpc.ts';
import { eventTools } from './tools/event.ts';
import { fileChangeTools } from './tools/file-change.ts';
import { fileListTools } from './tools/file-list.ts';
import { fileReadTools } from './tools/file-read.ts';
import { identityTools } from './tools/identity.ts';
import { jobTools } from './tools/job.ts';
import { startJobTools } from './tools/start-job.ts';
import { lockTools } from './tools/lock.ts';
import { uploadTools } from './tools/upload.ts';
import { workspaceTools } from './tools/workspace.ts';
import type { ToolDefinition } from './define-tool/tool.ts';

export type { CallContext } from './call/call-context.ts';
export type { CatalogueDeps } from './call/catalogue-deps.ts';
export type { ToolDefinition } from './define-tool/tool.ts';

const buildTools = [
  ...identityTools,
  ...workspaceTools,
  ...fileListTools,
  ...fileReadTools,
  ...fileChangeTools,
  ...uploadTools,
  ...lockTools,
  ...eventTools,
  ...startJobTools,
  ...jobTools,
];

/** What the wires call. Kept apart so that a wire can be tried with a catalogue of fixtures. */
export interface CatalogueContract {
  listTools(ctx: Pick<CallContext, 'key'>): readonly Tool[];
  callTool(name: string, args: unknown, ctx: CallContext): Promise<CallToolResult>;
  listResources(ctx: CallContext, cursor?: string): Promise<ListResourcesResult>;
  listResourceTemplates(ctx: CallContext): ListResourceTemplatesResult['resourceTemplates'];
  readResource(uri: string, ctx: CallContext): Promise<ReadResourceResult>;
  canSubscribe(uri: string, ctx: CallContext): HubError | Subscribable;
  listPrompts(ctx: CallContext): readonly Prompt[];
  getPrompt(
    name: string,
    args: Readonly<Record<string, string>> | undefined,
    ctx: CallContext,
  ): Promise<GetPromptResult>;
  complete(params: CompleteRequestParams, ctx: CallContext): Promise<CompleteResult>;
}

/**
 * Tools, resources and prompts: one of it serves every session on every wire. Every answer awaits
 * what it saw being on disk. `callTool` gives refusals as `isError`; all else that refuses throws a
 * `RpcError`, which the wires send as a JSON-RPC error.
 */
export class Catalogue implements CatalogueContract {
  readonly #deps: CatalogueDeps;
  readonly #tools: ReadonlyMap<string, ToolDefinition>;
  /** What `tools/list` answers, by the best role that a key has; `none` for a key without any. */
  readonly #lists = new Map<Role | 'none', readonly Tool[]>();
  readonly #resources: Resources;
  readonly #prompts: Prompts;
  readonly #completions: Completions;

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
    const tools = buildTools.map((build) => build(deps));
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#resources = new Resources(deps);
    this.#prompts = new Prompts(deps);
    this.#completions = new Completions(deps);
  }

  /** Every tool, whoever may call it. */
  get definitions(): readonly ToolDefinition[] {
    return [...this.#tools.values()];
  }

  /** The tools that a key may call somewhere. The same array each time, until the key's best role changes. */
  listTools({ key }: Pick<CallContext, 'key'>): readonly Tool[] {
    const best = bestRole(this.#deps.hub.state, key.id) ?? 'none';
    let list = this.#lists.get(best);
    if (!list) {
      const may = ({ role, needsNoWorkspace }: ToolDefinition): boolean =>
        best === 'none' ? needsNoWorkspace : roleAtLeast(best, role);
      list = this.definitions.filter(may).map(listed);
      this.#lists.set(best, list);
    }
    return list;
  }

  /**
   * Runs a tool and logs the call.
   * @throws RpcError -32602 for a tool that does not exist
   */
  callTool(name: string, args: unknown, ctx: CallContext): Promise<CallToolResult> {
    const tool = this.#tools.get(name);
    if (tool) return tool.call(args, ctx);
    const near = nearest(name, [...this.#tools.keys()]);
    const hint = near === undefined ? 'tools/list has those that there are.' : `Did you mean ${near}?`;
    return Promise.reject(new RpcError(rpcCodes.invalidParams, `Unknown tool: ${name.slice(0, 100)}. ${hint}`));
  }

  listResources(ctx: CallContext, cursor?: string): Promise<ListResourcesResult> {
    return this.#resources.list(ctx, cursor);
  }

  listResourceTemplates(_ctx: CallContext): ListResourceTemplatesResult['resourceTemplates'] {
    return this.#resources.templates;
  }

  readResource(uri: string, ctx: CallContext): Promise<ReadResourceResult> {
    return this.#resources.read(uri, ctx);
  }

  /**
   * Whether this key may subscribe to a URI. `uri` is its canonical form (workspace by id), as
   * `changedUris` of workspace-events.ts yields it; `workspace` is absent for the guide.
   * A refusal has been logged and `endConnection` called where due; `toRpcError` makes it an answer.
   */
  canSubscribe(uri: string, ctx: CallContext): HubError | Subscribable {
    return this.#resources.canSubscribe(uri, ctx);
  }

  listPrompts(_ctx: CallContext): readonly Prompt[] {
    return this.#prompts.list;
  }

  getPrompt(
    name: string,
    args: Readonly<Record<string, string>> | undefined,
    ctx: CallContext,
  ): Promise<GetPromptResult> {
    return this.#prompts.get(name, args ?? {}, ctx);
  }

  /** Values for an argument of a prompt or of a resource template; none for what is not known. */
  complete(params: CompleteRequestParams, ctx: CallContext): Promise<CompleteResult> {
    return this.#completions.complete(params, ctx);
  }
}

function listed({ name, title, description, inputSchema, outputSchema, annotations }: ToolDefinition): Tool {
  return { name, title, description, inputSchema, outputSchema, annotations };
}
