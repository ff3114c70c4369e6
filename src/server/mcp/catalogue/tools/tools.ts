import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { nearest } from '../../../../protocol/words/nearest.ts';
import { RpcError } from '../../rpc/rpc.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { allTools, toolNamed } from './all-tools.ts';
import type { listedWhole } from './list-entry.ts';
import { alwaysLoaded } from './always-loaded.ts';
import { formFor } from '../define-tool/result-form.ts';
import { listedFor, toolsOf } from './tools-of.ts';
import { rpcCodes } from '../../../../protocol/json-rpc.ts';

/** The tools, listed and called on one hub. */
export class Tools {
  readonly #deps: CatalogueDeps;
  /** Each tool as lists have it, made when first asked for. */
  readonly #made = new Map<typeof listedWhole, Map<ToolDefinition, Tool>>();

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
  }

  /** The tools that a key was given and may call in some workspace: {@link toolsOf}. */
  async list(ctx: Pick<CallContext, 'key' | 'sessionId'>): Promise<readonly Tool[]> {
    const { key } = ctx;
    const { hub } = this.#deps;
    const now = hub.state.keys.get(key.id) ?? key;
    const form = formFor(this.#deps, ctx);
    const listed = listedFor(now.tools, form.parts === 'text');
    const made = this.#made.get(listed) ?? new Map<ToolDefinition, Tool>();
    this.#made.set(listed, made);
    const tools = toolsOf(hub.state, now).map((tool) => {
      const known = made.get(tool) ?? listed(tool);
      made.set(tool, known);
      return known;
    });
    const shown = form.keepsToolsBack ? tools.map(alwaysLoaded) : tools;
    await hub.durable(hub.changedSeq); // what the list goes by must be on disk before the list is sent
    return shown;
  }

  /**
   * Runs a tool and logs the call. A refusal comes back as `isError`.
   * @throws RpcError -32602 for a tool that does not exist
   */
  async call(name: string, args: unknown, ctx: CallContext): Promise<CallToolResult> {
    const tool = toolNamed(name);
    if (tool) return tool.call(args, ctx, this.#deps);
    const near = nearest(
      name,
      allTools.map((known) => known.name),
    );
    const hint = near === undefined ? 'tools/list has those that there are.' : `Did you mean ${near}?`;
    throw new RpcError(rpcCodes.invalidParams, `Unknown tool: ${name.slice(0, 100)}. ${hint}`);
  }
}
